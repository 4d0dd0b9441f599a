"""A profile of each column of the articles: nulls, distinct values, examples, lengths.

Nulls are those of all rows, from Parquet's own statistics. The rest is of a sample of
rows that is spread over the files; texts are not read for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.log import open_data
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.nulls import NullCounts

#: Files of which rows are looked at, and rows of each.
_FILES, _ROWS = 12, 500
#: Files of which rows are looked at where they are small.
_MOST_FILES = 100
_EXAMPLES, _EXAMPLE_CHARS = 3, 60
#: Read for its length alone, which another column has.
_TEXT, _TEXT_LENGTH = "text", "char_count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How long values are: characters of a text, items of a list."""

    least: int
    median: float
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the articles."""

    name: str
    type: str
    nulls: float | None  # share of all rows without a value; of lists, that are empty
    sampled: int  # rows of the sample
    distinct: int  # values among them; None does not count
    examples: tuple[str, ...]  # the most frequent of them, clipped
    lengths: Lengths | None  # None of what has none


def profile_columns(
    storage: Storage, files: Sequence[StagedFile], nulls: NullCounts
) -> list[Column]:
    """Return the profile of each column of the articles in ``files``, in their order.

    Raises ``DatasetError``.
    """
    sample = _sample(storage, files)
    return [_profile(field, sample, nulls) for field in file_schema("articles")]


def _sample(storage: Storage, files: Sequence[StagedFile]) -> pa.Table:
    schema = pa.schema([field for field in file_schema("articles") if field.name != _TEXT])
    schema = schema.remove_metadata()
    rows = sum(file.rows for file in files)
    wanted = min(_FILES * _ROWS * len(files) // max(rows, 1), _MOST_FILES)
    number = min(max(wanted, _FILES), len(files))
    chosen = [files[place * len(files) // number] for place in range(number)]
    tables = [schema.empty_table()]
    for file in chosen:
        with open_data(storage, file) as parquet:
            known = set(parquet.schema_arrow.names)
            names = [name for name in schema.names if name in known]
            try:
                batches = parquet.iter_batches(_ROWS, columns=names, use_threads=False)
                batch = next(batches, None)
            except (pa.ArrowInvalid, OSError) as error:
                raise DatasetError(f"{file.path} is damaged: {error}.") from error
        if batch is not None:
            tables.append(pa.Table.from_batches([batch]))
    return pa.concat_tables(tables, promote_options="permissive")


def _profile(field: pa.Field, sample: pa.Table, nulls: NullCounts) -> Column:
    told = Column(
        name=field.name,
        type=str(field.type).replace(" not null", "").replace("element: ", ""),
        nulls=nulls.share(field.name),
        sampled=sample.num_rows,
        distinct=0,
        examples=(),
        lengths=None,
    )
    if field.name == _TEXT:
        return replace(told, lengths=_spread(sample[_TEXT_LENGTH]))
    values = sample[field.name].drop_null()
    if pa.types.is_list(field.type):
        lengths = pc.list_value_length(values)
        items = pc.list_flatten(values)
        return replace(told, **_values(items), lengths=_spread(lengths))
    lengths = pc.utf8_length(values) if pa.types.is_string(field.type) else None
    return replace(told, **_values(values), lengths=None if lengths is None else _spread(lengths))


def _values(values: pa.ChunkedArray | pa.Array) -> dict[str, Any]:
    """Return how many distinct values there are, and the most frequent ones."""
    if pa.types.is_struct(values.type):
        # What is shown of a struct is the first thing that it says.
        values = pc.struct_field(values, [0]).drop_null()
    counted = pc.value_counts(values)
    if not len(counted):
        return {}
    counts = counted.field("counts")
    order = pc.select_k_unstable(
        pa.table({"count": counts}), k=_EXAMPLES, sort_keys=[("count", "descending")]
    )
    shown = counted.field("values").take(order).to_pylist()
    return {"distinct": len(counted), "examples": tuple(_clip(value) for value in shown)}


def _clip(value: Any) -> str:
    text = f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
    if isinstance(value, float):
        text = f"{value:.3g}"
    text = " ".join(text.split())
    return text if len(text) <= _EXAMPLE_CHARS else text[: _EXAMPLE_CHARS - 1] + "…"


def _spread(lengths: pa.ChunkedArray | pa.Array) -> Lengths | None:
    if not len(lengths):
        return None
    bounds = pc.min_max(lengths).as_py()
    median = pc.quantile(lengths, 0.5)[0].as_py()
    return Lengths(least=bounds["min"], median=float(median), most=bounds["max"])
