"""Tables of articles: JSON lines and Parquet, a row at a time."""

import codecs
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.fields import FIELDS, identify_row, read_row
from newsbeam.transforms.sources.other_names import other_names
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.row_notes import RowNotes
from newsbeam.transforms.sources.streams import read_lines

#: JSON may write a character as six bytes ("\u4e2d") that takes two or three.
_JSON_GROWTH = 4
_BATCH_ROWS = 64
#: What begins each text of a sequence of RFC 7464.
_SEPARATOR = b"\x1e"
_BLANK = codecs.BOM_UTF8 + _SEPARATOR + b" \t\r\n\f\v\0"


def read_json_lines(
    stream: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int = 2048,
) -> Iterator[Page | Entry | Reject]:
    """Yield what each line of ``stream`` (decompressed, from its start) holds.

    Positions are counts of lines. Damage in the middle of compressed data becomes one reject and
    ends the file. Raises ``InputError("bad_json")`` for JSON that is not in lines.
    """
    last = 0
    notes = RowNotes(source.ref, settings.fields)
    lines = read_lines(stream, settings.max_text_bytes * _JSON_GROWTH)
    try:
        for number, last, line, size in _texts(lines, settings.max_text_bytes * _JSON_GROWTH):
            if last <= source.position:
                continue
            if progress.must_stop():
                progress.stop_at(number - 1)
                notes.tell()
                return
            progress.spend(size)
            if line is not None and not line.strip(_BLANK):
                continue
            known = _known("jsonl", source, number, seen_at)
            try:
                row = _read_json(line, settings.max_text_bytes)
            except InputError as error:
                if number == 1:
                    _refuse_other_json(line or b"", source.ref)
                yield _reject(known, error)
                continue
            yield _read_row(row, known, settings, max_url_chars, notes)
    except InputError as error:
        if error.reason == "bad_json":
            raise
        last += 1
        yield _reject(_known("jsonl", source, last, seen_at), error)
    progress.position = last
    notes.tell()


def read_parquet(
    stream: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int = 2048,
) -> Iterator[Page | Entry | Reject]:
    """Yield what each row of the Parquet file ``stream`` holds.

    Positions are counts of rows; a row costs the mean of its row group in bytes. Only the columns
    that ``settings.fields`` or our own names ask for are read. Raises ``InputError("unreadable")``.
    """
    number = source.position
    with tempfile.TemporaryFile() as spool:
        if not stream.seekable():
            shutil.copyfileobj(stream, spool)
            spool.seek(0)
            stream = spool
        try:
            table = pq.ParquetFile(stream, pre_buffer=False)
            columns = _columns(table.schema_arrow, settings)
            _check_names(table.schema_arrow, settings, source.ref)
            notes = RowNotes(source.ref, settings.fields, table.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise InputError("unreadable", f"{source.ref} is no Parquet file: {error}.") from error
        if not columns and table.metadata.num_rows:
            names = ", ".join(table.schema_arrow.names[:20])
            raise InputError(
                "bad_row", f"{source.ref} has none of our fields but {names}: set read.fields."
            )
        try:
            for number, row, size in _rows(table, columns, source.position):
                if progress.must_stop():
                    progress.stop_at(number - 1)
                    notes.tell()
                    return
                progress.spend(size)
                known = _known("parquet", source, number, seen_at)
                if isinstance(row, InputError):
                    yield _reject(known, row)
                else:
                    yield _read_row(row, known, settings, max_url_chars, notes)
        except (pa.ArrowException, OSError) as error:
            broken = InputError("truncated_archive", f"The file is damaged: {error}.")
            yield _reject(_known("parquet", source, number + 1, seen_at), broken)
        progress.position = max(number, table.metadata.num_rows)
    notes.tell()


def _rows(
    table: pq.ParquetFile, columns: list[str], start: int
) -> Iterator[tuple[int, dict[str, Any] | InputError, int]]:
    """Yield (row number from 1, row, its size in bytes) of all rows after the first ``start``."""
    number = 0
    for index in range(table.num_row_groups):
        group = table.metadata.row_group(index)
        if number + group.num_rows <= start:
            number += group.num_rows
            continue
        size = group.total_byte_size // max(1, group.num_rows) + 1
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[index], columns=columns):
            if number + batch.num_rows <= start:
                number += batch.num_rows
                continue
            for row in _to_rows(batch):
                number += 1
                if number > start:
                    yield number, row, size


def _to_rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | InputError]:
    batch = _cast_times(batch)
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        # A text that is not UTF-8 or a date that Python has not: it takes only its own row along.
        for index in range(batch.num_rows):
            yield _to_row(batch.slice(index, 1))


def _to_row(one: pa.RecordBatch) -> dict[str, Any] | InputError:
    row: dict[str, Any] = {}
    for name, column in zip(one.schema.names, one.columns, strict=True):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            raw = column.cast(pa.large_binary())[0].as_py()
            row[name] = None if raw is None else raw.decode("utf-8", "replace")
            continue
        try:
            row[name] = column[0].as_py()
        except (ValueError, OverflowError, pa.ArrowException) as error:
            if not pa.types.is_temporal(column.type):
                return InputError("bad_row", f"The field {name} cannot be read: {error}.")
            row[name] = f"a {column.type} that Python has not"  # which is read as no date
    return row


