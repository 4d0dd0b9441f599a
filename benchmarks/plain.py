"""The job over pages in files as one plain loop over the same functions, without Beam.

    python -m benchmarks.plain ROOT LIST

LIST is a file with one path a line. What this costs is what the job would cost if no engine had to
be served; ``benchmarks/engines.py`` compares the engines with it.
"""

import gc
import platform
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsbeam import __version__
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id, source_identity
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    Page,
    Poll,
    Reject,
    SiteLine,
    Source,
    Unchanged,
)
from newsbeam.transforms.core.rejects import failed_poll, reject_source
from newsbeam.transforms.core.settings import Config, ExtractSettings
from newsbeam.transforms.dataset.boilerplate import BoilerplateReader
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.stories import StoryReader, horizon
from newsbeam.transforms.dataset.writer import write_shard
from newsbeam.transforms.dedup.exact import settle_same_text, settle_same_url
from newsbeam.transforms.dedup.links import new_article
from newsbeam.transforms.dedup.near import find_near_duplicates, near_duplicate_of
from newsbeam.transforms.dedup.site_lines import clean_site
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.plan import weigh
from newsbeam.transforms.workers.pool import ExtractionPool

TABLES = {
    Article: "articles",
    Duplicate: "duplicates",
    Reject: "rejects",
    Unchanged: "index",
    SiteLine: "boilerplate",
    Poll: "feeds",
}


def main(root: str, listed: str) -> None:
    """Read the listed files into the dataset at ``root``, in passes as the job takes them."""
    gc.freeze()  # as the command does with what it has imported
    config = Config(extract=ExtractSettings(timeout_s=60))  # as tests.engines.runs has it
    recover(root, config.dataset)
    remaining = [Path(line) for line in Path(listed).read_text().splitlines()]
    options = ExtractOptions.of(config.extract, config.text, config.quality, __version__)
    with ExtractionPool(config.extract, options) as pool:
        while remaining:
            room = config.passes.max_bytes
            part = []
            while remaining and room > 0:
                part.append(remaining.pop(0))
                stat = part[-1].stat()
                room -= weigh(Source(ref=str(part[-1]), size=stat.st_size), config.passes)
            run_pass(part, root, config, pool)
    assert "apache_beam" not in sys.modules


def run_pass(paths: list[Path], root: str, config: Config, pool: ExtractionPool) -> None:
    """Read ``paths``, drop what is there already and commit the rest."""
    now, base = datetime.now(UTC), head(root)
    unit = f"{now:%Y%m%dT%H%M%SZ}-{base:08x}"
    ids: dict[str, list[str]] = defaultdict(list)
    rows: list[Any] = []
    read = list(pool.map_unordered(read_pages(paths, config, now, ids, rows)))
    rows += (one for one in read if isinstance(one, Reject))
    articles = [one for one in read if isinstance(one, Article)]

    index = IndexReader(root, base)
    articles, lines = clean_sites(articles, index, root, base, now, config)
    rows += lines
    for key, lookup, settle in (
        ("article_id", index.lookup_articles, settle_same_url),
        ("content_hash", index.lookup_texts, settle_same_text),
    ):
        articles, others = settle_all(articles, key, lookup, settle)
        rows += others
    rows += drop_near_duplicates(articles, root, base, index, now, config)

    files: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        table = TABLES[type(row)]
        files[table, partition_of(table, row)].append(row)
    staged = [
        write_shard(root, unit, table, partition, found, config.dataset)
        for (table, partition), found in files.items()
    ]
    events: Ledger = {(kind, ""): Tally.of(found) for kind, found in ids.items()}
    info = {"engine": "plain loop", "python": platform.python_version()}
    commit_unit(root, unit, staged, events, base=base, info=info, settings=config.dataset)


