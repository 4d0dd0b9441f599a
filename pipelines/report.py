"""A report on a dataset: what came in, what became of it, what needs a person.

Everything comes from the dataset: its log, its ledger, and few columns of its files; no text is
read. ``report_terminal``, ``report_json`` and ``report_page`` show it.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from newsbeam.pipelines.options import expand, open_output
from newsbeam.pipelines.report_words import count
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.log import load_commit, newest
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import ASIDE, new_name, open_storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.articles import count_articles
from newsbeam.transforms.statistics.balance import find_faults
from newsbeam.transforms.statistics.calendar import DayCounts
from newsbeam.transforms.statistics.columns import Column, profile_columns
from newsbeam.transforms.statistics.funnel import Way, build_funnel, reject_counts
from newsbeam.transforms.statistics.history import Counts, Pass, count_of, read_history
from newsbeam.transforms.statistics.lag import Lag
from newsbeam.transforms.statistics.periods import Periods, choose_periods, last_days
from newsbeam.transforms.statistics.reading import folder_of
from newsbeam.transforms.statistics.rejects import Rejected, count_rejects
from newsbeam.transforms.statistics.sizes import Sizes, measure_sizes
from newsbeam.transforms.statistics.sources import SourceHealth, measure_sources
from newsbeam.transforms.statistics.stories import Story, most_printed, tell_stories

#: Stands in a page: the commit that it was made at.
COMMIT_META = "newsbeam-commit"
_COMMIT_OF_PAGE = re.compile(rf'<meta name="{COMMIT_META}" content="(\d{{1,12}})">'.encode())
#: Of a page that was written before: where the commit is looked for.
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How many articles of something there are, and how many of each stretch of time."""

    name: str
    articles: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed since an earlier report, which was made at the commit ``since``."""

    since: int
    at: datetime | None  # when that was committed; None of the commit 0
    passes: int
    counts: Counts
    began_to_fail: tuple[str, ...]
    work_again: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is told of a dataset."""

    root: str
    made_at: datetime
    number: int  # of the newest commit
    faults: tuple[str, ...]
    last: Pass | None
    recent: tuple[Pass, ...]  # the last passes, the oldest first
    changed: Changed | None  # None without an earlier report
    last_day: Counts  # of the passes in the 24 hours before the report
    day_before: Counts
    total: Counts
    articles: int  # rows: of an article each of its revisions
    revisions: int  # of these rows, later ones than the first
    duplicates: int
    rejects: int
    words: int
    days: int  # folders that articles stand in
    newest: datetime | None
    undated: int
    to_the_day: int
    in_the_future: int
    recent_days: tuple[date, ...]  # the last of them is that of the last pass
    periods: Periods
    publishers: tuple[Series, ...]
    languages: tuple[Series, ...]
    funnel: tuple[Way, ...]
    sources: tuple[SourceHealth, ...]
    lag: Lag
    completeness: Counter[str]
    page_kinds: Counter[str]
    stories: tuple[Story, ...]
    reject_reasons: Counter[tuple[str, str]]  # by stage and reason, of all time
    rejected: tuple[Rejected, ...]  # of the last weeks
    columns: tuple[Column, ...]
    sizes: Sizes
    engines: Counter[tuple[str, str]]  # passes by engine and version of Beam, "" without

    def rows(self, number: int) -> str:
        """Return a number of rows of ``articles/`` with the noun for them."""
        if not self.revisions:
            return count(number, "article")
        return count(number, "article or revision", "articles and revisions")

    def failing(self) -> list[SourceHealth]:
        """Return the sources that fail."""
        return [source for source in self.sources if source.state == "failing"]


