"""Which kept pages are what the dataset has last of an input, and what it made of them.

A page is extracted again only if it gave what is known last of its input, and, where an article
came of it, if that is the latest revision: the text of an older page must not follow a newer one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.column_types import TIME
from newsbeam.transforms.core.errors import REASONS, UsageError
from newsbeam.transforms.core.identity import reject_id
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.dataset.conflicts import read_articles
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.layout import PAGES, folder_dates
from newsbeam.transforms.dataset.log import open_data, read_data
from newsbeam.transforms.dataset.page_records import read_known, read_page
from newsbeam.transforms.dataset.pages import open_pages, scan_pages
from newsbeam.transforms.dataset.projection import COLUMNS, entry_ids
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.dedup.exact import Known

_ROW = [
    *("outcome", "article_id", "revision", "content_hash", "published_at", "fetched_at"),
    *("reject_id", "stage"),
]
_PAGE = pa.schema(
    [
        ("entry_id", pa.string()),
        ("file", pa.int32()),  # place in the list of files
        ("start", pa.int64()),
        ("size", pa.int64()),
        ("kept_at", TIME),  # when the page was fetched
    ]
)
#: What became of pages beside others, whatever is extracted from them.
_NOT_EXTRACTED = ("superseded",)
#: Inputs that are looked up in the index at once.
_CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A kept page, and the row that its input has now."""

    entry_id: str
    file: StagedFile
    start: int  # byte offset in the file
    size: int  # bytes that it takes there
    outcome: str  # written, duplicate or rejected
    article_id: str | None  # as are the next four: None of a reject
    revision: int | None
    content_hash: str | None
    published_at: datetime | None
    fetched_at: datetime
    reason: str | None  # of a reject


def find_pages(state: State) -> pa.Table:
    """Return where the kept pages of each input are, by input, the latest last.

    Raises ``DatasetError``.
    """
    tables = [_PAGE.empty_table()]
    for place, file in enumerate(state.files(PAGES)):
        rows = [
            {
                "entry_id": kept.entry_id,
                "file": place,
                "start": kept.start,
                "size": kept.end - kept.start,
                "kept_at": kept.page.fetched_at,
            }
            for kept in scan_pages(state.storage, file)
        ]
        tables.append(pa.Table.from_pylist(rows, schema=_PAGE))
    pages = pa.concat_tables(tables)
    keys = [(name, "ascending") for name in ("entry_id", "kept_at", "file", "start")]
    return pages.sort_by(keys)


def find_candidates(
    state: State, pages: pa.Table, *, reason: str | None = None, everything: bool = False
) -> list[Candidate]:
    """Return those of ``pages`` that were rejected, for ``reason`` if one is given, in their order.

    ``pages`` are what ``find_pages`` gives. With ``everything``, also those that became what is the
    latest revision of an article, or a duplicate that is no article. Raises ``DatasetError``, and
    ``UsageError`` for a reason that there is not.
    """
    files = state.files(PAGES)
    reasons = {*REASONS, *_own_reasons(state)}
    if reason is not None and reason not in reasons:
        raise UsageError(f"--reason {reason}: there are {', '.join(sorted(reasons))}.")
    rows = _rows_of(state, pages["entry_id"])
    found = [
        row
        for of_entry, its_rows in _joined(pages, rows)
        if (row := _choose(of_entry, its_rows, reasons)) is not None
        and (everything or row["outcome"] == "rejected")
        and row["reason"] not in _NOT_EXTRACTED
        and (reason is None or row["reason"] == reason)
    ]
    latest = _only_latest(state, found) if everything else found
    latest.sort(key=lambda row: (row["file"], row["start"]))
    return [Candidate(**{**row, "file": files[row["file"]]}) for row in latest]


def count_unkept(state: State, pages: pa.Table, reason: str | None = None) -> int:
    """Return how many rejects, for ``reason`` if one is given, have none of ``pages``."""
    kept = pages["entry_id"].combine_chunks().unique()
    count = 0
    for file in state.files("rejects"):
        rows = read_data(state.storage, file, COLUMNS["rejects"])
        if reason is not None:
            rows = rows.filter(pc.equal(rows["reason"], reason))
        inputs = pa.array(entry_ids("rejects", rows), pa.string())
        count += pc.sum(pc.invert(pc.is_in(inputs, value_set=kept))).as_py() or 0
    return count


def _rows_of(state: State, entries: pa.ChunkedArray) -> pa.Table:
    """Return the rows of the index of these inputs, by input, the oldest first."""
    wanted = entries.combine_chunks().unique()
    tables = []
    for file in state.files("index"):
        rows = read_data(state.storage, file, ["entry_id", *_ROW])
        tables.append(rows.filter(pc.is_in(rows["entry_id"], value_set=wanted)))
    if not tables:
        return pa.table({})
    rows = pa.concat_tables(tables)
    rows = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    return rows.sort_by([("entry_id", "ascending"), ("place", "ascending")])


