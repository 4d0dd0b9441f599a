"""How what is extracted from a page again differs from the row that it gave before."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from newsbeam.transforms.core.identity import taken_id
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import QualitySettings, TextSettings
from newsbeam.transforms.dataset.layout import partition_of, partition_values
from newsbeam.transforms.dataset.rows import to_articles, to_rows
from newsbeam.transforms.dedup.claims import replace_id, under_own_url
from newsbeam.transforms.dedup.exact import Known
from newsbeam.transforms.dedup.site_lines import clean_site

#: What is not said by the page and its extraction: found when rows are compared, or of the pass.
_OF_THE_PASS = frozenset(
    [
        *("revision", "supersedes", "cluster_id", "cluster_size_at_write", "first_seen_at"),
        *("unit", "schema_version", "pipeline_version", "entities", "signature", "is_reread"),
    ]
)
COMPARED = tuple(each.name for each in fields(Article) if each.name not in _OF_THE_PASS)


def as_it_would_stand(
    article: Article,
    before: Article | None,
    known: Mapping[str, Known],
    learned: Sequence[frozenset[str]],
    text: TextSettings,
    quality: QualitySettings,
) -> Article:
    """Return ``article`` as its row would be: without learned lines, under the URL it is known by.

    ``before`` is the row that its input has, ``known`` what the index has of both, ``learned`` the
    lines of its site.
    """
    if before is not None and article.article_id != before.article_id:
        article = _as_claimed(article, before)
    if learned and text.learn_boilerplate:
        at = article.fetched_at
        (article,), _ = clean_site([article], known, learned, text, quality, learned_at=at)
    return article


def _as_claimed(article: Article, before: Article) -> Article:
    """Return ``article`` under the id of ``before`` if that came of a claim (``dedup.claims``)."""
    if before.article_id == taken_id(article.canonical_url):
        return replace_id(article, before.article_id)
    own = under_own_url(article)
    return own if own.article_id == before.article_id else article


def changed_columns(before: Article, after: Article) -> dict[str, tuple[object, object]]:
    """Return the columns in which two rows of a page differ, with what each has there."""
    after = _as_stored(after)
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return {name: (one, other) for name, one, other in pairs if one != other}


def _as_stored(article: Article) -> Article:
    """Return ``article`` as it comes back from a file, where numbers are rounded."""
    values = partition_values("articles", partition_of("articles", article))
    (stored,) = to_articles(to_rows("articles", [article], article.unit), values["language"])
    return stored
