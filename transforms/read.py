"""Read files: documents are extracted on the spot, addresses of articles and sources are passed on.

HTML never leaves this step: a page that is read here is an article or a reject when it comes out.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import BeamIOError, FileSystems
from apache_beam.pvalue import PCollection

from newsbeam.transforms import resources
from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.records import Article, Entry, Page, Poll, Reject, Source
from newsbeam.transforms.core.rejects import failed_poll, reject_source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dataset.extracted import ExtractedPages
from newsbeam.transforms.fetch import settled
from newsbeam.transforms.routing import Routed, count, count_all, count_entry, outputs, route
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.members import Item
from newsbeam.transforms.stores.inputs import open_object
from newsbeam.transforms.stores.objects import is_bucket


class ReadFiles(beam.PTransform):
    """Sources that are files → everything they hold, by tags (see ``routing``).

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import ReadFiles, Source
    >>> with beam.Pipeline() as pipeline:
    ...     found = pipeline | beam.Create([Source(ref="story.html")]) | ReadFiles()
    ...     _ = found.articles | beam.Map(lambda article: print(article.title, article.language))
    A vote on the breakwater en
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, sources: PCollection[Source]) -> Any:
        """Apply the step."""
        # A worker gets all the sources of its part at once, so that it can keep its cores busy.
        shards = self._context.config.read.shards
        return (
            sources
            | "Key by path" >> beam.Map(_key_by_path, shards).with_output_types(tuple[str, Source])
            | "Group" >> beam.GroupByKey()
            | "Read, extract and clean" >> outputs(_ReadFilesFn(self._context))
        )


def _open(ref: str) -> BinaryIO:
    """Open a file, an object in ranges, or what Beam's file systems know."""
    if is_bucket(ref):
        return open_object(ref)
    if "://" not in ref and not Path(ref).is_file():
        raise InputError("unreadable", f"{ref} is no file that can be read.")
    try:
        opened: BinaryIO = FileSystems.open(
            ref, "application/octet-stream", CompressionTypes.UNCOMPRESSED
        )
    except (OSError, BeamIOError) as error:
        raise InputError("unreadable", f"{ref} cannot be opened: {error}.") from error
    return opened


def _key_by_path(source: Source, shards: int) -> tuple[str, Source]:
    return shard_of(source.ref, shards), source


class _ReadFilesFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(self, keyed: tuple[str, Iterable[Source]]) -> Routed:
        aside: deque[Any] = deque()
        pool = resources.extraction_pool(self._context)
        keeper = resources.page_keeper(self._context)
        extracted = resources.extracted_pages(self._context)

        def keep(page: Page, outcome: Article | Reject) -> None:
            keeper.offer(page, outcome)
            extracted.add(page, outcome)

        def new_pages() -> Iterator[Page]:
            for item in self._read_all(keyed[1], extracted):
                known = extracted.find(item) if isinstance(item, Page) else None
                if known is not None:
                    keeper.offer(item, known)
                    aside.append(settled(known))
                elif isinstance(item, Page):
                    yield item
                else:
                    aside.append(item)

        for outcome in pool.map_unordered(new_pages(), keep):
            while aside:
                yield aside.popleft()
            yield settled(outcome)
        yield from aside
        extracted.finish()
        yield from map(route, keeper.finish())
        pool.rest()  # what follows needs the memory

    def _read_all(self, sources: Iterable[Source], extracted: ExtractedPages) -> Iterator[Any]:
        """Yield pages and tagged outputs; tell ``extracted`` of each source."""
        for source in sources:
            observer.notify("source", source.ref)
            extracted.begin(source.ref)
            identity = source_identity(source.ref)
            yield count("polled", identity)
            try:
                yield from self._read(source)
            except InputError as error:
                now = self._context.started_at
                yield route(reject_source(source, error, rejected_at=now))
                yield route(failed_poll(source, error, polled_at=now))

    def _read(self, source: Source) -> Iterator[Any]:
        config, now = self._context.config, self._context.started_at
        with _open(source.ref) as raw:
            reader = open_documents(
                raw,
                source,
                config.read,
                seen_at=now,
                max_entries=config.fetch.max_entries,
                max_url_chars=config.fetch.max_url_chars,
                open_file=_open,
            )
            last = source.last if source.position else None  # of this file's earlier parts
            found, has_links = 0, last is not None and last.has_links
            children = list(last.children) if last is not None else []
            for item in reader:
                if isinstance(item, Source):
                    children.append(f"{item.kind}:{item.ref}")
                else:
                    found += 1
                    # What is held back is looked at again, as what is behind an address is.
                    held = isinstance(item, Reject) and item.reason == "embargoed"
                    has_links = has_links or held or isinstance(item, Entry)
                yield from self._settle(item)
            for kind, tally in reader.passed_over.items():
                yield count_all("passed_over", tally, kind)
        yield count("changed", source_identity(source.ref))
        yield route(
            Poll(
                source_ref=source.ref,
                source_kind=reader.kind,
                polled_at=now,
                outcome="changed",
                title=reader.title,
                entries=found,
                children=tuple(children),
                has_links=has_links or bool(children),
                fingerprint=source.fingerprint,
                position=reader.position,
                complete=reader.complete,
            )
        )

    def _settle(self, item: Item) -> Iterator[Any]:
        if isinstance(item, Page):
            yield from count_entry(item.entry, "entries", "admitted", "fetched")
            yield item
        elif isinstance(item, Reject):
            yield from count_entry(item, "entries")
            yield route(item)
        else:
            if isinstance(item, Entry):
                yield from count_entry(item, "entries")
            yield route(item)