def read_pages(
    paths: Iterable[Path], config: Config, now: datetime, ids: dict[str, list[str]], rows: list[Any]
) -> Iterator[Page]:
    """Yield the pages in the files, and note what the ledger and ``feeds/`` are to say of them."""
    for path in paths:
        stat = path.stat()
        fingerprint = f"{stat.st_size}-{stat.st_mtime}"
        source = Source(ref=str(path), size=stat.st_size, fingerprint=fingerprint)
        ids["polled"].append(source_identity(source.ref))
        try:
            yield from read_file(path, source, config, now, ids, rows)
        except InputError as error:
            rows.append(reject_source(source, error, rejected_at=now))
            rows.append(failed_poll(source, error, polled_at=now))


def read_file(
    path: Path,
    source: Source,
    config: Config,
    now: datetime,
    ids: dict[str, list[str]],
    rows: list[Any],
) -> Iterator[Page]:
    """Yield the pages in one file."""
    with path.open("rb") as raw:
        reader = open_documents(
            raw,
            source,
            config.read,
            seen_at=now,
            max_entries=config.fetch.max_entries,
            max_url_chars=config.fetch.max_url_chars,
        )
        for page in reader:
            assert isinstance(page, Page), "this loop reads pages only"
            entry = page.entry
            identity = entry_id(entry.source_kind, entry.source_ref, entry.source_id, entry.url)
            for kind in ("entries", "admitted", "fetched"):
                ids[kind].append(identity)
            yield page
    ids["changed"].append(source_identity(source.ref))
    rows.append(
        Poll(
            source_ref=source.ref,
            source_kind=reader.kind,
            polled_at=now,
            outcome="changed",
            entries=1,
            fingerprint=source.fingerprint,
            position=reader.position,
            complete=reader.complete,
        )
    )


def settle_all(
    articles: list[Article],
    key: str,
    lookup: Callable[[list[str]], dict[str, Any]],
    settle: Callable[..., list[Any]],
) -> tuple[list[Article], list[Any]]:
    """Return the articles that stay, and the rows of the others."""
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[getattr(article, key)].append(article)
    known = lookup(list(groups))
    settled = [one for name, group in groups.items() for one in settle(group, known.get(name))]
    return (
        [one for one in settled if isinstance(one, Article)],
        [one for one in settled if not isinstance(one, Article)],
    )


def clean_sites(
    articles: list[Article],
    index: IndexReader,
    root: str,
    base: int,
    now: datetime,
    config: Config,
) -> tuple[list[Article], list[Any]]:
    """Return the articles without the lines that recur on their sites, and what was learned."""
    known = index.lookup_articles({one.article_id for one in articles})
    sites: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        sites[article.domain or ""].append(article)
    learned = BoilerplateReader(root, base).lookup_sites(sites.keys())
    result, found = list(sites.pop("", [])), []
    for domain, group in sites.items():
        cleaned, lines = clean_site(
            group, known, learned.get(domain, []), config.text, config.quality, learned_at=now
        )
        result += cleaned
        found += lines
    return result, found


def drop_near_duplicates(
    articles: list[Article],
    root: str,
    base: int,
    index: IndexReader,
    now: datetime,
    config: Config,
) -> Iterator[Article | Duplicate]:
    """Yield what is written, and a row for each article that nearly repeats one."""
    storage, since = open_storage(root), horizon(now, config.duplicates.horizon_days)
    stories = StoryReader(load_state(storage, base), since)
    by_id = {one.article_id: one for one in articles if one.revision == 1}

    def text_of(article_id: str) -> str:
        new = by_id.get(article_id)
        return new.text if new else stories.text_of(index.lookup_articles([article_id])[article_id])

    new = map(new_article, by_id.values())
    found = find_near_duplicates(new, text_of, config.duplicates, stories.blocks())
    verdicts = {one.article_id: one for one in found.duplicates}
    known = index.lookup_articles({one.duplicate_of for one in found.duplicates} - by_id.keys())
    for article in articles:
        each = verdicts.get(article.article_id)
        if each is None:
            yield article
            continue
        stays = by_id.get(each.duplicate_of) or known[each.duplicate_of]
        yield near_duplicate_of(article, stays, each.verdict)


if __name__ == "__main__":
    main(*sys.argv[1:])
