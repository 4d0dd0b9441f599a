"""Poll sources that are URLs: feeds, sitemaps, and pages whose kind nobody knew."""

import hashlib
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsbeam.transforms import resources
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.records import Entry, Poll, Source, WaitingEntry
from newsbeam.transforms.core.rejects import reject_source
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.index import UrlState
from newsbeam.transforms.sources.answers import Found, listed_sources, open_answer
from newsbeam.transforms.sources.feed_changes import EntryChange, FeedChanges, compare_polls
from newsbeam.transforms.sources.turns import recall_entries, take_turns, to_waiting
from newsbeam.transforms.steps.fetch import extract_alongside, host_rows
from newsbeam.transforms.steps.outputs import Output, count, count_all, count_entry
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.polling import PollAnswer, PollState, is_due, judge_poll, request_poll
from newsbeam.transforms.web.responses import Response
from newsbeam.transforms.web.urls import server_of

if TYPE_CHECKING:  # jobs without URLs do without its imports, which take a fifth of a second
    from newsbeam.transforms.web.client import Fetcher


def poll_sources(context: PassContext, sources: Iterable[Source]) -> Iterator[Output]:
    """Yield what becomes of ``sources``, which are URLs, and of the sources that they list."""
    poller = _Poller(context)
    pool = resources.extraction_pool(context)
    keeper = resources.page_keeper(context)
    with resources.web(context) as web:
        items = poller.poll_all(web.fetcher, list(sources))
        yield from web.loop.iterate(extract_alongside(items, pool, keeper))
        yield from keeper.finish()
        yield from host_rows(web.fetcher, context)


