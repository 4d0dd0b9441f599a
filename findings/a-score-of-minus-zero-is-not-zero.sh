#!/usr/bin/env bash
# DataFusion 55.0.0, Daft 0.7.26 and chdb 4.4.0: WHERE score = 0 finds no row of a Parquet file whose score is
# -0.0, or only for some writers of the file. The two are equal (IEEE 754, 5.11), and round(-0.004, 2) is -0.0.
#
# DataFusion asks a file's Bloom filter for the bits of 0.0, and passes over row groups that have only those of
# -0.0. DuckDB and ClickHouse write such a filter for columns of few different values without being asked, and
# pyarrow does not, so that DataFusion finds all of these rows in one file and none in another. Daft orders -0.0
# before 0.0 wherever it compares, and score >= 0 loses the rows too. chdb has = right, and IN wrong. DuckDB and
# Polars find the rows in each file.
#
# Output seen, of 3,000 rows, a third of which have -0.0:
#   score = 0, score >= 0, score IN (0.0, 7.0)
#   file of pyarrow:
#     DuckDB 1000, 3000, 1000
#     Polars 1000, 3000, 1000
#     DataFusion 1000, 3000, 1000
#     Daft 0, 2000, 0
#     chdb 1000, 3000, 0
#   files of DuckDB and chdb: the same, but
#     DataFusion 0, 3000, 0
# Remedy: add 0.0 to what was rounded before it is written (-0.0 + 0.0 is 0.0).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: duckdb==2.0.1 \
    polars==2.1.0 datafusion==55.0.0 daft==0.7.26 chdb==4.4.0 chdb-core==26.9.0 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
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

rows = pa.table({"id": range(3000), "score": [round(number % 3 / 2 - 0.004, 1) for number in range(3000)]})
conditions = ["score = 0", "score >= 0", "score IN (0.0, 7.0)"]
paths = {name: f"{sys.argv[1]}/{name}.parquet" for name in ("pyarrow", "DuckDB", "chdb")}
pq.write_table(rows, paths["pyarrow"])
duckdb.execute(f"COPY (FROM rows) TO '{paths['DuckDB']}'")
chdb.query(f"INSERT INTO FUNCTION file('{paths['chdb']}') SELECT * FROM file('{paths['pyarrow']}')")


def by_datafusion(path, condition):
    context = datafusion.SessionContext()
    context.register_parquet("rows", path)
    return context.sql(f"SELECT id FROM rows WHERE {condition}").count()


def by_daft(path, condition):
    return daft.sql(f"SELECT id FROM frame WHERE {condition}", frame=daft.read_parquet(path)).count_rows()


def by_polars(path, condition):
    frame = polars.SQLContext(frame=polars.scan_parquet(path))
    return frame.execute(f"SELECT id FROM frame WHERE {condition}").collect().height


readers = {
    "DuckDB": lambda path, which: duckdb.execute(f"SELECT count() FROM '{path}' WHERE {which}").fetchone()[0],
    "Polars": by_polars,
    "DataFusion": by_datafusion,
    "Daft": by_daft,
    "chdb": lambda path, which: int(str(chdb.query(f"SELECT count() FROM file('{path}') WHERE {which}", "TSV"))),
}
everything = [1000, 3000, 1000]
print(", ".join(conditions))
for writer, path in paths.items():
    print(f"file of {writer}:")
    for name, read in readers.items():
        seen = [read(path, condition) for condition in conditions]
        print(f"  {name}", ", ".join(map(str, seen)))
        expected = {"Daft": [0, 2000, 0], "chdb": [1000, 3000, 0]}.get(name, everything)
        if name == "DataFusion" and writer != "pyarrow":
            expected = [0, 3000, 0]
        assert seen == expected, "the behaviour has changed"
PYTHON
