"""Poll sources that are URLs: feeds, sitemaps, and pages whose kind nobody knew."""

import hashlib
import io
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from transforms import resources
from transforms.core import observer
from transforms.core.context import PassContext
from transforms.core.errors import InputError
from transforms.core.identity import source_identity
from transforms.core.records import Entry, Page, Poll, Reject, Source
from transforms.core.rejects import failed_poll, reject_source
from transforms.dataset.index import url_id
from transforms.fetch import HEAD_BYTES, extract_alongside, host_shard, page_of
from transforms.routing import Routed, count, count_entry, outputs, route
from transforms.sources.detect import detect_kind
from transforms.sources.feeds import parse_feed
from transforms.sources.lists import read_opml
from transforms.sources.sitemaps import parse_sitemap
from transforms.sources.streams import open_decompressed, read_capped
from transforms.web.batch import Job, fetch_all
from transforms.web.client import Fetcher
from transforms.web.responses import Response


class PollSources(beam.PTransform):
    """Sources that are URLs → the entries that they list, by tags (see ``routing``).

    A source whose kind is not known is read as what its answer is: a feed, a sitemap, an OPML
    list, or the page of an article, which is then extracted here.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, sources: Any) -> Any:
        """Apply the step."""
        return (
            sources
            | "Key by host"
            >> beam.Map(_key_by_host, self._context.config.fetch.shards).with_output_types(
                tuple[str, Source]
            )
            | "Group by host" >> beam.GroupByKey()
            | "Poll" >> outputs(_PollFn(self._context))
        )


def _key_by_host(source: Source, shards: int) -> tuple[str, Source]:
    return host_shard(source.ref, shards), source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What an answer turned out to hold."""

    kind: str
    title: str | None = None
    entries: tuple[Entry, ...] = ()  # to be fetched
    pages: tuple[Page, ...] = ()  # here already
    children: tuple[Source, ...] = ()  # to be polled
    over_cap: tuple[Entry, ...] = ()
    invalid: tuple[Reject, ...] = ()


class _PollFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(self, keyed: tuple[str, Iterable[Source]]) -> Routed:
        pool = resources.extraction_pool(self._context)
        with resources.web(self._context) as web:
            items = self._poll_all(web.fetcher, list(keyed[1]))
            yield from web.loop.iterate(extract_alongside(items, pool))

    async def _poll_all(self, fetcher: Fetcher, sources: list[Source]) -> AsyncGenerator[Any, None]:
        """Yield pages and tagged outputs; what a source lists as sources is polled next."""
        asked: set[str] = set()
        while sources:
            to_ask = []
            for source in sources:
                if source.ref in asked:
                    continue
                asked.add(source.ref)
                if self._is_known_article(source):
                    yield count("polled", source_identity(source.ref))
                    yield count("not_modified", source_identity(source.ref))
                    yield self._poll(source, "not_modified")
                else:
                    to_ask.append(source)
            sources = []
            async for job, answer in fetch_all(fetcher, [_job(source) for source in to_ask]):
                for item in self._settle(job.payload, answer):
                    if isinstance(item, Source):
                        sources.append(item)
                    else:
                        yield item

    def _is_known_article(self, source: Source) -> bool:
        identity = url_id(source.ref)
        if source.kind not in ("auto", "url") or identity is None:
            return False
        return identity in resources.index(self._context).lookup_urls([identity])

    def _settle(self, source: Source, answer: Response | InputError) -> Iterator[Any]:
        """Yield children, pages and tagged outputs of one answer."""
        observer.notify("source")
        identity = source_identity(source.ref)
        yield count("polled", identity)
        try:
            if isinstance(answer, InputError):
                raise answer
            body_hash = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
            if answer.status == 304 or body_hash == source.body_hash:
                yield count("not_modified", identity)
                yield self._poll(source, "not_modified", answer)
                return
            if source.depth > self._context.config.read.max_sitemap_depth:
                raise InputError("too_deep", f"{source.ref} is nested too deep in sitemap indexes.")
            found = self._open(source, answer)
        except InputError as error:
            now = self._context.started_at
            yield route(reject_source(source, error, rejected_at=now))
            yield route(failed_poll(source, error, polled_at=now))
            return
        yield count("changed", identity)
        yield self._poll(source, "changed", answer, found, body_hash)
        yield from found.children
        for entry in found.entries:
            yield from count_entry(entry, "entries")
            yield route(entry)
        for page in found.pages:
            yield from count_entry(page.entry, "entries", "admitted", "fetched")
            yield page
        for entry in found.over_cap:
            yield from count_entry(entry, "entries", "over_cap")
        for reject in found.invalid:
            yield from count_entry(reject, "entries")
            yield route(reject)

    def _open(self, source: Source, answer: Response) -> _Found:
        """Return what ``answer`` holds. Raises InputError."""
        fetch, now = self._context.config.fetch, self._context.started_at
        # A sitemap is often a .gz file in its own right, whatever the transfer was encoded as.
        body = read_capped(
            open_decompressed(io.BytesIO(answer.body), answer.url), fetch.max_feed_bytes
        )
        kind = source.kind
        if kind == "auto":
            kind = detect_kind(answer.url, body[:HEAD_BYTES], answer.content_type)
        known: Any = {
            "ref": answer.url,
            "seen_at": now,
            "content_type": answer.content_type,
            "max_entries": fetch.max_entries,
            "max_url_chars": fetch.max_url_chars,
            "publisher": source.publisher,
            "language": source.language,
        }
        if kind == "feed":
            feed = parse_feed(body, **known)
            return _Found(
                kind=kind,
                title=feed.title,
                entries=feed.entries,
                over_cap=feed.over_cap,
                invalid=feed.invalid,
            )
        if kind == "sitemap":
            sitemap = parse_sitemap(body, depth=source.depth, **known)
            return _Found(
                kind=kind,
                entries=sitemap.entries,
                children=sitemap.children,
                over_cap=sitemap.over_cap,
                invalid=sitemap.invalid,
            )
        if kind == "opml":
            listed = list(read_opml(body, source, seen_at=now, max_url_chars=fetch.max_url_chars))
            return _Found(
                kind=kind,
                children=tuple(item for item in listed if isinstance(item, Source)),
                invalid=tuple(item for item in listed if isinstance(item, Reject)),
            )
        entry = Entry(
            source_kind="url",
            source_ref=source.ref,
            url=source.ref,
            publisher=source.publisher,
            language=source.language,
            seen_at=now,
        )
        return _Found(kind="url", pages=(page_of(entry, answer),))

    def _poll(
        self,
        source: Source,
        outcome: str,
        answer: Response | None = None,
        found: _Found | None = None,
        body_hash: str | None = None,
    ) -> Any:
        """Return the row of ``feeds/`` for ``source``; what is not known anew stays as it was."""
        held = (found.entries, found.pages, found.over_cap, found.invalid) if found else ()
        return route(
            Poll(
                source_ref=source.ref,
                source_kind=found.kind if found else source.kind,
                polled_at=self._context.started_at,
                outcome=outcome,
                http_status=answer.status if answer else None,
                title=found.title if found else None,
                entries=sum(len(each) for each in held),
                etag=(answer and answer.etag) or source.etag,
                last_modified=(answer and answer.last_modified) or source.last_modified,
                body_hash=body_hash or source.body_hash,
            )
        )


def _job(source: Source) -> Job[Source]:
    return Job(
        url=source.ref,
        kind="page" if source.kind == "url" else "feed",
        etag=source.etag,
        last_modified=source.last_modified,
        payload=source,
    )
