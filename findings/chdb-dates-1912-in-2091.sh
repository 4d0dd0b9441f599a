#!/usr/bin/env bash
# chdb 4.4.0: CAST(published AS DATE) and toDate() put each day before 1970 between 2077 and 2149, one of 1912 into
# 2091, and one of 2150 into 1970. toMonday() and last_day() make all of them 1970-01-01, and date_trunc() and year()
# are right: three answers of one engine about the same row.
#
# The type that ClickHouse calls Date has 16 bits, counted from 1970, and DATE, SQL's word, is that type; a day outside
# of it wraps around. The day in the file (Parquet's DATE has 32 bits, and archives of newspapers need them) is read
# as Date32 and is right, as long as nobody casts it or asks for a week. An archive of 1898 to 1969 counted
# by day so looks like the future, and BETWEEN finds none of it. Nothing is raised. DuckDB, Polars and DataFusion have
# the day by the same words.
#
# Output seen, of 1912-04-15 and 2150-01-01:
#   chdb, CAST AS DATE: 2091-09-19, 1970-07-28
#   chdb, toDate: 2091-09-19, 1970-07-28
#   chdb, toMonday: 1970-01-01, 2149-06-06
#   chdb, last_day: 1970-01-01, 2149-06-06
#   chdb, date_trunc('week'): 1912-04-15, 2149-12-29
#   chdb, toDate32: 1912-04-15, 2150-01-01
#   DuckDB, CAST AS DATE: 1912-04-15, 2150-01-01
#   Polars, CAST AS DATE: 1912-04-15, 2150-01-01
#   DataFusion, CAST AS DATE: 1912-04-15, 2150-01-01
#   rows of 1912, CAST AS DATE BETWEEN '1912-01-01' AND '1912-12-31': chdb 0, DuckDB 1
# Remedy: toDate32, and date_trunc('week', …), date_trunc('month', …).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    chdb==4.4.0 chdb-core==26.9.0 duckdb==2.0.1 polars==2.1.0 datafusion==55.0.0 pyarrow==25.0.1
TZ=UTC "$work/venv/bin/python" - "$work" <<'PYTHON'
import datetime
import sys

import chdb
import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

path = f"{sys.argv[1]}/rows.parquet"
times = [datetime.datetime(1912, 4, 15, 9, 30), datetime.datetime(2150, 1, 1, 12)]
rows = pa.table({"id": [1, 2], "published": pa.array(times, pa.timestamp("us"))})
pq.write_table(rows, path)
context = datafusion.SessionContext()
context.register_parquet("rows", path)


def by_chdb(expression):
    query = f"SELECT toString({expression}) FROM file('{path}', Parquet) ORDER BY id"
    return str(chdb.query(query, "TSVRaw")).split()


cast = "SELECT CAST(published AS DATE) AS day FROM rows ORDER BY id"
seen = {
    "chdb, CAST AS DATE": by_chdb("CAST(published AS DATE)"),
    "chdb, toDate": by_chdb("toDate(published)"),
    "chdb, toMonday": by_chdb("toMonday(published)"),
    "chdb, last_day": by_chdb("last_day(published)"),
    "chdb, date_trunc('week')": by_chdb("date_trunc('week', published)"),
    "chdb, toDate32": by_chdb("toDate32(published)"),
    "DuckDB, CAST AS DATE": [str(day) for (day,) in duckdb.sql(cast).fetchall()],
    "Polars, CAST AS DATE": [
        str(day) for day in polars.SQLContext(rows=polars.scan_parquet(path)).execute(cast, eager=True)["day"]
    ],
    "DataFusion, CAST AS DATE": [str(day) for day in context.sql(cast).to_pydict()["day"]],
}
for name, days in seen.items():
    print(f"{name}: {', '.join(days)}")
condition = "CAST(published AS DATE) BETWEEN '1912-01-01' AND '1912-12-31'"
found = [
    int(str(chdb.query(f"SELECT count() FROM file('{path}', Parquet) WHERE {condition}"))),
    duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE {condition}").fetchall()[0][0],
]
print("rows of 1912, CAST AS DATE BETWEEN '1912-01-01' AND '1912-12-31': chdb {}, DuckDB {}".format(*found))
right = ["1912-04-15", "2150-01-01"]
wrapped, clamped = ["2091-09-19", "1970-07-28"], ["1970-01-01", "2149-06-06"]
expected = [wrapped, wrapped, clamped, clamped, ["1912-04-15", "2149-12-29"], right, right, right, right]
assert list(seen.values()) == expected and found == [0, 1], "the behaviour has changed"
PYTHON