class _Poller:
    def __init__(self, context: PassContext) -> None:
        self._context = context

    async def poll_all(
        self, fetcher: "Fetcher", sources: list[Source]
    ) -> AsyncGenerator[Any, None]:
        """Yield pages and outputs; what a source lists as sources is polled next."""
        asked: set[str] = set()
        while sources:
            fresh = [
                self._recall(source)
                for source in {each.ref: each for each in sources if each.ref not in asked}.values()
            ]
            asked.update(source.ref for source in fresh)
            known = self._find_articles(fresh)
            jobs = []
            for source in fresh:
                if source.ref in known:
                    for item in self._pass_over(source):
                        yield item
                elif source.last is not None and source.last.gone:
                    for item in self._settle(source, _gone(source), 0.0):
                        yield item
                elif self._context.only_due and not is_due(_state(source), datetime.now(UTC)):
                    continue
                else:
                    jobs.append(_job(source, self._context))
            sources = []
            async for job, answer in fetch_all(fetcher, jobs):
                wait_s = fetcher.hosts.wait_s(server_of(job.url))
                for item in self._settle(job.payload, answer, wait_s):
                    if isinstance(item, Source):
                        sources.append(item)
                    else:
                        yield item

    def _find_articles(self, sources: Sequence[Source]) -> set[str]:
        """Return the URLs among ``sources`` of articles that were read before."""
        ids = {
            source.ref: url_id(source.ref) for source in sources if source.kind in ("auto", "url")
        }
        states = resources.index(self._context).lookup_urls([one for one in ids.values() if one])
        return {ref for ref, one in ids.items() if one and _is_settled(states.get(one))}

    def _recall(self, source: Source) -> Source:
        """Return a source that another one lists with how its own last poll ended."""
        if source.last is not None:
            return source
        return replace(source, last=resources.polls(self._context).get(source.ref))

    def _pass_over(self, source: Source) -> Iterator[Any]:
        observer.notify("source", source.ref)
        identity = source_identity(source.ref)
        yield count("polled", identity)
        yield count("not_modified", identity)
        yield self._poll(source, outcome="not_modified")

    def _settle(
        self, source: Source, answer: Response | InputError, wait_s: float
    ) -> Iterator[Any]:
        """Yield children, pages and outputs of one answer.

        ``wait_s`` is for how long the host wants to be left alone.
        """
        observer.notify("source", source.ref)
        identity = source_identity(source.ref)
        yield count("polled", identity)
        try:
            if isinstance(answer, InputError) and not _is_unmodified(answer, source):
                raise answer
            if source.depth > self._context.config.read.max_sitemap_depth:
                raise InputError("too_deep", f"{source.ref} is nested too deep in sitemap indexes.")
            facts = _facts(answer)
            # Entries that wait are read as the feed has them, as far as it still has them.
            same = facts.body_hash == _state(source).body_hash and not _waits(source)
            if isinstance(answer, InputError) or facts.body_hash is None or same:
                yield count("not_modified", identity)
                waiting = yield from self._read_waiting(source)
                yield self._poll(source, facts, outcome="not_modified", waiting=waiting)
                yield from listed_sources(source, source.last.children if source.last else ())
                return
            found = open_answer(
                source,
                answer,
                self._context.config.fetch,
                seen_at=self._context.started_at,
                read=self._context.config.read,
            )
        except InputError as error:
            yield reject_source(source, error, rejected_at=self._context.started_at)
            facts = PollAnswer(at=datetime.now(UTC), status=error.http_status, retry_after_s=wait_s)
            # While the server fails, its articles would fail too.
            answered = not isinstance(answer, InputError) or error.http_status in (404, 410)
            left = (yield from self._read_waiting(source)) if answered else None
            failed = self._poll(source, facts, outcome="failed", waiting=left)
            yield replace(failed, reason=error.reason, detail=error.detail)
            return
        yield count("changed", identity)
        yield from self._hand_on(source, facts, found)

    def _hand_on(self, source: Source, facts: PollAnswer, found: Found) -> Iterator[Any]:
        """Yield what was found, each entry under its kind in the ledger, and the poll."""
        yield from found.children
        for page in found.pages:
            yield from count_entry(page.entry, "entries", "admitted", "fetched")
            yield page
        for reject in found.invalid:
            yield from count_entry(reject, "entries")
            yield reject
        for kind, tally in found.passed_over.items():
            yield count_all("passed_over", tally, kind)
        changes = compare_polls(found.entries, source.last.entry_keys if source.last else ())
        index = resources.index(self._context)
        states = index.lookup_urls({one for each in changes.entries for one in each.url_ids if one})
        items = resources.asked_items(self._context, found.entries)
        seen = 0
        wanted = []
        for each in changes.entries:
            yield from count_entry(each.entry, "entries")
            if each.entry.item is not None:  # others may name its address, and have
                if items.is_new(each.entry):
                    wanted.append(each.entry)
                else:
                    seen += 1
                    yield from count_entry(each.entry, "seen_before")
                continue
            settled = [one for one in each.url_ids if one and _is_settled(states.get(one))]
            seen += bool(settled)
            if settled and each.is_edited:
                # Not kept waiting: by the next poll, nobody would know that it was edited. They
                # are entries of the last poll, so there are not more than the cap.
                yield replace(each.entry, edited=True)
            elif settled and not _has_changed(each, states[settled[0]]):
                yield from count_entry(each.entry, "seen_before")
            else:
                wanted.append(each.entry)
        lost = self._recall_waiting(source, but=found.entries)
        unread, known = self._part_settled(lost)
        for entry in lost:
            yield from count_entry(entry, "entries")
        for entry in known:
            yield from count_entry(entry, "seen_before")
        tried = {entry.url for entry in wanted if states.get(url_id(entry.url) or "") is not None}
        now, later = take_turns(
            [*wanted, *unread],
            source.last,
            self._context.config.fetch.max_entries,
            lambda entry: entry.url in tried,
        )
        for entry in now:
            yield entry
        for entry in later:
            yield from count_entry(entry, "over_cap")
        facts = replace(facts, entries=len(changes.entries), seen_before=seen, hints=found.hints)
        poll = self._poll(
            source,
            facts,
            outcome="changed",
            found=found,
            changes=changes,
            waiting=to_waiting(later),
        )
        if any(reject.reason == "embargoed" for reject in found.invalid):
            # Read again though it has not changed, until the embargo has ended.
            poll = replace(poll, etag=None, last_modified=None, body_hash=None)
        yield poll

    def _read_waiting(self, source: Source) -> Generator[Any, None, tuple[WaitingEntry, ...]]:
        """Yield the outputs of entries that wait and are read now; return those that still wait."""
        unread, known = self._part_settled(self._recall_waiting(source))
        most = self._context.config.fetch.max_entries
        for entry in known:
            yield from count_entry(entry, "entries", "seen_before")
        for entry in unread[:most]:
            yield from count_entry(entry, "entries")
            yield entry
        return to_waiting(unread[most:])

    def _recall_waiting(self, source: Source, but: Sequence[Entry] = ()) -> list[Entry]:
        return recall_entries(
            source.last,
            but=but,
            publisher=source.publisher,
            language=source.language,
            seen_at=self._context.started_at,
        )

    def _part_settled(self, entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
        """Return those of ``entries`` that no pass has read, and those that one has."""
        ids = [url_id(entry.url) or "" for entry in entries]
        states = resources.index(self._context).lookup_urls(ids)
        parts: tuple[list[Entry], list[Entry]] = ([], [])
        for one, entry in zip(ids, entries, strict=True):
            parts[_is_settled(states.get(one))].append(entry)
        return parts

    def _poll(
        self,
        source: Source,
        facts: PollAnswer | None = None,
        *,
        outcome: str,
        found: Found | None = None,
        changes: FeedChanges | None = None,
        waiting: tuple[WaitingEntry, ...] | None = None,
    ) -> Poll:
        """Return the row of ``feeds/`` for ``source``; what is not known anew stays as it was."""
        last = source.last
        most = self._context.config.fetch.max_entries
        is_new = facts is not None and facts.entries > facts.seen_before
        poll = Poll(
            source_ref=source.ref,
            source_kind=found.kind if found else (last.source_kind if last else source.kind),
            polled_at=self._context.started_at,
            outcome=outcome,
            http_status=facts.status if facts else None,
            title=found.title if found else (last.title if last else None),
            entries=found.count if found else 0,
            children=found.listed if found else (last.children if last else ()),
            seen_before=facts.seen_before if facts else 0,
            last_new_at=self._context.started_at
            if is_new
            else (last.last_new_at if last else None),
            may_have_missed=changes.may_have_missed if changes else False,
            guid_churn=changes.guid_churn if changes else (last.guid_churn if last else None),
            entry_keys=changes.keys[:most] if changes else (last.entry_keys if last else ()),
            waiting=waiting if waiting is not None else (last.waiting if last else ()),
        )
        return self._schedule(source, poll, facts)

    def _schedule(self, source: Source, poll: Poll, facts: PollAnswer | None) -> Poll:
        """Return ``poll`` with what the next one depends on."""
        state = _state(source)
        if facts is not None:
            state = judge_poll(state, facts, self._context.config.poll)
        return replace(poll, **{field.name: getattr(state, field.name) for field in fields(state)})


def _state(source: Source) -> PollState:
    """Return what is known of ``source`` from its last poll."""
    if source.last is None or source.last.url is None:
        return PollState(url=source.ref)
    return PollState(**{each.name: getattr(source.last, each.name) for each in fields(PollState)})


def _job(source: Source, context: PassContext) -> Job[Source]:
    state = _state(source)
    if _waits(source):
        state = replace(state, full_at=None)  # the feed knows more of its entries than was kept
    request = request_poll(state, context.started_at, context.config.poll)
    return Job(
        url=request.url,
        kind="page" if source.kind == "url" else "feed",
        etag=request.etag,
        last_modified=request.last_modified,
        payload=source,
    )


def _is_unmodified(answer: InputError, source: Source) -> bool:
    """Return whether a server says "not modified", though it was asked for the feed itself."""
    return answer.http_status == 304 and source.last is not None


def _facts(answer: Response | InputError) -> PollAnswer:
    if isinstance(answer, InputError):
        return PollAnswer(at=datetime.now(UTC), status=answer.http_status)
    has_body = answer.status != 304
    return PollAnswer(
        at=datetime.now(UTC),
        status=answer.status,
        final_url=answer.url,
        permanent=answer.permanent,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=hashlib.blake2b(answer.body, digest_size=16).hexdigest() if has_body else None,
        cache_control=answer.cache_control,
        expires=answer.expires,
    )


def _gone(source: Source) -> InputError:
    return InputError(
        "http_status",
        f"{source.ref} is gone for good (410) since an earlier poll and is not asked again.",
        http_status=410,
    )


def _waits(source: Source) -> bool:
    return source.last is not None and bool(source.last.waiting)


def _has_changed(change: EntryChange, state: UrlState) -> bool:
    """Return whether an entry that was not in the last poll was modified since it was read."""
    modified = change.entry.modified
    return not change.is_known and modified is not None and modified.at > state.fetched_at


def _is_settled(state: UrlState | None) -> bool:
    return state is not None and state.stage != "fetch"
