"""Find the feeds and sitemaps of a site, and try them."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime

import yaml

from newsbeam.transforms.core.errors import InputError, UsageError
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import FetchSettings, ReadSettings
from newsbeam.transforms.pages.charset import decode_page
from newsbeam.transforms.sources.answers import Found, open_answer
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.discover import Candidate, find_candidates
from newsbeam.transforms.web.drive import EventLoopThread

#: Candidates that are asked for; the likeliest come first.
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A feed or sitemap that answered and can be read."""

    ref: str  # with its kind in front, as an input
    title: str | None
    how: str  # link, robots, anchor or path: what led to it
    entries: int
    newest: datetime | None


def discover_sources(site: str, settings: FetchSettings) -> list[Discovered]:
    """Return the feeds and sitemaps of ``site`` that can be read, the likeliest first.

    Raises UsageError if the site itself cannot be read.
    """
    url = site if "://" in site else f"https://{site}"
    with EventLoopThread() as loop:
        return list(loop.iterate(_discover(url, settings)))


async def _discover(url: str, settings: FetchSettings) -> AsyncGenerator[Discovered, None]:
    async with Fetcher(settings) as fetcher:
        try:
            home = await fetcher.get(url, max_bytes=settings.max_page_bytes)
            rules = await fetcher.get_rules(home.url)
        except InputError as error:
            raise UsageError(f"{url} cannot be read: {error.detail}") from error
        page = decode_page(home.body, home.content_type).text
        candidates = find_candidates(home.url, page, rules.sitemaps)[:_MOST]
        jobs = [Job(url=each.url, kind="feed", payload=each) for each in candidates]
        answers = {job.payload: answer async for job, answer in fetch_all(fetcher, jobs)}
    seen: set[str] = set()
    for candidate in candidates:
        answer = answers[candidate]
        if isinstance(answer, InputError) or answer.url in seen:
            continue
        seen.add(answer.url)
        source = Source(ref=answer.url, kind=candidate.kind)
        try:
            found = open_answer(
                source, answer, settings, seen_at=datetime.now(UTC), read=ReadSettings()
            )
        except InputError:
            continue  # a guess that was wrong
        if found.entries or found.children:
            yield _describe(candidate, answer.url, found)


def _describe(candidate: Candidate, url: str, found: Found) -> Discovered:
    dates = [entry.published or entry.modified for entry in found.entries]
    return Discovered(
        ref=f"{candidate.kind}:{url}",
        title=found.title or candidate.title,
        how=candidate.how,
        entries=len(found.entries) + len(found.children),
        newest=max((date.at for date in dates if date), default=None),
    )


def write_snippet(found: list[Discovered]) -> str:
    """Return a piece of configuration with ``found`` as inputs."""
    inputs = [
        {"ref": each.ref, **({"publisher": each.title} if each.title else {})} for each in found
    ]
    return yaml.safe_dump({"inputs": inputs}, allow_unicode=True, sort_keys=False)
