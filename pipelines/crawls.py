"""Archives of Common Crawl by name: ``cc-news:2026-11``, ``cc-main:2026-43``, ``cc-wet:2026-43``.

Each crawl has a list of its archives. They are read from a folder or a bucket, or fetched from an
address one by one, in parts and politely, read, and removed.
"""

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from newsbeam.pipelines.engine import Engine
from newsbeam.pipelines.options import expand
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import Outcome, mark_reading, run_job
from newsbeam.transforms.core.errors import InputError, UsageError
from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config, CrawlSettings, FetchSettings, InputSettings
from newsbeam.transforms.dataset.log import Commit
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.sources.plan import is_web
from newsbeam.transforms.sources.streams import open_decompressed, read_capped
from newsbeam.transforms.steps.read import open_file
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.download import download
from newsbeam.transforms.web.drive import EventLoopThread

_log = logging.getLogger("newsbeam")

_NAME = re.compile(r"(cc-news|cc-main|cc-wet):(\d{4})-(\d\d)")
_LISTS = {
    "cc-news": "crawl-data/CC-NEWS/{0}/{1}/warc.paths.gz",
    "cc-main": "crawl-data/CC-MAIN-{0}-{1}/warc.paths.gz",
    "cc-wet": "crawl-data/CC-MAIN-{0}-{1}/wet.paths.gz",
}
_PATH = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*")


def list_archives(
    name: str, settings: CrawlSettings, fetch: FetchSettings, share: tuple[int, int] = (1, 1)
) -> list[str]:
    """Return the paths of the archives of a crawl below the base, those of a share of them.

    Shares are told apart by the place in the list, so that each machine finds its own. Raises
    UsageError if the crawl has no list at the base.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise UsageError(f"{name}: write cc-news:2026-11, cc-main:2026-43 or cc-wet:2026-43.")
    listed = _LISTS[match[1]].format(match[2], match[3])
    try:
        data = io.BytesIO(_read(listed, settings, fetch))
        stream = open_decompressed(data, f"{settings.base}/{listed}")
        lines = read_capped(stream, settings.max_paths_bytes).decode("utf-8", "replace").split("\n")
    except (InputError, OSError) as error:
        raise UsageError(
            f"{name} has no list of archives that can be read at {settings.base}/{listed}: {error} "
            "Set crawls.base to where crawl-data/ lies (and crawls.max_paths_bytes for long lists)."
        ) from error
    paths = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    for path in paths:
        if not _PATH.fullmatch(path):
            raise UsageError(f"{name}: its list names {path[:200]!r}, which is no path.")
    number, count = share
    return paths[number - 1 :: count]


def _read(path: str, settings: CrawlSettings, fetch: FetchSettings) -> bytes:
    place = f"{settings.base.rstrip('/')}/{path}"
    if not is_web(place):
        with open_file(place) as file:
            return file.read()

    async def ask() -> bytes:
        async with Fetcher(fetch) as fetcher:
            answer = await fetcher.get(place, max_bytes=settings.max_paths_bytes, accept="*/*")
            return answer.body

    with EventLoopThread() as loop:
        return loop.run(ask())


def run_crawls(
    inputs: Iterable[InputSettings | str],
    root: str,
    config: Config,
    engine: Engine,
    *,
    share: tuple[int, int] = (1, 1),
    on_pass: Callable[[Commit], None] = lambda _: None,
) -> Outcome:
    """Read the crawls that ``inputs`` name into the dataset at ``root``.

    Archives that were read to their end before are not read, nor fetched, again.
    """
    outcome = Outcome(root=root, engine=engine.name)
    for given in inputs:
        known = given if isinstance(given, InputSettings) else InputSettings(ref=given)
        paths = list_archives(known.ref, config.crawls, config.fetch, share)
        for sources in _batches(paths, root, config):
            marked = [
                replace(source, publisher=known.publisher, language=known.language)
                for source in sources
            ]
            done = run_job(marked, root, config, engine, on_pass=on_pass)
            outcome.commits += done.commits
            outcome.seconds += done.seconds
    return outcome


def _batches(paths: Sequence[str], root: str, config: Config) -> Iterator[list[Source]]:
    """Yield the archives as sources: all at once where they lie, else one after the other."""
    base = config.crawls.base.rstrip("/")
    if not is_web(base):
        yield [source for path in paths for source in _find(f"{base}/{path}")]
        return
    folder = expand(config.crawls.folder)
    with EventLoopThread() as loop:
        fetcher = Fetcher(config.fetch)
        loop.run(fetcher.__aenter__())
        try:
            for path in paths:
                url, target = f"{base}/{path}", folder / path
                source = Source(
                    ref=str(target), kind="warc", fingerprint=f"crawl-{digest('crawl', url)[:16]}"
                )
                if _is_read(source, root, config):
                    continue
                if not target.exists():
                    try:
                        loop.run(download(fetcher, url, target, config.crawls.part_bytes))
                    except InputError as error:
                        _log.warning("%s cannot be fetched: %s", url, error.detail)
                size = target.stat().st_size if target.exists() else 0
                yield [replace(source, size=size)]
                target.unlink(missing_ok=True)
        finally:
            loop.run(fetcher.__aexit__(None, None, None))


def _find(path: str) -> Sequence[Source]:
    """Return an archive as a source; one that is not there fails when it is read."""
    try:
        return resolve_inputs([f"warc:{path}"])
    except UsageError:
        return [Source(ref=path, kind="warc")]


def _is_read(source: Source, root: str, config: Config) -> bool:
    poll = last_polls(root).get(source.ref)
    same = poll is not None and poll.fingerprint == mark_reading(source, config).fingerprint
    return same and poll is not None and poll.outcome != "failed" and poll.complete
