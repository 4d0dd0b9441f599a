#!/usr/bin/env bash
# DataFusion 55.0.0, COPY … PARTITIONED BY: a row whose partition is null is written into the folder of a value.
# What was null is 1970-01-01, 0, false or an empty text to each reader then, or the value of another row.
#
# The writer takes what lies below the null in memory, and since the column is not in the file, nothing tells the
# two apart again: undated articles are of 1970. Where the null was made of a value (nullif), or where the column
# is a dictionary, the row gets that value, or that of another row. Nothing is raised. DuckDB, Polars and
# pyarrow write the folder __HIVE_DEFAULT_PARTITION__, which is null to all readers of Hive's layout; DataFusion
# reads it as that text.
#
# Output seen, of the row whose partition is null, by DuckDB and Polars:
#   day: 1970-01-01
#   year: 0
#   paid: False
#   language: ''
#   language, a dictionary: 'en'
#   nullif(language, 'de'): 'de'
#   written by DuckDB: Polars None, DataFusion '__HIVE_DEFAULT_PARTITION__'
# Remedy: coalesce each partition's column to a value of your own ('und', an own day) before it is written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    datafusion==55.0.0 duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import datetime
import sys

import datafusion
import duckdb
import polars
import pyarrow as pa

work = sys.argv[1]
languages = pa.array(["en", None, "de"])
rows = pa.table({
    "id": [1, 2, 3],
    "day": [datetime.date(2026, 3, 3), None, datetime.date(2026, 3, 4)],
    "year": [2026, None, 2026],
    "paid": [True, None, True],
    "language": languages,
    "dictionary": languages.dictionary_encode(),
    "noted": ["en", "de", "cs"],
})
context = datafusion.SessionContext()
context.register_record_batches("rows", [rows.to_batches()])


def read(folder, column):
    path = f"{folder}/**/*.parquet"
    query = f"SELECT {column} FROM read_parquet('{path}', hive_partitioning = true) WHERE id = 2"
    by_duckdb = duckdb.execute(query).fetchone()[0]
    frame = polars.scan_parquet(path, hive_partitioning=True).filter(polars.col("id") == 2)
    by_polars = frame.select(column).collect().item()
    # A partition of false and true is a text in both.
    assert by_duckdb == by_polars or {by_duckdb, by_polars} <= {False, "false"}, (by_duckdb, by_polars)
    return by_polars


for name, value, expected in (
    ("day", "day", datetime.date(1970, 1, 1)),
    ("year", "year", 0),
    ("paid", "paid", False),
    ("language", "language", ""),
    ("language, a dictionary", "dictionary", "en"),
    ("nullif(language, 'de')", "nullif(noted, 'de')", "de"),
):
    folder = f"{work}/{name.split()[0]}{len(value)}/"
    query = f"COPY (SELECT id, {value} AS part FROM rows) TO '{folder}' STORED AS PARQUET PARTITIONED BY (part)"
    context.sql(query).collect()
    seen = read(folder, "part")
    print(f"{name}:", seen if name == "day" else repr(seen))
    assert seen == expected, "the behaviour has changed"
duckdb.execute(f"COPY (SELECT id, language AS part FROM rows) TO '{work}/duckdb' (FORMAT parquet, PARTITION_BY (part))")
context.register_parquet("others", f"{work}/duckdb/", table_partition_cols=[("part", pa.string())])
by_datafusion = context.sql("SELECT part FROM others WHERE id = 2").to_pylist()[0]["part"]
by_polars = read(f"{work}/duckdb", "part")
print(f"written by DuckDB: Polars {by_polars}, DataFusion {by_datafusion!r}")
assert (by_polars, by_datafusion) == (None, "__HIVE_DEFAULT_PARTITION__"), "the behaviour has changed"
PYTHON