def _cast_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return ``batch`` with times no finer than Python's, in UTC where it knows not their zone."""
    columns = [
        column.cast(_time_type(column.type), safe=False)
        if pa.types.is_timestamp(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _time_type(kind: pa.TimestampType) -> pa.TimestampType:
    # To a coarser unit alone: years after 292277 would begin anew in a finer one.
    kind = pa.timestamp("us" if kind.unit == "ns" else kind.unit, kind.tz)
    try:
        pa.scalar(0, kind).as_py()
    except (KeyError, ValueError, pa.ArrowException):
        return pa.timestamp(kind.unit, "UTC")
    return kind


def _texts(
    lines: Iterator[tuple[bytes | None, int]], max_bytes: int
) -> Iterator[tuple[int, int, bytes | None, int]]:
    """Yield the number of each text's first and last line, the text, and its size in bytes.

    A text is a line. In a sequence of RFC 7464, which begins with a record separator, it is all
    lines up to the next; None if it is too long.
    """
    parts: list[bytes] = []
    first = number = size = 0
    is_sequence = False
    try:
        for number, (line, length) in enumerate(lines, start=1):
            opens = line is not None and line.removeprefix(codecs.BOM_UTF8).startswith(_SEPARATOR)
            is_sequence = is_sequence or (number == 1 and opens)
            if not is_sequence:
                yield number, number, line, length
                continue
            if opens and size:
                yield first, number - 1, _joined(parts, size, max_bytes), size
                parts, size = [], 0
            first = first if size else number
            size += length if line is not None else max_bytes + 1
            if line is not None and size <= max_bytes:
                parts.append(line.removeprefix(codecs.BOM_UTF8).removeprefix(_SEPARATOR))
    except InputError:
        if size:
            yield first, number, _joined(parts, size, max_bytes), size
        raise
    if size:
        yield first, number, _joined(parts, size, max_bytes), size


def _joined(parts: list[bytes], size: int, max_bytes: int) -> bytes | None:
    return b"\n".join(parts) if size <= max_bytes else None


def _columns(schema: pa.Schema, settings: ReadSettings) -> list[str]:
    paths = [settings.fields.get(field, field) for field in FIELDS]
    wanted = set(paths) | {path.partition(".")[0] for path in paths}
    for field, others in other_names(tuple(schema.names)).items():
        if field not in settings.fields:
            wanted.update(others)
    return [name for name in schema.names if name in wanted]


def _check_names(schema: pa.Schema, settings: ReadSettings, ref: str) -> None:
    for field, path in settings.fields.items():
        if path not in schema.names and path.partition(".")[0] not in schema.names:
            names = ", ".join(schema.names[:20])
            raise InputError(
                "bad_row",
                f"{ref} has no column {path}, which read.fields names for {field}, but {names}.",
            )


def _read_row(
    row: Mapping[str, Any],
    known: Entry,
    settings: ReadSettings,
    max_url_chars: int,
    notes: RowNotes,
) -> Page | Entry | Reject:
    known = identify_row(row, settings.fields, known)
    outcome: Page | Entry | Reject
    try:
        outcome = read_row(
            row,
            settings.fields,
            known,
            max_bytes=settings.max_text_bytes,
            max_url_chars=max_url_chars,
        )
    except InputError as error:
        outcome = _reject(known, error)
    notes.see(row, outcome)
    return outcome


def _read_json(line: bytes | None, max_bytes: int) -> dict[str, Any]:
    if line is None:
        raise InputError("too_large", f"The line holds more than the {max_bytes:,} bytes allowed.")
    try:
        # NaN and Infinity, which pandas writes, are no JSON, and no values.
        text = line.removeprefix(codecs.BOM_UTF8).lstrip(_SEPARATOR).decode("utf-8-sig", "replace")
        row = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise InputError("bad_json", f"The line is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise InputError("bad_json", f"The line is no JSON object, but a {type(row).__name__}.")
    return row


def _refuse_other_json(line: bytes, ref: str) -> None:
    start = line.strip()
    if start[:1] == b"[" or start == b"{":
        raise InputError(
            "bad_json",
            f"{ref} is JSON, but not in lines. Write one object a line, as `jq -c '.[]'` does.",
        )


def _known(kind: str, source: Source, number: int, seen_at: datetime) -> Entry:
    return Entry(
        source_kind=kind,
        source_ref=f"{source.ref}#{number}",
        publisher=source.publisher,
        language=source.language,
        seen_at=seen_at,
    )


def _reject(known: Entry, error: InputError) -> Reject:
    return reject_entry(
        known, error, stage="read", rejected_at=known.seen_at, bytes_ref=known.source_ref
    )
