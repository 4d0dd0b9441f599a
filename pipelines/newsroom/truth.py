"""What a run has to make of a newsroom: the outcome of each URL that its inputs lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newsbeam.pipelines.newsroom.content import Content, Story, Trouble
from newsbeam.pipelines.newsroom.server import Newsroom
from newsbeam.pipelines.newsroom.site import Site, list_urls, strip_tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An article that the dataset has to hold; what is None is not stated."""

    url: str  # canonical
    revision: int = 1
    requested: frozenset[str]  # the URLs that lead to it, without tracking parameters
    title: str
    authors: tuple[str, ...]
    published_at: datetime | None  # None is stated: the row must have none
    modified_at: datetime | None = None
    language: str
    paragraphs: tuple[str, ...]
    publisher: str
    agency: str | None = None
    dateline_place: str | None = None
    completeness: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A page that repeats an article of the dataset."""

    requested: frozenset[str]  # it was asked for under one of these
    duplicate_of: str  # canonical URL of the article that stays
    how: str  # url, exact or near


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An input that has to end as a reject."""

    url: str
    stage: str
    reason: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All outcomes of a run, or of a run on each edition in turn."""

    written: tuple[Written, ...]
    duplicates: tuple[Repeated, ...]
    rejects: tuple[Rejected, ...]


def expected(newsroom: Newsroom, edition: int = 1, near: bool = False) -> Truth:
    """Return what the dataset must hold after a run on ``newsroom``.

    With ``edition`` 2 it is what it must hold after a run on the first edition and another one on
    the second, into the same dataset; the newsroom has to be advanced by then. With ``near`` near
    duplicates have to be found, else they are articles of their own. What ``Newsroom.behave``
    changes is not taken into account.
    """
    if edition > newsroom.edition:
        raise ValueError(
            f"The newsroom is at edition {newsroom.edition}: call advance() before asking for "
            f"the truth about edition {edition}."
        )
    content = newsroom.content
    first = Site(content)
    reached = _reach(content, first)
    stories = list(first.stories)
    revisions: list[Story] = []
    if edition == 2:
        second = Site(content, newsroom.revised_at)
        for key, urls in _reach(content, second).items():
            reached[key] = reached.get(key, frozenset()) | urls
        stories += [story for story in second.stories if story.edition == 2]
        revisions = [story for story in second.stories if story.revision]
    written: list[Written] = []
    duplicates: list[Repeated] = []
    urls_of = {story.key: story.url for story in stories}
    for story in stories:
        requested = reached.get(story.key)
        if requested is None:
            continue
        if story.reprint_of and (story.how == "exact" or near):
            duplicates.append(
                Repeated(
                    requested=requested,
                    duplicate_of=urls_of[story.reprint_of],
                    how=story.how or "exact",
                )
            )
            continue
        written.append(_describe(story, requested))
        repeats = Repeated(requested=requested, duplicate_of=story.url, how="url")
        duplicates.extend([repeats] * (len(requested) - 1))
    written.extend(_describe(story, reached[story.key], revision=2) for story in revisions)
    return Truth(
        written=tuple(written),
        duplicates=tuple(duplicates),
        rejects=tuple(_reject(content.troubles)),
    )


def _reach(content: Content, site: Site) -> dict[str, frozenset[str]]:
    """Return the URLs under which the inputs of ``content`` lead to each story, by its key."""
    leads_to: dict[str, str] = {}
    for story in site.stories:
        leads_to[story.url] = story.key
        leads_to[story.mobile_url] = story.key
    leads_to.update((trouble.url, trouble.story) for trouble in content.troubles if trouble.story)
    asked = {strip_tracking(url) for url in content.inputs}
    for listing in site.listings:
        asked.update(strip_tracking(url) for url in list_urls(listing))
    reached: dict[str, set[str]] = {}
    for url in asked & leads_to.keys():
        reached.setdefault(leads_to[url], set()).add(url)
    return {key: frozenset(urls) for key, urls in reached.items()}


def _describe(story: Story, requested: frozenset[str], revision: int = 1) -> Written:
    return Written(
        url=story.url,
        revision=revision,
        requested=requested,
        title=story.title,
        authors=story.authors,
        published_at=story.published_at,
        modified_at=story.modified_at,
        language=story.publisher.language,
        paragraphs=story.shown,
        publisher=story.publisher.name,
        agency=story.agency,
        dateline_place=story.dateline_place,
        completeness="full" if story.paywalled is None else "paywalled",
    )


def _reject(troubles: Iterable[Trouble]) -> Iterable[Rejected]:
    for trouble in troubles:
        if trouble.outcome is not None:
            yield Rejected(
                url=trouble.url,
                stage=trouble.outcome.stage,
                reason=trouble.outcome.reason,
                http_status=trouble.outcome.status,
            )
