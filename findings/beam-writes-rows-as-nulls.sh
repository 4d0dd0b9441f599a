#!/usr/bin/env bash
# Apache Beam 2.77.0 (Python), WriteToParquet: rows that are a beam.Row or a NamedTuple are written as nulls, every
# value of every row, if a schema is given. Nothing is raised, and the file has the right number of rows.
#
# Beam's own rows (beam.Row, NamedTuples, what Select, GroupBy and ReadFromParquet(as_rows=True) give) are written
# as they are when the schema is left out. With one, to choose types or the order of columns, the writer takes
# each element for a dictionary, and asks "name in row" of every column that may be null, as columns may unless
# told otherwise. Neither a Row nor a tuple of values contains the name of a field, and what a dictionary has
# not is null. Only a column that must not be null ends in a TypeError; WriteToAvro raises an error each time.
#
# Output seen, of two rows:
#   dictionaries, with a schema: [{'id': 1, 'title': 'Port reopens'}, {'id': 2, 'title': 'Storm ends'}]
#   beam.Row, with a schema: [{'id': None, 'title': None}, {'id': None, 'title': None}]
#   NamedTuple, with a schema: [{'id': None, 'title': None}, {'id': None, 'title': None}]
#   NamedTuple, without: [{'id': 1, 'title': 'Port reopens'}, {'id': 2, 'title': 'Storm ends'}]
# Remedy: beam.Map(lambda row: row._asdict()) before the writer; or nullable=False where it holds.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --prefer-binary \
    apache-beam==2.77.0 pyarrow==25.0.1 2> "$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import logging
import typing

logging.disable(logging.CRITICAL)
import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq


class Story(typing.NamedTuple):
    id: int
    title: str


TITLES = {1: "Port reopens", 2: "Storm ends"}
SCHEMA = pa.schema([("id", pa.int64()), ("title", pa.string())])
WRITTEN = [{"id": number, "title": title} for number, title in TITLES.items()]
LOST = [{"id": None, "title": None}] * 2


def write(name, make, schema, expected):
    prefix = name.replace(" ", "-").replace(",", "")
    with beam.Pipeline("DirectRunner") as pipeline:
        (
            pipeline
            | beam.Create([1, 2], reshuffle=False)
            | beam.Map(make)
            | beam.io.WriteToParquet(prefix, schema, shard_name_template="")
        )
    seen = pq.read_table(prefix).to_pylist()
    print(f"{name}: {seen}")
    assert sorted(seen, key=str) == expected, "the behaviour has changed"


def make_row(number):
    return beam.Row(id=number, title=TITLES[number])


def make_tuple(number) -> Story:
    return Story(number, TITLES[number])


write("dictionaries, with a schema", lambda number: {"id": number, "title": TITLES[number]}, SCHEMA, WRITTEN)
write("beam.Row, with a schema", make_row, SCHEMA, LOST)
write("NamedTuple, with a schema", make_tuple, SCHEMA, LOST)
write("NamedTuple, without", make_tuple, None, WRITTEN)
PYTHON
