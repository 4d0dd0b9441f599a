"""What an audit finds in the rows of each file, and what it takes from them to judge in the end."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.identity import (
    article_id,
    content_hash,
    item_id,
    line_id,
    taken_id,
)
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.audit_keys import KeyAudit
from newsbeam.transforms.dataset.audit_ledger import (
    INDEXED,
    POLLS,
    PROJECTED,
    ROWS,
    LedgerAudit,
    Tallies,
)
from newsbeam.transforms.dataset.forgotten import MASKED, Forgotten
from newsbeam.transforms.dataset.layout import folder_dates, partition_values, split_data_path
from newsbeam.transforms.dataset.projection import (
    COLUMNS,
    add_up,
    index_rows,
    tally_polls,
    tally_units,
)
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.writer import StagedFile, to_lines

_CHECKED = {"articles": ["supersedes", "text", "wire", "withdrawn"], "duplicates": ["duplicate_of"]}


def checked_columns(table: str) -> list[str]:
    """Return the columns of ``table`` that are looked at."""
    columns = [*COLUMNS[table], *_CHECKED.get(table, ()), *MASKED.get(table, ())]
    return list(dict.fromkeys(columns))


def audit_rows(
    file: StagedFile,
    groups: Iterable[pa.Table],
    keys: KeyAudit,
    ledgers: LedgerAudit,
    forgotten: Forgotten,
) -> Iterator[str]:
    """Yield the faults of the rows of a sound file; the rest is for ``keys`` and ``ledgers``."""
    keys.begin_file(file.path)
    left = 0
    counted: Ledger = {}
    tallies: Tallies = {}
    for group in groups:
        rows = widen("index", group) if file.table == "index" else group
        for (unit, kind, reason), tally in tally_units(file.table, rows).items():
            _add(tallies, (unit, ROWS, kind, reason), tally)
            counted[kind, reason] = counted.get((kind, reason), Tally()) + tally
        for key, tally in _other_tallies(file.table, rows).items():
            _add(tallies, key, tally)
        keys.add(file.table, rows)
        left += int(forgotten.mask(file.table, rows).sum()) if forgotten else 0
        yield from _strange_dates(file, rows)
        if file.table == "articles":
            yield from _wrong_identities(file, rows)
        elif file.table == "boilerplate":
            yield from _wrong_lines(file, rows)
    ledgers.add_rows(file.path, tallies)
    if left:
        yield f"{file.path}: {left} rows are among what was to be forgotten."
    if to_lines(counted) != file.tallies:
        yield f"{file.path}: its rows are not of the entries that its commit says."


def _add(tallies: Tallies, key: tuple[str, int, str, str], tally: Tally) -> None:
    tallies[key] = tallies.get(key, Tally()) + tally


def _other_tallies(table: str, rows: pa.Table) -> Tallies:
    if table == "index":
        entered = rows.filter(pc.not_equal(rows["outcome"], "unchanged"))
        return _whole_rows(INDEXED, entered)
    if table == "feeds":
        polls = tally_polls(rows)
        return {(unit, POLLS, kind, ""): tally for (unit, kind), tally in polls.items()}
    if table == "boilerplate":  # a line without a commit is found by its unit all the same
        return {(unit, ROWS, "", ""): Tally() for unit in rows["unit"].unique().to_pylist()}
    return _whole_rows(PROJECTED, index_rows(table, rows))


def _whole_rows(source: int, rows: pa.Table) -> Tallies:
    """Return the tallies of whole index rows, by unit."""
    columns = []
    for field in file_schema("index"):
        column = rows[field.name]
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.int64())
        elif pa.types.is_large_binary(field.type):
            values = column.to_pylist()
            column = pa.array([value and value.hex() for value in values], pa.string())
        columns.append(pc.fill_null(column.cast(pa.string()), "\0"))
    joined = pc.binary_join_element_wise(*columns, "\x1f").to_pylist()
    units = rows["unit"].to_pylist()
    found = add_up((unit, ("", ""), row) for unit, row in zip(units, joined, strict=True))
    return {(unit, source, "", ""): tally for (unit, _, _), tally in found.items()}


def _strange_dates(file: StagedFile, rows: pa.Table) -> Iterator[str]:
    table, partition = split_data_path(file.path)
    date = partition_values(table, partition).get("date")
    if date is None:
        return
    if table == "rejects":
        times = rows["rejected_at"]
    else:
        times = pc.coalesce(rows["published_at"], rows["fetched_at"])
    strange = pc.not_equal(pc.strftime(times, "%Y-%m-%d"), date)
    others = pc.strftime(times.filter(strange), "%Y-%m-%d").to_pylist()
    wrong = sum(date not in folder_dates(other) for other in others)
    if wrong:
        yield f"{file.path}: {wrong} rows are of another date than the folder."


def _wrong_identities(file: StagedFile, rows: pa.Table) -> Iterator[str]:
    names = ("article_id", "canonical_url", "content_hash", "text")
    wrong_texts, wrong_ids = [], []
    columns = [*(rows[name].to_pylist() for name in names), _item_ids(rows)]
    for identity, url, text_hash, text, item in zip(*columns, strict=True):
        if content_hash(text) != text_hash:
            wrong_texts.append(identity)
        if identity not in (article_id(url, text_hash, item), taken_id(url)):
            wrong_ids.append(identity)
    for wrong, what in ((wrong_texts, "content_hash"), (wrong_ids, "article_id")):
        if wrong:
            yield f"{file.path}: {len(wrong)} rows have a wrong {what}, such as article {wrong[0]}."


def _item_ids(rows: pa.Table) -> list[str | None]:
    """Return the identity of the wire item of each row; files before version 5 have none."""
    if "wire" not in rows.column_names or rows["wire"].null_count == rows.num_rows:
        return [None] * rows.num_rows
    parts = ("format", "guid", "version", "provider")
    columns = [pc.struct_field(rows["wire"], part).to_pylist() for part in parts]
    return [item_id(*values) for values in zip(*columns, strict=True)]


def _wrong_lines(file: StagedFile, rows: pa.Table) -> Iterator[str]:
    names = ("line_id", "domain", "line")
    lines = zip(*(rows[name].to_pylist() for name in names), strict=True)
    wrong = [identity for identity, *line in lines if line_id(*line) != identity]
    if wrong:
        yield f"{file.path}: {len(wrong)} rows have a wrong line_id, such as line {wrong[0]}."
