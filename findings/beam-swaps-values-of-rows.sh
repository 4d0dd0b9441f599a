#!/usr/bin/env bash
# Apache Beam 2.77.0 (Python), ReadFromJson and ReadFromCsv: values get the names of others, where files,
# or the lines of one JSON file, have their fields in different orders. JSON objects have no order.
#
# Each file, and each piece of a larger file of lines, becomes a frame of pandas by itself, and rows are
# made of it by position, with the schema that Beam found in one file. {"title", "publisher"} is read with
# publisher and title swapped, and nothing is raised as long as the types agree. The transforms of the
# same names in Beam YAML are these. pandas.concat, Polars and DuckDB put frames and JSON files together by name.
#
# Output seen (which of the two files gives the names is chance):
#   JSON, two files: Port reopens is a publisher, Example Times a title
#   CSV, two files: Port reopens is a publisher, Example Times a title
#   JSON, one file: of 200000 rows 100000 are swapped
# Remedy: ReadFromText and json.loads; or one ReadFromCsv for each order of fields.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --prefer-binary \
    'apache-beam[dataframe]==2.77.0' pandas==2.3.3 2> "$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import json
import logging
import os
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
import apache_beam as beam

ROWS = [
    {"publisher": "Example News", "title": "Storm ends"},
    {"title": "Port reopens", "publisher": "Example Times"},
]


def read(name, transform, rows, write):
    os.mkdir(name)
    for number, row in enumerate(rows):
        with open(f"{name}/{number}.txt", "w", encoding="utf-8") as file:
            file.write(write(row))
    with beam.Pipeline("DirectRunner") as pipeline:
        (
            pipeline
            | transform(f"{name}/*.txt")
            | beam.Map(lambda row: json.dumps(row._asdict()))
            | beam.io.WriteToText(f"{name}/read", num_shards=1, shard_name_template="")
        )
    with open(f"{name}/read", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def as_line(row):
    return json.dumps(row) + "\n"


def as_csv(row):
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def swapped(rows):
    publishers, titles = {row["publisher"] for row in rows}, {row["title"] for row in rows}
    news, times = ("Storm ends", "Example News"), ("Port reopens", "Example Times")
    wrong = [(title, name) for title, name in (news, times) if title in publishers and name in titles]
    assert len(rows) == 2 and len(wrong) == 1, rows
    return wrong[0]


by_json = swapped(read("json", beam.io.ReadFromJson, ROWS, as_line))
print(f"JSON, two files: {by_json[0]} is a publisher, {by_json[1]} a title")
by_csv = swapped(read("csv", beam.io.ReadFromCsv, ROWS, as_csv))
print(f"CSV, two files: {by_csv[0]} is a publisher, {by_csv[1]} a title")
half = [{"publisher": f"Example {n % 50}", "title": f"Title {n} " + 60 * "x"} for n in range(100_000)]
rest = [{"title": row["title"], "publisher": row["publisher"]} for row in half]
lines = read("large", beam.io.ReadFromJson, [half + rest], lambda rows: "".join(map(as_line, rows)))
wrong = sum(row["publisher"].startswith("Title") for row in lines)
print(f"JSON, one file: of {len(lines)} rows {wrong} are swapped")
assert len(lines) == 200_000 and wrong > 10_000, "the behaviour has changed"
PYTHON
