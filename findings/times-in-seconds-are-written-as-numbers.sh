#!/usr/bin/env bash
# DataFusion 55.0.0 and Daft 0.7.26: a column of times in whole seconds is a column of integers in the Parquet file
# that they write, for pyarrow, pandas, DuckDB and chdb. For themselves and for Polars it is one of times.
#
# Arrow has times in seconds, Parquet none below the millisecond. pyarrow, Polars and DuckDB write such a column in
# milliseconds or microseconds. The two write the seconds without a type, and leave the type to the note on Arrow's
# schema that goes with the file, which the others do not read, or do not trust against the file's own types. Times
# become seconds without being asked for: to_timestamp_seconds in DataFusion, pa.timestamp("s") for Unix times.
# Nothing is raised until a date is compared with a number, and a reader that does arithmetic finds nothing wrong.
#
# Output seen, of 2026-03-03 09:30 UTC, by pyarrow, DuckDB, chdb and Polars:
#   pyarrow's file: 2026-03-03 09:30:00, 2026-03-03 09:30:00, 2026-03-03 09:30:00, 2026-03-03 09:30:00
#   Polars' file: the same
#   DuckDB's file: the same
#   DataFusion's file: 1772530200, 1772530200, 1772530200, 2026-03-03 09:30:00
#   DataFusion's file, to_timestamp_seconds: 1772530200, 1772530200, 1772530200, 2026-03-03 09:30:00
#   Daft's file: 1772530200, 1772530200, 1772530200, 2026-03-03 09:30:00
# Remedy: cast to milliseconds or microseconds before writing (arrow_cast(…, 'Timestamp(Microsecond, None)')).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: duckdb==2.0.1 \
    polars==2.1.0 datafusion==55.0.0 daft==0.7.26 chdb==4.4.0 chdb-core==26.9.0 pyarrow==25.0.1
TZ=UTC "$work/venv/bin/python" - "$work" <<'PYTHON'
import glob
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import chdb
import daft
import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

work = sys.argv[1]
SECONDS = 1772530200
rows = pa.table({"id": [1], "published": pa.array([SECONDS], pa.timestamp("s"))})
context = datafusion.SessionContext()
context.from_arrow(rows, name="rows")
query = f"SELECT id, to_timestamp_seconds({SECONDS}) AS published FROM rows"
writers = {
    "pyarrow's file": lambda path: pq.write_table(rows, path),
    "Polars' file": lambda path: polars.from_arrow(rows).write_parquet(path),
    "DuckDB's file": lambda path: duckdb.sql(f"COPY (SELECT * FROM rows) TO '{path}'"),
    "DataFusion's file": lambda path: context.sql(f"COPY rows TO '{path}'").collect(),
    "DataFusion's file, to_timestamp_seconds": lambda path: context.sql(f"COPY ({query}) TO '{path}'").collect(),
    "Daft's file": lambda path: daft.from_arrow(rows).write_parquet(path),
}
seen = {}
for number, (name, write) in enumerate(writers.items()):
    path = f"{work}/{number}.parquet"
    write(path)
    if os.path.isdir(path):
        (path,) = glob.glob(f"{path}/*.parquet")
    by_chdb = str(chdb.query(f"SELECT toString(published) FROM file('{path}', Parquet)", "TSVRaw")).strip()
    seen[name] = [
        str(pq.read_table(path)["published"][0].as_py()),
        str(duckdb.sql(f"SELECT published FROM '{path}'").fetchall()[0][0]),
        by_chdb.removesuffix(".000000").removesuffix(".000"),
        str(polars.read_parquet(path)["published"][0]),
    ]
    print(f"{name}:", ", ".join(seen[name]))
time, number = "2026-03-03 09:30:00", str(SECONDS)
for name, values in seen.items():
    right = [time] * 4 if name.split("'")[0] in ("pyarrow", "Polars", "DuckDB") else [number] * 3 + [time]
    assert values == right, "the behaviour has changed"
PYTHON
