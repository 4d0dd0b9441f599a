"""The articles of one site, without the lines that recur over them.

A page that is read again must not count as revised because one of its lines was learned in the
meantime. So where the dataset has an article with the text that it had under an earlier knowledge,
it is handed on with that text, and is found unchanged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from newsbeam.transforms.core.identity import content_hash, line_id
from newsbeam.transforms.core.records import Article, Cleaning, SiteLine
from newsbeam.transforms.core.settings import QualitySettings, TextSettings
from newsbeam.transforms.dedup.exact import Known, entry_of
from newsbeam.transforms.dedup.signing import encode_signature, sign
from newsbeam.transforms.text.boilerplate import Recurring, learn_lines, take_out_lines

#: Flag of a row that a learned line was taken out of, and the name of the rule.
FLAG = "site_boilerplate"


def clean_site(
    articles: Sequence[Article],
    known: Mapping[str, Known],
    learned: Sequence[frozenset[str]],
    settings: TextSettings,
    quality: QualitySettings,
    *,
    learned_at: datetime,
) -> tuple[list[Article], list[SiteLine]]:
    """Return all ``articles`` of one site in a pass without boilerplate, and what is new of it.

    ``known`` is what the dataset has of them; ``learned`` the lines of the site that each earlier
    commit has added, oldest first. Lines are learned from articles that are new to the dataset.
    The order of ``articles`` does not matter for what each becomes.
    """
    before = frozenset[str]().union(*learned)
    new = {each.article_id: each for each in sorted(articles, key=lambda each: each.content_hash)}
    found = learn_lines(
        (take_out_lines(each.text, before)[0] for id, each in new.items() if id not in known),
        least_articles=settings.boilerplate_articles,
        least_prose=settings.boilerplate_prose_articles,
        least_share=settings.boilerplate_share,
    )
    stages = [*_add_up(learned), before.union(each.line for each in found)]
    cleaned = []
    for article in articles:
        text, count = _choose_text(article, known.get(article.article_id), stages)
        cleaned.append(_with_text(article, text, count, settings, quality) if count else article)
    domain = articles[0].domain or ""
    return cleaned, [_site_line(domain, each, learned_at) for each in found]


def _add_up(learned: Sequence[frozenset[str]]) -> Iterator[frozenset[str]]:
    """Yield what was known of the site before anything was learned, and after each commit."""
    total = frozenset[str]()
    yield total
    for lines in learned:
        total |= lines
        yield total


def _choose_text(
    article: Article, known: Known | None, stages: Sequence[frozenset[str]]
) -> tuple[str, int]:
    """Return the text that an article is taken to have, and how many lines that is without."""
    text, count = take_out_lines(article.text, stages[-1])
    if not count or known is None:
        return text, count
    standing = {dict(known.entries).get(entry_of(article))}
    if known.revision:
        standing.add(known.content_hash)
    for lines in reversed(stages):
        earlier = take_out_lines(article.text, lines)
        if content_hash(earlier[0]) in standing:
            return earlier
    return text, count


def _with_text(
    article: Article, text: str, taken: int, settings: TextSettings, quality: QualitySettings
) -> Article:
    # Few articles have such lines, and this brings names of places and more.
    from newsbeam.transforms.text.columns import text_columns

    flags = (*article.quality_flags, FLAG)
    columns = text_columns(
        text,
        article.language,
        flags,
        keywords=settings.keywords,
        measures_quality=quality.is_measured,
    )
    cleaning = (*article.cleaning, Cleaning(rule=FLAG, count=taken))
    signature = encode_signature(sign(text))
    return replace(article, **columns, cleaning=cleaning, signature=signature)


def _site_line(domain: str, found: Recurring, learned_at: datetime) -> SiteLine:
    return SiteLine(
        line_id=line_id(domain, found.line),
        domain=domain,
        line=found.line,
        articles=found.articles,
        site_articles=found.site_articles,
        learned_at=learned_at,
    )
