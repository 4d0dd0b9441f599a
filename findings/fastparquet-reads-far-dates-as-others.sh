#!/usr/bin/env bash
# fastparquet 2026.9.0 reads a date beyond the years 1678 to 2261 as another date within them, and a list
# of structs as no value at all.
#
# A Parquet DATE counts days in 32 bits. fastparquet multiplies them to nanoseconds in 64 bits, without
# looking whether they fit: 9999-12-31, which says "for ever", becomes a day of 1816, and a newspaper of
# 1605 one of 2189. Timestamps of microseconds are right. A list of structs (here each author's name and
# role) is None in each row. pandas' own engine, pyarrow, DuckDB and Polars read all of it as it is.
#
# Output seen:
#   1605-09-12: pyarrow 1605-09-12, fastparquet 2190-04-01
#   1850-03-04: pyarrow 1850-03-04, fastparquet 1850-03-04
#   9999-12-31: pyarrow 9999-12-31, fastparquet 1816-03-29
#   authors: pyarrow [{'name': 'Ada Example', 'role': 'text'}], fastparquet None
# Remedy: pandas.read_parquet(engine="pyarrow"); timestamps instead of dates, strings instead of structs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    fastparquet==2026.9.0 pandas==3.1.1 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import datetime
import sys

import fastparquet
import pyarrow as pa
import pyarrow.parquet as pq

dates = [datetime.date(1605, 9, 12), datetime.date(1850, 3, 4), datetime.date(9999, 12, 31)]
authors = [[{"name": "Ada Example", "role": "text"}]] * 3
path = f"{sys.argv[1]}/articles.parquet"
pq.write_table(pa.table({"date": dates, "authors": authors}), path)
right = pq.read_table(path).to_pydict()
frame = fastparquet.ParquetFile(path).to_pandas()
seen = [str(each.date()) for each in frame["date"]]
for date, other in zip(right["date"], seen):
    print(f"{date}: pyarrow {date}, fastparquet {other}")
print(f"authors: pyarrow {right['authors'][0]}, fastparquet {frame['authors'][0]}")
assert right["date"] == dates and right["authors"] == authors
assert seen == ["2190-04-01", "1850-03-04", "1816-03-29"], "the behaviour has changed"
assert list(frame["authors"]) == [None] * 3, "the behaviour has changed"
PYTHON
