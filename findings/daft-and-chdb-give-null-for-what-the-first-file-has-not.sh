#!/usr/bin/env bash
# Daft 0.7.26 and chdb 4.4.0: where the first of several Parquet files has a column without a single
# value, its values in all other files are read as null. Nothing is raised.
#
# pyarrow, pandas and Polars give such a column the type null when nobody names one, as happens to the
# author's name in the first batch of a feed without authors. Both take the schema of the first file and
# cast that of the others to it, and a text that cannot be cast is a null. An integer that the first
# file's type cannot hold fares no better: null in Daft, another number in chdb (2**40 is 0 in 32 bits,
# 4294967295 is -1). DuckDB 2.0.1, asked in the same way, ends with an error.
#
# Output seen, for what the second file holds:
#   text beside an empty column: Daft None, chdb None, DuckDB ConversionException
#   1099511627776 beside 32 bits: Daft None, chdb 0, DuckDB ConversionException
#   4294967295 beside 32 bits: Daft None, chdb -1, DuckDB ConversionException
# Remedy: write every file with the whole schema; or tell the reader (schema= in Daft, structure in
# chdb, union_by_name in DuckDB).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    daft==0.7.26 chdb==4.4.0 chdb-core==26.9.0 duckdb==2.0.1 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import chdb
import daft
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def read(name, first, second):
    folder = f"{sys.argv[1]}/{name.split()[0]}"
    os.mkdir(folder)
    pq.write_table(pa.table({"id": [1], "value": first}), f"{folder}/1.parquet")
    pq.write_table(pa.table({"id": [2], "value": second}), f"{folder}/2.parquet")
    rows = daft.read_parquet(f"{folder}/*.parquet").to_pydict()
    by_daft = dict(zip(rows["id"], rows["value"]))[2]
    # TSV writes a null as \N.
    text = str(chdb.query(f"SELECT value FROM file('{folder}/*.parquet', Parquet) WHERE id = 2", "TSV")).strip()
    by_chdb = None if text == r"\N" else int(text)
    try:
        by_duckdb = duckdb.execute(f"SELECT value FROM '{folder}/*.parquet' WHERE id = 2").fetchone()
    except duckdb.Error as error:
        by_duckdb = type(error).__name__
    print(f"{name}: Daft {by_daft}, chdb {by_chdb}, DuckDB {by_duckdb}")
    return by_daft, by_chdb, by_duckdb


seen = [
    read("text beside an empty column", pa.nulls(1), pa.array(["Ada Example"])),
    read("1099511627776 beside 32 bits", pa.array([1], pa.int32()), pa.array([2**40], pa.int64())),
    read("4294967295 beside 32 bits", pa.array([1], pa.int32()), pa.array([2**32 - 1], pa.uint32())),
]
error = "ConversionException"
assert seen == [(None, None, error), (None, 0, error), (None, -1, error)], "the behaviour has changed"
PYTHON
