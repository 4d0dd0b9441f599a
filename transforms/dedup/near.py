"""Near-duplicates of a pass: which articles repeat one that was written before them.

Articles are taken in the order in which they count as written (``writing_order``), after those that
earlier passes wrote. An article is a duplicate if its text is the same (``verify``) as that of a
linked article (``links``) that stays, or of the one that the linked article repeats; else it stays
itself. So each duplicate is verified against the article that it is a duplicate of, never through a
chain of others: where A is like B and B like C, but C not like A, and A was written first, B is a
duplicate and C stays. It follows that

- the order of input does not matter, nor how the articles are divided into shards, as long as
  linked ones stay together (``clusters``);
- passes that take the articles in writing order give what one pass over all of them gives, but
  for the rare text that only a duplicate leads to the article that stays;
- in any other order another member of a group may be the one that stays, and only where likeness
  is a chain may a group fall apart differently.

Texts are asked for one at a time, and only those that have a link.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from newsbeam.transforms.core.records import Article, Duplicate
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.clusters import find_components
from newsbeam.transforms.dedup.exact import Known, duplicate_of
from newsbeam.transforms.dedup.links import Link, NewArticle, find_links, order_of_new
from newsbeam.transforms.dedup.signatures import SignatureBlock
from newsbeam.transforms.dedup.verify import Verdict, compare_prepared, prepare_text

#: Sorts articles as written: what ``writing_order`` gives.
Order = tuple[bool, datetime, datetime, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """An article that is another one over again."""

    article_id: str
    duplicate_of: str  # an article that stays
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class NearResult:
    """What a pass found, and what it cost."""

    duplicates: tuple[NearDuplicate, ...]  # in writing order
    compared: int  # pairs whose texts were compared
    left_out: int = 0  # pairs that were not looked at, because too many shared the same keys


def find_near_duplicates(
    articles: Iterable[NewArticle],
    text_of: Callable[[str], str],
    settings: DuplicateSettings,
    known: Iterable[SignatureBlock] = (),
) -> NearResult:
    """Return which of ``articles`` are near-duplicates of each other or of ``known`` ones.

    ``articles`` have distinct ids; exact duplicates among them cost time, but do no harm. ``known``
    are the articles that stay from earlier passes, oldest first. ``text_of`` gives the text of an
    article of either kind.
    """
    new = list(articles)
    found = find_links(new, settings, known)
    links = {each.article_id: each.links for each in found.linked}
    order = {a.article_id: order_of_new(a) for a in new}
    result = judge_linked(order, links, text_of, settings)
    return NearResult(
        duplicates=result.duplicates, compared=result.compared, left_out=found.left_out
    )


def near_duplicate_of(article: Article, stays: Article | Known, verdict: Verdict) -> Duplicate:
    """Return the row that says that ``article`` nearly repeats the article that stays."""
    return duplicate_of(
        article,
        stays,
        how="near",
        similarity=verdict.similarity,
        containment=verdict.containment,
    )


def judge_linked(
    order: Mapping[str, Order],
    links: Mapping[str, Sequence[Link]],
    text_of: Callable[[str], str],
    settings: DuplicateSettings,
) -> NearResult:
    """Judge the articles in ``order`` by their links; all that are linked must be among them.

    An article is never compared with its own id, known or not. Those that have to do with each
    other are judged one after the other, so that few texts are kept ready.
    """
    prepare = lru_cache(settings.prepared_texts)(lambda one: prepare_text(text_of(one)))
    repeats: dict[str, str] = {}
    found, compared = [], 0
    labels = find_components((one, each.article_id) for one in links for each in links[one])
    for article_id in sorted(links, key=lambda one: (labels.get(one, one), order[one])):
        ranked = sorted(links[article_id], key=lambda link: _rank(link, order))
        seen = {article_id}
        # Later passes do not know the duplicates, so links to articles that stay come first.
        best = sorted(ranked[: settings.comparisons], key=lambda link: link.article_id in repeats)
        for link in best:
            stays = repeats.get(link.article_id, link.article_id)
            if stays in seen:
                continue
            seen.add(stays)
            compared += 1
            verdict = compare_prepared(prepare(article_id), prepare(stays), settings)
            if verdict.same:
                repeats[article_id] = stays
                found.append(
                    NearDuplicate(article_id=article_id, duplicate_of=stays, verdict=verdict)
                )
                break
    found.sort(key=lambda each: order[each.article_id])
    return NearResult(duplicates=tuple(found), compared=compared)


def _rank(link: Link, order: Mapping[str, Order]) -> tuple[float, bool, int, Order | None]:
    """Return what sorts the best estimate first, and the older first among equals."""
    if link.place is not None:
        return -link.estimate, False, link.place, None
    return -link.estimate, True, 0, order[link.article_id]
