"""Read files: documents are extracted on the spot, addresses of articles and sources are passed on.

HTML never leaves this step: a page that is read here is an article or a reject when it comes out.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from newsbeam.transforms import resources
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.garbage import Trimmer
from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.records import Article, Entry, Page, Poll, Reject, Source
from newsbeam.transforms.core.rejects import failed_poll, reject_source
from newsbeam.transforms.dataset.extracted import ExtractedPages
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.members import Item
from newsbeam.transforms.steps.outputs import Output, count, count_all, count_entry, told
from newsbeam.transforms.stores.inputs import open_object
from newsbeam.transforms.stores.objects import is_bucket

#: Bytes of pages after which what they left free in the heap is given back: 20 MB in a later pass.
_TRIM_EVERY = 8 << 20


def read_files(context: PassContext, sources: Iterable[Source]) -> Iterator[Output]:
    """Yield what becomes of ``sources``, which are files. At once, so that no core has to wait."""
    aside: deque[Output] = deque()
    pool = resources.extraction_pool(context)
    keeper = resources.page_keeper(context)
    extracted = resources.extracted_pages(context)

    trimmer = Trimmer(_TRIM_EVERY)

    def keep(page: Page, outcome: Article | Reject) -> None:
        keeper.offer(page, outcome)
        extracted.add(page, outcome)
        trimmer.count(len(page.body))

    def new_pages() -> Iterator[Page]:
        for item in _Reading(context).read_all(sources, extracted):
            known = extracted.find(item) if isinstance(item, Page) else None
            if known is not None:
                keeper.offer(item, known)
                aside.append(told(known))
            elif isinstance(item, Page):
                yield item
            else:
                aside.append(item)

    for outcome in pool.map_unordered(new_pages(), keep):
        while aside:
            yield aside.popleft()
        yield told(outcome)
    yield from aside
    extracted.finish()
    yield from keeper.finish()
    pool.rest()  # what follows needs the memory


def open_file(ref: str) -> BinaryIO:
    """Open a file, an object in ranges, or what Beam's file systems know."""
    if is_bucket(ref):
        return open_object(ref)
    try:
        if "://" not in ref:
            path = Path(ref)
            if path.is_dir():  # whose files could not be found
                next(path.iterdir(), None)
            if not path.is_file():
                raise InputError("unreadable", f"{ref} is no file that can be read.")
            return path.open("rb")
        from newsbeam.transforms.other_files import open_other  # jobs without do without Beam

        return open_other(ref)
    except OSError as error:
        raise InputError(
            "unreadable", f"{ref} cannot be opened: {error.strerror or error}."
        ) from error


class _Reading:
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def read_all(self, sources: Iterable[Source], extracted: ExtractedPages) -> Iterator[Any]:
        """Yield pages and outputs; tell ``extracted`` of each source."""
        for source in sources:
            observer.notify("source", source.ref)
            extracted.begin(source.ref)
            identity = source_identity(source.ref)
            yield count("polled", identity)
            try:
                yield from self._read(source)
            except InputError as error:
                now = self._context.started_at
                yield reject_source(source, error, rejected_at=now)
                yield failed_poll(source, error, polled_at=now)

    def _read(self, source: Source) -> Iterator[Any]:
        config, now = self._context.config, self._context.started_at
        with open_file(source.ref) as raw:
            reader = open_documents(
                raw,
                source,
                config.read,
                seen_at=now,
                max_entries=config.fetch.max_entries,
                max_url_chars=config.fetch.max_url_chars,
                open_file=open_file,
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
        yield Poll(
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

    def _settle(self, item: Item) -> Iterator[Any]:
        if isinstance(item, Page):
            yield from count_entry(item.entry, "entries", "admitted", "fetched")
            yield item
        elif isinstance(item, Reject):
            yield from count_entry(item, "entries")
            yield item
        else:
            if isinstance(item, Entry):
                yield from count_entry(item, "entries")
            yield item
