#!/usr/bin/env bash
# Polars 2.1.0: of a time with a zone, cast(pl.Date) and SQL's CAST(… AS DATE) give the day in UTC, while dt.date(),
# dt.hour() and SQL's EXTRACT and DATE_TRUNC go by the zone: one query dates 21:30 of the 2nd at 21 o'clock of the 3rd.
#
# dt.date() and cast(pl.Date) look like two spellings of one thing, and are one for times without a zone or in UTC, with
# which one tries. For a paper in New York each story of its evening is counted on the next day, for one in Tokyo each
# of its morning on the day before, beside an hour that is local. pyarrow, DataFusion and Daft give the day
# in the zone by their casts too.
#
# Output seen, of 2026-03-03 02:30 UTC, which is 21:30 of the 2nd in New York:
#   Polars, dt.date() and dt.hour(): 2026-03-02, 21
#   Polars, cast(pl.Date): 2026-03-03
#   Polars, SQL, CAST, EXTRACT, DATE_TRUNC: 2026-03-03, 21, 2026-03-02
#   pyarrow, cast: 2026-03-02
#   DataFusion, CAST, EXTRACT: 2026-03-02, 21
#   Daft, cast, hour: 2026-03-02, 21
# Remedy: dt.date(); or dt.replace_time_zone(None) before the cast, and before SQL.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    polars==2.1.0 datafusion==55.0.0 daft==0.7.26 pyarrow==25.0.1
"$work/venv/bin/python" - <<'PYTHON'
import datetime
import os

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
import datafusion
import polars
import pyarrow as pa

time = datetime.datetime(2026, 3, 3, 2, 30, tzinfo=datetime.timezone.utc)
rows = pa.table({"t": pa.array([time], pa.timestamp("us", "America/New_York"))})
frame = polars.from_arrow(rows)
query = "SELECT CAST(t AS DATE) AS day, EXTRACT(hour FROM t) AS hour{} FROM rows"
context = datafusion.SessionContext()
context.from_arrow(rows, name="rows")
by_daft = daft.from_arrow(rows)
column = daft.col("t")
seen = {
    "Polars, dt.date() and dt.hour()": frame.select(polars.col("t").dt.date(), h=polars.col("t").dt.hour()).row(0),
    "Polars, cast(pl.Date)": frame.select(polars.col("t").cast(polars.Date)).row(0),
    "Polars, SQL, CAST, EXTRACT, DATE_TRUNC": polars.SQLContext(rows=frame)
    .execute(query.format(", DATE_TRUNC('day', t) AS start"), eager=True)
    .row(0),
    "pyarrow, cast": tuple(rows["t"].cast(pa.date32()).to_pylist()),
    "DataFusion, CAST, EXTRACT": tuple(context.sql(query.format("")).to_pylist()[0].values()),
    "Daft, cast, hour": tuple(
        by_daft.select(column.cast(daft.DataType.date()).alias("day"), column.hour().alias("hour"))
        .to_pylist()[0]
        .values()
    ),
}
for name, values in seen.items():
    values = [f"{value:%Y-%m-%d}" if isinstance(value, datetime.date) else str(value) for value in values]
    print(f"{name}: {', '.join(values)}")
    seen[name] = values
local, utc = "2026-03-02", "2026-03-03"
expected = [[local, "21"], [utc], [utc, "21", local], [local], [local, "21"], [local, "21"]]
assert list(seen.values()) == expected, "the behaviour has changed"
PYTHON
