#!/usr/bin/env bash
# DuckDB 2.0.1 and DataFusion 55.0.0: filters and sorts over a Parquet file of pyarrow or Polars pass over its
# NaNs, which they find in a table of the same rows. isnan(score) counts 0 in DuckDB, and a check that a
# column has none passes.
#
# For both a NaN is greater than each number, so that score > 0.9 holds of it. The smallest and the greatest
# value that stand in a file for each row group leave NaNs out, as the format asks; both engines pass over the
# row groups whose greatest number is too small for a filter, or for the first rows of a sort, and the NaNs
# are in them. How many rows are lost so depends on where row groups end. A file that DuckDB wrote has no
# such values where there is a NaN, and each finds all. Polars finds the NaNs of every file. pyarrow 26.0.1, for
# which a NaN is not less, equal or greater, counts as true of a whole row group what is true of its numbers:
# a dataset's count_rows(filter) counts NaNs that to_table(filter) does not give.
#
# Output seen, of 50,000 rows with three NaNs (of a table of them: 3, 4, nan):
#   isnan(score), score > 0.99997, first by score DESC:
#   file of pyarrow: DuckDB 0, 1, 0.99998, DataFusion 3, 1, 0.99998
#   file of Polars: DuckDB 0, 1, 0.99998, DataFusion 3, 1, 0.99998
#   file of DuckDB: DuckDB 3, 4, nan, DataFusion 3, 4, nan
#   Polars, is_nan, of each file: 3
#   pyarrow, score <= 1: count_rows 50000, to_table 49997
# Remedy: write null for what is no number; or look for NaNs in a table made of the file (CREATE TABLE).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    duckdb==2.0.1 datafusion==55.0.0 polars==2.1.0 pyarrow==26.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

ROWS = 50_000
nan = float("nan")
score = [nan if number in (31_000, 31_001, 31_002) else 1 - number / ROWS for number in range(1, ROWS + 1)]
rows = pa.table({"id": range(ROWS), "score": score})
conditions = ["isnan(score)", "score > 0.99997"]
queries = [f"SELECT count(*) FROM {{}} WHERE {condition}" for condition in conditions]
queries.append("SELECT score FROM {} ORDER BY score DESC LIMIT 1")


def by_duckdb(source):
    return [duckdb.execute(query.format(source)).fetchone()[0] for query in queries]


def by_datafusion(path):
    context = datafusion.SessionContext()
    context.register_parquet("rows", path)
    tables = [context.sql(query.format("rows")).to_arrow_table() for query in queries]
    return [table.column(0)[0].as_py() for table in tables]


def shown(values):
    return ", ".join(str(round(value, 5)) for value in values)


paths = {name: f"{sys.argv[1]}/{name}.parquet" for name in ("pyarrow", "Polars", "DuckDB")}
pq.write_table(rows, paths["pyarrow"], row_group_size=5000)
polars.from_arrow(rows).write_parquet(paths["Polars"], row_group_size=5000)
duckdb.execute(f"COPY (FROM rows) TO '{paths['DuckDB']}' (FORMAT parquet, ROW_GROUP_SIZE 5000)")

everything = "3, 4, nan"
duckdb.execute("CREATE TABLE rows_of_all AS FROM rows")
assert shown(by_duckdb("rows_of_all")) == everything
print(", ".join(conditions) + ", first by score DESC:")
for name, path in paths.items():
    seen = shown(by_duckdb(f"'{path}'")), shown(by_datafusion(path))
    print(f"file of {name}: DuckDB {seen[0]}, DataFusion {seen[1]}")
    expected = (everything, everything) if name == "DuckDB" else ("0, 1, 0.99998", "3, 1, 0.99998")
    assert seen == expected, "the behaviour has changed"
found = {polars.scan_parquet(path).filter(polars.col("score").is_nan()).collect().height for path in paths.values()}
print("Polars, is_nan, of each file:", *found)
assert found == {3}, "the behaviour has changed"
dataset, condition = pyarrow.dataset.dataset(paths["pyarrow"]), pyarrow.dataset.field("score") <= 1
counts = dataset.count_rows(filter=condition), dataset.to_table(filter=condition).num_rows
print("pyarrow, score <= 1: count_rows {}, to_table {}".format(*counts))
assert counts == (ROWS, ROWS - 3), "the behaviour has changed"
PYTHON
