#!/usr/bin/env bash
# deltalake 1.6.6, write_deltalake(mode="append"): a column of another type than the table's is no error, as Delta's
# schema enforcement lets one expect and the manual says ("Writing Delta Tables": ValueError), but is cast, and other
# values are written: Unix seconds become minutes of 1970, a score of 0.97 becomes 0, authors the text "[Ada, Bo]".
#
# Only what cannot be cast at all, such as "abc" to a number, ends in an error, so that the check seems to be there.
# Seconds in an integer are taken for microseconds, the unit of Delta's times; fractions are cut off; numbers become
# true and false; a double too large for a float becomes infinite. schema_mode="merge" does the same. pyiceberg
# 0.12.0 refuses each of these rows.
#
# Output seen, of values appended to a column of the type in front:
#   time, 1772530200 (2026-03-03 09:30 UTC in seconds): 1970-01-01 00:29:32.530200+00:00, pyiceberg ValueError
#   integer, 0.97: 0, pyiceberg ValueError
#   truth, 7: True, pyiceberg ValueError
#   text, ['Ada', 'Bo']: [Ada, Bo], pyiceberg ValueError
#   text, 7: 7, pyiceberg ValueError
#   integer, a time: 1772530200000000, pyiceberg ValueError
#   float, 1e300: inf, pyiceberg ValueError
#   integer, 'abc': Exception, pyiceberg ValueError
# Remedy: compare the schemas before writing, or table.cast to the table's with pyarrow, which refuses most of it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    deltalake==1.6.6 'pyiceberg[pyarrow,sql-sqlite]==0.12.0' pyarrow==25.0.1
"$work/venv/bin/python" -W ignore - "$work" <<'PYTHON'
import contextlib
import datetime
import io
import logging
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog

logging.disable()
work = sys.argv[1]
catalog = SqlCatalog("example", uri=f"sqlite:///{work}/catalog.db", warehouse=f"file://{work}/iceberg")
catalog.create_namespace("news")
SECONDS = 1772530200
time = datetime.datetime.fromtimestamp(SECONDS, datetime.timezone.utc)
zoned = pa.timestamp("us", "UTC")
cases = {
    f"time, {SECONDS} (2026-03-03 09:30 UTC in seconds)": (pa.array([time], zoned), pa.array([SECONDS])),
    "integer, 0.97": (pa.array([1]), pa.array([0.97])),
    "truth, 7": (pa.array([True]), pa.array([7])),
    "text, ['Ada', 'Bo']": (pa.array(["Ada"]), pa.array([["Ada", "Bo"]])),
    "text, 7": (pa.array(["Ada"]), pa.array([7])),
    "integer, a time": (pa.array([1]), pa.array([time], zoned)),
    "float, 1e300": (pa.array([1], pa.float32()), pa.array([1e300])),
    "integer, 'abc'": (pa.array([1]), pa.array(["abc"])),
}
seen = []
for number, (name, (there, other)) in enumerate(cases.items()):
    rows, added = pa.table({"id": [1], "value": there}), pa.table({"id": [2], "value": other})
    results = []
    for mode in (None, "merge"):
        path = f"{work}/{number}-{mode}"
        write_deltalake(path, rows)
        try:
            write_deltalake(path, added, mode="append", schema_mode=mode)
            results.append(str(DeltaTable(path).to_pyarrow_table().sort_by("id")["value"][1].as_py()))
        except Exception as error:
            results.append(type(error).__name__)
    assert results[0] == results[1], results
    table = catalog.create_table(f"news.n{number}", schema=rows.schema)
    table.append(rows)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            table.append(added)
        refused = "nothing"
    except Exception as error:
        refused = type(error).__name__
    print(f"{name}: {results[0]}, pyiceberg {refused}")
    seen.append((results[0], refused))
made = ["1970-01-01 00:29:32.530200+00:00", "0", "True", "[Ada, Bo]", "7", "1772530200000000", "inf", "Exception"]
assert seen == [(value, "ValueError") for value in made], "the behaviour has changed"
PYTHON
