"""What a worker process keeps between bundles: extraction processes, connections, the index.

Beam may make many copies of a step and may never tear one down, so these are kept here, once for a
process, and end with it.
"""

import atexit
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial

from newsbeam import __version__
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.own_steps import choose_steps
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.core.settings import (
    Config,
    ExtractSettings,
    FetchSettings,
    QualitySettings,
    TextSettings,
    WireSettings,
)
from newsbeam.transforms.dataset.asked_items import AskedItems
from newsbeam.transforms.dataset.boilerplate import BoilerplateReader
from newsbeam.transforms.dataset.extracted import ExtractedPages
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.pages import PageKeeper
from newsbeam.transforms.dataset.polls import LastPolls, last_polls
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.stories import StoryReader, horizon
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.web.hosts import HostState
from newsbeam.transforms.workers.pool import ExtractionPool

_lock = threading.Lock()  # guards what is kept


def extraction_pool(context: PassContext) -> ExtractionPool:
    """Return the extraction processes of this worker."""
    return _pool(context.config)


def warm_up(config: Config, *, much: bool) -> None:
    """Start the extraction processes of this machine while other things are loaded.

    ``much`` says whether more than a few pages are to come.
    """
    _pool(config).warm_up(much=much)


def _pool(config: Config) -> ExtractionPool:
    with _lock:  # an engine's worker may begin several steps at once
        return _only_pool(config.extract, config.text, config.quality, config.wires)


_pools: list[ExtractionPool] = []


@lru_cache(maxsize=1)
def _only_pool(
    extract: ExtractSettings, text: TextSettings, quality: QualitySettings, wires: WireSettings
) -> ExtractionPool:
    _pools.append(ExtractionPool(extract, _options(extract, text, quality, wires)))
    return _pools[-1]


def _options(
    extract: ExtractSettings, text: TextSettings, quality: QualitySettings, wires: WireSettings
) -> ExtractOptions:
    return ExtractOptions.of(extract, text, quality, __version__, wires)


def index(context: PassContext) -> IndexReader:
    """Return what the dataset knew when the pass was planned."""
    return _index(context.root, context.base)


def asked_items(context: PassContext, entries: Collection[Entry]) -> AskedItems:
    """Return what the dataset knows of those of ``entries`` that have an item."""
    return AskedItems(
        entries,
        index(context),
        lambda known: stories(context).with_items(known),
        context.config.fetch.max_url_chars,
    )


@lru_cache(maxsize=1)  # it keeps filters in memory
def _index(root: str, base: int) -> IndexReader:
    return IndexReader(root, base)


def forgotten(context: PassContext) -> Forgotten:
    """Return what was forgotten when the pass was planned, or is older than is kept."""
    days = context.config.dataset.keep_days
    return _forgotten(context.root, context.base, days, context.started_at)


@lru_cache(maxsize=4)
def _forgotten(root: str, base: int, keep_days: float | None, now: datetime) -> Forgotten:
    # By one clock, wherever it is asked: what is too old for one step is so for all.
    return Forgotten(load_state(open_storage(root), until=base).marks(), keep_days, now=now)


def page_keeper(context: PassContext) -> PageKeeper:
    """Return what keeps the bytes of pages of one bundle, as far as the configuration asks."""
    which = context.config.keep.bytes
    steps = choose_steps(context.config.steps, writing=False)
    return PageKeeper(context.root, context.unit, which, partial(forgotten, context), steps)


def extracted_pages(context: PassContext) -> ExtractedPages:
    """Return what one bundle knows of its pages from a pass that was killed."""
    config = context.config
    options = _options(config.extract, config.text, config.quality, config.wires)
    return ExtractedPages(context.root, options, context.started_at)


def boilerplate(context: PassContext) -> BoilerplateReader:
    """Return the lines that the dataset had learned when the pass was planned."""
    return BoilerplateReader(context.root, context.base)


def polls(context: PassContext) -> LastPolls:
    """Return how the last poll of each source ended before this pass."""
    return _polls(context.root, context.base)


@lru_cache(maxsize=1)
def _polls(root: str, base: int) -> LastPolls:
    return last_polls(root, until=base)


def stories(context: PassContext) -> StoryReader:
    """Return the articles that new ones may nearly repeat."""
    since = horizon(context.started_at, context.config.duplicates.horizon_days)
    return _stories(context.root, context.base, since)


@lru_cache(maxsize=2)
def _stories(root: str, base: int, since: datetime) -> StoryReader:
    return StoryReader(load_state(open_storage(root), until=base), since)


class Web:
    """A fetcher with the event loop that it lives in."""

    def __init__(self, settings: FetchSettings, hosts: Iterable[HostState]) -> None:
        # Jobs without URLs do without its imports, which take a fifth of a second.
        from newsbeam.transforms.web.client import Fetcher
        from newsbeam.transforms.web.drive import EventLoopThread

        self.settings = settings
        self.loop = EventLoopThread()
        self.loop.__enter__()
        self.fetcher = Fetcher(settings, state=hosts)
        self.loop.run(self.fetcher.__aenter__())

    def close(self) -> None:
        """End connections, loop and thread."""
        self.loop.run(self.fetcher.__aexit__(None, None, None))
        self.loop.__exit__(None, None, None)


_idle: list[Web] = []


@contextmanager
def web(context: PassContext) -> Iterator[Web]:
    """Lend a fetcher: one that is idle, so that it knows when each host was last asked, or a new.

    A worker with several threads has several; a host is asked by one of them at a time, because
    all of a host's work comes in one piece.
    """
    settings = context.config.fetch
    with _lock:
        found = next((each for each in _idle if each.settings == settings), None)
        if found is not None:
            _idle.remove(found)
    lent = found or Web(settings, _waiting_hosts(polls(context)))
    try:
        yield lent
    finally:
        with _lock:
            _idle.append(lent)


def _waiting_hosts(polls: LastPolls) -> Iterator[HostState]:
    """Yield the hosts that asked to be left alone."""
    for ref in polls.starting_with("host:"):
        poll = polls[ref]
        if poll.source_kind == "host" and poll.next_at is not None:
            yield HostState(
                host=ref.removeprefix("host:"),
                next_at=poll.next_at.timestamp(),
                backoff_s=poll.interval_s or 0.0,
            )


def close_all() -> None:
    """End all connections and their threads; those needed again are made again."""
    with _lock:
        while _idle:
            _idle.pop().close()


def renew() -> None:
    """End what was made by settings that hold no more: connections and extraction processes."""
    close_all()
    with _lock:
        _only_pool.cache_clear()
        while _pools:
            _pools.pop().close()


atexit.register(close_all)
