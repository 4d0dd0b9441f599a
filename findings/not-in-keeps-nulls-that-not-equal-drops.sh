#!/usr/bin/env bash
# pyarrow 25.0.1, and by it pandas 3.1.1, deltalake 1.6.6 and pyiceberg 0.12.0: a filter "not in" keeps rows without a
# value, which "!=" leaves out. In pyiceberg a list of one name leaves them out, and a list of two keeps them.
#
# In SQL null is neither equal to a name nor not in a list, and DuckDB, Polars, DataFusion, Daft, chdb and Lance
# agree. pyarrow's isin answers false for null, and its negation true. The four take SQL's words ("not in",
# "!=") and give one of them another meaning. pyiceberg makes "not in ('en')" a "!=" first, so the very same
# filter brings the articles of unknown language as soon as a second language is barred. A table that
# deltalake wrote has other rows by deltalake's filters than by its SQL (QueryBuilder).
#
# Output seen, of ids 1 to 4 in en, de, no and cs: != 'en', not in ('en'), not in ('en', 'fr'):
#   pandas: [2, 4], [2, 3, 4], [2, 3, 4]
#   deltalake, filters: [2, 4], [2, 3, 4], [2, 3, 4]
#   pyiceberg: [2, 4], [2, 4], [2, 3, 4]
#   deltalake, SQL: [2, 4], [2, 4], [2, 4]
#   DuckDB: [2, 4], [2, 4], [2, 4]
#   Polars: [2, 4], [2, 4], [2, 4]
# Remedy: say what shall become of null: "language is not null and …".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: pyarrow==25.0.1 pandas==3.1.1 \
    deltalake==1.6.6 'pyiceberg[pyarrow,sql-sqlite]==0.12.0' duckdb==2.0.1 polars==2.1.0
"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import sys

import deltalake
import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog

logging.disable(logging.WARNING)
work = sys.argv[1]
rows = pa.table({"id": [1, 2, 3, 4], "language": ["en", "de", None, "cs"]})
path, delta = f"{work}/rows.parquet", f"{work}/delta"
pq.write_table(rows, path)
deltalake.write_deltalake(delta, rows)
table = deltalake.DeltaTable(delta)
engine = deltalake.QueryBuilder().register("rows", table)
catalog = SqlCatalog("c", uri=f"sqlite:///{work}/catalog.db", warehouse=f"file://{work}/w")
catalog.create_namespace("news")
iceberg = catalog.create_table("news.rows", rows.schema)
iceberg.append(rows)

tuples = [("language", "!=", "en"), ("language", "not in", ["en"]), ("language", "not in", ["en", "fr"])]
words = ["language != 'en'", "language NOT IN ('en')", "language NOT IN ('en', 'fr')"]
language = polars.col("language")
seen = {
    "pandas": [pandas.read_parquet(path, filters=[which])["id"] for which in tuples],
    "deltalake, filters": [table.to_pyarrow_table(filters=[which])["id"].to_pylist() for which in tuples],
    "pyiceberg": [iceberg.scan(row_filter=which).to_arrow()["id"].to_pylist() for which in words],
    "deltalake, SQL": [
        pa.table(engine.execute(f"SELECT id FROM rows WHERE {which}").read_all())["id"].to_pylist() for which in words
    ],
    "DuckDB": [
        [number for (number,) in duckdb.execute(f"SELECT id FROM '{path}' WHERE {which}").fetchall()] for which in words
    ],
    "Polars": [
        polars.scan_parquet(path).filter(which).collect()["id"].to_list()
        for which in (language != "en", ~language.is_in(["en"]), ~language.is_in(["en", "fr"]))
    ],
}
without, all_others = [2, 4], [2, 3, 4]
expected = {name: [without] * 3 for name in seen}
expected["pandas"] = expected["deltalake, filters"] = [without, all_others, all_others]
expected["pyiceberg"] = [without, without, all_others]
for name, found in seen.items():
    found = [sorted(each) for each in found]
    print(f"{name}:", ", ".join(map(str, found)))
    assert found == expected[name], "the behaviour has changed"
PYTHON
