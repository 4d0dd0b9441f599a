"""Fetch the articles that entries point to, and extract them on the spot.

Each host is asked as slowly as it wants, and many hosts at once. Pages are extracted while others
are on their way; HTML never leaves the step.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Article, Entry, Page, Poll, Reject
from newsbeam.transforms.core.rejects import reject_entry
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.core.urls import host_of, registered_domain, url_id
from newsbeam.transforms.dataset.index import UrlState
from newsbeam.transforms.dataset.pages import PageKeeper
from newsbeam.transforms.sources.answers import Lead, outcomes_of
from newsbeam.transforms.steps.outputs import Output, count_entry, told
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.responses import Response
from newsbeam.transforms.workers.pool import ExtractionPool

#: Of the answers of a step, so that a text that an item leads to is not asked for twice.
_KEPT_BYTES = 8 << 20

if TYPE_CHECKING:  # jobs without URLs do without its imports, which take a fifth of a second
    from newsbeam.transforms.web.client import Fetcher


def fetch_articles(context: PassContext, entries: Iterable[Entry]) -> Iterator[Output]:
    """Yield what becomes of ``entries``: of those whose page is new, what it turns into."""
    fetching = _Fetching(context)
    chosen = []
    for entry, is_new in fetching.choose(entries):
        yield from count_entry(entry, "admitted" if is_new else "seen_before")
        if is_new:
            chosen.append(entry)
    if not chosen:
        return
    pool = resources.extraction_pool(context)
    keeper = resources.page_keeper(context)
    with resources.web(context) as web:
        pages = fetching.fetch(web.fetcher, chosen)
        yield from web.loop.iterate(extract_alongside(pages, pool, keeper))
        yield from keeper.finish()
        yield from host_rows(web.fetcher, context)


def host_shard(url: str, shards: int) -> str:
    """Return the part that everything on the registered domain of ``url`` belongs to."""
    host = host_of(url) or url
    return shard_of(registered_domain(host) or host, shards)


async def extract_alongside(
    items: AsyncIterator[Any], pool: ExtractionPool, keeper: PageKeeper
) -> AsyncGenerator[Any, None]:
    """Yield what is no page as it comes, and pages as what they turn into, when they are ready.

    ``keeper`` gets them all.
    """

    async def extract(page: Page) -> Article | Reject:
        outcome = await pool.extract(page)
        keeper.offer(page, outcome)
        return outcome

    under_way: set[asyncio.Task[Article | Reject]] = set()
    async for item in items:
        if not isinstance(item, Page):
            yield item
            continue
        under_way.add(asyncio.create_task(extract(item)))
        done, under_way = await asyncio.wait(
            under_way,
            timeout=None if len(under_way) >= pool.window else 0,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in done:
            yield told(task.result())
    for ready in asyncio.as_completed(under_way):
        yield told(await ready)


def host_rows(fetcher: "Fetcher", context: PassContext) -> Iterator[Any]:
    """Yield a row of ``feeds/`` for each host that wants to be left alone beyond this pass."""
    for state in fetcher.hosts.export_state():
        if state.backoff_s or state.next_at - fetcher.clock() > context.config.fetch.max_wait_s:
            yield Poll(
                source_ref=f"host:{state.host}",
                source_kind="host",
                polled_at=context.started_at,
                outcome="deferred",
                interval_s=state.backoff_s,
                next_at=datetime.fromtimestamp(state.next_at, UTC),
            )


class _Fetching:
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def choose(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bool]]:
        """Yield each entry with whether it is to be fetched: one for each URL, if that is new.

        Entries with an item are each judged by themselves.
        """
        by_url: dict[str | None, list[Entry]] = {}
        items = []
        for entry in sorted(entries, key=_precedence):
            if entry.item is None:
                by_url.setdefault(url_id(entry.url), []).append(entry)
            else:
                items.append(entry)
        states = resources.index(self._context).lookup_urls([url for url in by_url if url])
        forgotten = resources.forgotten(self._context)
        for url, (first, *others) in by_url.items():
            is_new = _is_new(first, states.get(url or ""))
            yield first, is_new and not forgotten.has_entry(first)
            for other in others:
                yield other, False
        asked = resources.asked_items(self._context, items)
        for entry in items:
            yield entry, asked.is_new(entry) and not forgotten.has_entry(entry)

    async def fetch(self, fetcher: "Fetcher", entries: list[Entry]) -> AsyncGenerator[Any, None]:
        """Yield pages and outputs. A text that an answer leads to is asked for once more,
        unless an entry of its own has asked for it.
        """
        leads: list[Lead] = []
        kept = _Answers()
        jobs = _make_jobs((entry.url or "", entry) for entry in entries)
        async for job, answer in fetch_all(fetcher, jobs):
            kept.keep(job.url, answer)
            for output in self._open_all(fetcher, job, answer, leads):
                yield output
        waiting = []
        for job in _make_jobs((lead.url, lead.entry) for lead in leads):
            if (known := kept.of(job.url)) is None:
                waiting.append(job)
                continue
            for output in self._open_all(fetcher, job, known, None):
                yield output
        async for job, answer in fetch_all(fetcher, waiting):
            for output in self._open_all(fetcher, job, answer, None):
                yield output

    def _open_all(
        self,
        fetcher: "Fetcher",
        job: Job[list[Entry]],
        answer: Response | InputError,
        leads: list[Lead] | None,
    ) -> Iterator[Any]:
        """Yield what ``answer`` comes to; what leads elsewhere on its site is put to ``leads``."""
        for entry in job.payload:
            for number, each in enumerate(self._open(fetcher, entry, answer)):
                if number:  # the first is what was asked for
                    known = each if isinstance(each, Reject) else each.entry
                    yield from count_entry(known, "entries", "admitted")
                if not isinstance(each, Lead):
                    yield from _settle(each)
                elif leads is None:
                    yield from _settle(self._refuse(each, "behind a second address"))
                elif not _is_same_site(each.url, job.url):
                    yield from _settle(self._refuse(each, "at another site"))
                else:
                    leads.append(each)

    def _open(
        self, fetcher: "Fetcher", entry: Entry, answer: Response | InputError
    ) -> list[Page | Reject | Lead]:
        try:
            if isinstance(answer, InputError):
                raise answer
            return outcomes_of(entry, answer, fetcher.settings.max_url_chars)
        except InputError as error:
            now = self._context.started_at
            return [reject_entry(entry, error, stage="fetch", rejected_at=now)]

    def _refuse(self, lead: Lead, where: str) -> Reject:
        error = InputError("no_article", f"The text is {where}: {lead.url}. Read that address.")
        now = self._context.started_at
        return reject_entry(lead.entry, error, stage="fetch", rejected_at=now)


class _Answers:
    """What addresses answered, as much as fits: an item may turn out to have its text there."""

    def __init__(self) -> None:
        self._answers: dict[str, Response | InputError] = {}
        self._room = _KEPT_BYTES

    def keep(self, url: str, answer: Response | InputError) -> None:
        size = len(answer.body) if isinstance(answer, Response) else 0
        if size <= self._room:
            self._room -= size
            self._answers[url_id(url) or url] = answer

    def of(self, url: str) -> Response | InputError | None:
        return self._answers.get(url_id(url) or url)


def _make_jobs(wanted: Iterable[tuple[str, Entry]]) -> list[Job[list[Entry]]]:
    """Return a job for each address, with all the entries that its answer is for."""
    jobs: dict[str, Job[list[Entry]]] = {}
    for url, entry in wanted:
        job: Job[list[Entry]] = Job(url=url, payload=[])
        jobs.setdefault(url_id(url) or url, job).payload.append(entry)
    return list(jobs.values())


def _settle(outcome: Page | Reject) -> Iterator[Any]:
    if isinstance(outcome, Reject):
        yield told(outcome)
    else:
        yield from count_entry(outcome.entry, "fetched")
        yield outcome


def _is_same_site(url: str, other: str) -> bool:
    """Return whether two addresses are of one registered domain, which one worker asks."""
    one, two = host_of(url), host_of(other)
    same = registered_domain(one or "") or one
    return one is not None and same == (registered_domain(two or "") or two)


def _precedence(entry: Entry) -> tuple[Any, ...]:
    """Order entries of one URL so that the one that knows most, and earliest, comes first.

    A feed's comes before all others: its publisher says that the page is news.
    """
    published = entry.published.at.isoformat() if entry.published else "~"
    source = entry.source_kind, entry.source_ref, entry.source_id or "", entry.url or ""
    return entry.source_kind != "feed", published, *source


def _is_new(entry: Entry, state: UrlState | None) -> bool:
    if state is None or state.stage == "fetch":  # what could not be fetched is tried again
        return True
    modified = entry.modified is not None and entry.modified.at > state.fetched_at
    return modified or entry.edited