def measure_dataset(root: str, settings: DatasetSettings, *, since: int | None = None) -> Report:
    """Return the report on the dataset at ``root``, compared with its commit ``since``.

    ``settings`` tell what upkeep would do. Raises ``DatasetError``, and ``UsageError`` if there is
    no such commit.
    """
    made_at, storage = datetime.now(UTC), open_storage(root)
    state = load_state(storage)
    since_at = _committed_at(state, since)
    placed = state.placed()
    history = read_history(state, made_at, since)
    balance = find_faults(storage, [each.file for each in placed], history)
    # What is not whole is told of, and passed over.
    whole = [each.file for each in placed if each.file.path not in balance.broken]
    files = {
        table: [file for file in whole if file.table == table]
        for table in ("articles", "duplicates", "rejects", "feeds")
    }
    ended = history.last.committed_at if history.last else made_at
    recent = last_days(ended)
    duplicates = _of_days(files["duplicates"], recent) or files["duplicates"]
    copies = most_printed(storage, duplicates)
    counts = count_articles(storage, files["articles"], history.committed, copies, recent, made_at)
    periods = choose_periods(*counts.by_language.pairs()[1:], recent)
    sources = measure_sources(state, files["feeds"], ended, since_at)
    total: Counts = Counter({key: tally.count for key, tally in history.ledger.items()})
    last = history.last.counts if history.last else Counter()
    changed = None
    if since is not None:
        changed = Changed(
            since=since,
            at=since_at,
            passes=history.later_passes,
            counts=history.later,
            began_to_fail=sources.began_to_fail,
            work_again=sources.work_again,
        )
    return Report(
        root=root,
        made_at=made_at,
        number=state.number,
        faults=balance.faults,
        last=history.last,
        recent=tuple(history.recent),
        changed=changed,
        last_day=history.last_day,
        day_before=history.day_before,
        total=total,
        articles=counts.articles,
        revisions=counts.revisions,
        duplicates=sum(file.rows for file in files["duplicates"]),
        rejects=sum(file.rows for file in files["rejects"]),
        words=counts.words,
        days=len({folder_of(file)["date"] for file in files["articles"]}),
        newest=counts.newest,
        undated=counts.undated,
        to_the_day=counts.to_the_day,
        in_the_future=counts.in_the_future,
        recent_days=recent.starts,
        periods=periods,
        publishers=_series(counts.publishers, counts.by_publisher, periods),
        languages=_series(counts.languages, counts.by_language, periods),
        funnel=tuple(build_funnel(total, history.last_day, last)),
        sources=sources.sources,
        lag=counts.lags.lag(),
        completeness=counts.completeness,
        page_kinds=counts.page_kinds,
        stories=tuple(tell_stories(storage, duplicates, copies, counts.printed)),
        reject_reasons=reject_counts(total),
        rejected=tuple(count_rejects(storage, _of_days(files["rejects"], recent))),
        columns=tuple(profile_columns(storage, files["articles"], counts.nulls)),
        sizes=measure_sizes(state, placed, history, settings),
        engines=history.engines,
    )


def write_report(
    root: str, path: str, settings: DatasetSettings, *, since: int | None = None
) -> None:
    """Write the page about the dataset at ``root`` to ``path``, a file, in a bucket, or ``-``.

    It says what has changed after the commit ``since``; without that, since the page that stands
    there already. It appears whole, in the place of the one before. Raises ``DatasetError``, and
    ``UsageError`` if it cannot be written.
    """
    from newsbeam.pipelines.report_page import write_page

    check_place(path)
    if since is None:
        since = _commit_of(path)
        if since is not None and since > newest(open_storage(root)):
            since = None  # a page about another dataset
    page = write_page(measure_dataset(root, settings, since=since))
    if path == "-":
        with open_output(path) as file:
            file.write(page)
        return
    folder, name = _split(path)
    open_storage(folder).replace(name, page.encode("utf-8", "replace"))


def check_place(path: str) -> None:
    """Raise UsageError if no page can be written to ``path``: on a disk it is tried."""
    if path == "-":
        return
    folder, name = _split(path)
    if "://" in path:
        if not name or "://" not in folder:
            raise UsageError(f"{path} cannot be written: it names no file in a bucket.")
        open_storage(folder)
        return
    try:
        if Path(folder, name).is_dir():
            raise UsageError(f"{path} cannot be written: it is a folder.")
        trial = Path(folder, new_name(ASIDE))
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def _commit_of(path: str) -> int | None:
    """Return the commit that the page at ``path`` was made at; None if no page of ours is there."""
    if path == "-":
        return None
    folder, name = _split(path)
    try:
        with open_storage(folder).open(name) as file:
            found = _COMMIT_OF_PAGE.search(file.read(_HEAD_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return int(found[1]) if found else None


def _split(path: str) -> tuple[str, str]:
    """Return folder and name of a file."""
    if "://" in path:
        folder, _, name = path.rpartition("/")
        return folder, name
    place = expand(path)
    return str(place.parent), PurePosixPath(place).name


def _committed_at(state: State, since: int | None) -> datetime | None:
    if since is None or since == 0:
        return None
    if not 0 < since <= state.number:
        raise UsageError(f"--since {since}: the newest commit is {state.number}.")
    return load_commit(state.storage, since).committed_at


def _of_days(files: Sequence[StagedFile], days: Periods) -> list[StagedFile]:
    """Return the files that may have rows of these days, or later ones."""
    return [file for file in files if _until(file) >= days.starts[0]]


def _until(file: StagedFile) -> date:
    """Return the last day that the folder of a file can hold: it may be one of a year."""
    day = date.fromisoformat(folder_of(file)["date"])
    if (day.month, day.day) == (1, 1):
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if day.day == 1 else day


def _series(totals: Counter[str], by_day: DayCounts, periods: Periods) -> tuple[Series, ...]:
    counts = by_day.by_place(periods.places(by_day.pairs()[1]), len(periods)).tolist()
    by_name = dict(zip(by_day.names, counts, strict=True))
    none = [0] * len(periods)
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Series(name=name, articles=count, counts=tuple(by_name.get(name, none)))
        for name, count in ranked
    )


__all__ = ["Changed", "Report", "Series", "count_of", "measure_dataset", "write_report"]