def _joined(
    pages: pa.Table, rows: pa.Table
) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Yield all pages of each input with all rows of it, the latest last; both are sorted by it."""
    by_entry = groupby(_dicts(rows), lambda row: row["entry_id"])
    entry, of_entry = next(by_entry, (None, iter(())))
    for wanted, same in groupby(_dicts(pages), lambda page: page["entry_id"]):
        while entry is not None and entry < wanted:
            entry, of_entry = next(by_entry, (None, iter(())))
        yield list(same), list(of_entry) if entry == wanted else []


def _dicts(rows: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in rows.to_batches(max_chunksize=_CHUNK):
        yield from batch.to_pylist()


def _own_reasons(state: State) -> Iterator[str]:
    """Yield the reasons that steps of the users' own have given."""
    for file in state.files("rejects"):
        rows = read_data(state.storage, file, ["stage", "reason"])
        yield from rows.filter(pc.equal(rows["stage"], "step"))["reason"].unique().to_pylist()


def _choose(
    pages: list[dict[str, Any]], rows: list[dict[str, Any]], reasons: set[str]
) -> dict[str, Any] | None:
    """Return what a candidate is made of: the page that gave what the input is now, if it is kept.

    A reject that came again has no row of its own: then it is the page that came last.
    """
    last: dict[str, Any] | None = rows[-1] if rows else None
    if last is not None and last["outcome"] == "unchanged":  # as one of the rows before says
        last = next((row for row in reversed(rows[:-1]) if _is_same(row, rows[-1])), None)
    if last is None:
        return None
    page: dict[str, Any] | None = pages[-1]
    if last["outcome"] != "rejected":
        theirs = (each for each in reversed(pages) if each["kept_at"] == last["fetched_at"])
        page = next(theirs, None)
    if page is None or page["kept_at"] < last["fetched_at"]:
        return None
    found = {name: last[name] for name in ("outcome", "article_id", "revision", "content_hash")}
    found |= {name: page[name] for name in ("entry_id", "file", "start", "size")}
    found["published_at"], found["fetched_at"] = (
        _utc(last["published_at"]),
        _utc(last["fetched_at"]),
    )
    found["reason"] = _reason_of(last, reasons)
    return found


def _is_same(row: dict[str, Any], unchanged: dict[str, Any]) -> bool:
    same = (row[name] == unchanged[name] for name in ("article_id", "content_hash"))
    return row["outcome"] in ("written", "duplicate") and all(same)


def _reason_of(row: dict[str, Any], reasons: set[str]) -> str | None:
    """Return the reason of a reject, of which the index has the identity alone."""
    ids = (
        (reason, reject_id(row["stage"] or "", reason, row["entry_id"]))
        for reason in (reasons if row["reject_id"] else ())
    )
    return next((reason for reason, identity in ids if identity == row["reject_id"]), None)


def _only_latest(state: State, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out articles that have later revisions, and duplicates that are articles too."""
    index = IndexFiles(state.storage, state.files("index"))
    left = []
    for start in range(0, len(found), _CHUNK):
        some = found[start : start + _CHUNK]
        known = index.lookup_articles({row["article_id"] for row in some if row["article_id"]})
        left += [row for row in some if _is_latest(row, known)]
    return left


def _is_latest(row: dict[str, Any], known: Mapping[str, Known]) -> bool:
    if row["outcome"] == "rejected":
        return True
    revision = known[row["article_id"]].revision
    return revision == (row["revision"] if row["outcome"] == "written" else 0)


def is_outdated(
    candidate: Candidate,
    outcome: Article | Reject,
    known: Mapping[str, Known],
    fetched_at: datetime,
) -> bool:
    """Return whether the dataset has got a later text of the article than the page's."""
    if candidate.outcome == "written":
        latest = known.get(candidate.article_id or "")
        return latest is None or latest.revision != candidate.revision
    if isinstance(outcome, Reject):
        return False
    latest = known.get(outcome.article_id)
    return bool(latest and latest.revision and latest.fetched_at and latest.fetched_at > fetched_at)


def read_pages(state: State, candidates: Sequence[Candidate]) -> Iterator[Page]:
    """Yield the pages of ``candidates``, in their order. Raises ``DatasetError``."""
    for _, some in groupby(candidates, lambda each: each.file.path):
        of_file = list(some)
        with open_pages(state.storage, of_file[0].file) as opened:
            for each in of_file:
                yield read_page(opened, read_known(opened, each.start))


def read_rows(state: State, candidates: Collection[Candidate]) -> dict[tuple[str, int], Article]:
    """Return the rows of those that are articles, by id and revision."""
    wanted: dict[str, set[str]] = {}
    for each in candidates:
        if each.outcome == "written" and each.article_id is not None:
            day = (each.published_at or each.fetched_at).strftime("%Y-%m-%d")
            for folder in folder_dates(day):
                wanted.setdefault(folder, set()).add(each.article_id)
    found: dict[tuple[str, int], Article] = {}
    for folder, ids in sorted(wanted.items()):
        named = pa.array(sorted(ids), pa.string())
        for file in state.files("articles", f"date={folder}/"):
            with open_data(state.storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    keys = parquet.read_row_group(group, columns=["article_id"])["article_id"]
                    mask = pc.is_in(keys, value_set=named)
                    if pc.any(mask).as_py():
                        rows = widen("articles", parquet.read_row_group(group).filter(mask))
                        for row in read_articles(file, rows):
                            found[row.article_id, row.revision] = row
    return found


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
