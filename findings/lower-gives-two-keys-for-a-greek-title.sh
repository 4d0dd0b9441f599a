#!/usr/bin/env bash
# pandas 3.1.1 (with pyarrow 25.0.1) and DuckDB 2.0.1: lower() makes another text of a Greek headline in capitals than
# Python, Polars, DataFusion and Daft do, and titles that differ in their capitals alone stay two. The same program
# has other keys where pyarrow is not installed.
#
# A sigma at the end of a word is ς, and Σ is the capital of both: Python and Rust look at its place (Unicode, Final_
# Sigma), pyarrow and DuckDB write σ wherever it stands. pandas 2 asked Python; since pandas 3 a column of texts
# is pyarrow's where that can be imported. Keys that were made by str.lower() in Python, or last year, find
# nothing in a merge, and ILIKE, which DuckDB compares in the same way, passes over titles. casefold() in pandas is
# Python's still, and makes σ of both. Nothing is raised, and in English nothing differs.
#
# Output seen, for ΝΕΟΣ ΔΡΟΜΟΣ:
#   Python: νεος δρομος
#   pandas, object: νεος δρομος
#   pandas, str: νεοσ δρομοσ
#   pyarrow: νεοσ δρομοσ
#   DuckDB: νεοσ δρομοσ
#   Polars: νεος δρομος
#   DataFusion: νεος δρομος
#   Daft: νεος δρομος
#   of ΔΡΌΜΟΣ, Δρόμος and δρόμος different in lower case: pandas, str 2, DuckDB 2, Polars 1
#   of these like δρόμος (ILIKE): DuckDB 2, DataFusion 3
#   rows of a merge with a key made by Python: 0
# Remedy: make keys by str.casefold() in Python (in pandas, .str.casefold()), everywhere by the same engine.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    pandas==3.1.1 pyarrow==25.0.1 duckdb==2.0.1 polars==2.1.0 datafusion==55.0.0 daft==0.7.26
"$work/venv/bin/python" - <<'PYTHON'
import os

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
import datafusion
import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.compute as pc

TITLE = "ΝΕΟΣ ΔΡΟΜΟΣ"
ROADS = ["ΔΡΌΜΟΣ", "Δρόμος", "δρόμος"]
title, roads = pa.table({"t": [TITLE]}), pa.table({"t": ROADS})
context = datafusion.SessionContext()
context.from_arrow(title, name="title")
context.from_arrow(roads, name="roads")
frame = pandas.DataFrame({"t": [TITLE]})
assert frame["t"].dtype == "str" and frame["t"].dtype.storage == "pyarrow"
seen = {
    "Python": TITLE.lower(),
    "pandas, object": frame["t"].astype(object).str.lower()[0],
    "pandas, str": frame["t"].str.lower()[0],
    "pyarrow": pc.utf8_lower(TITLE).as_py(),
    "DuckDB": duckdb.sql("SELECT lower(t) FROM title").fetchall()[0][0],
    "Polars": polars.Series([TITLE]).str.to_lowercase()[0],
    "DataFusion": context.sql("SELECT lower(t) AS t FROM title").to_pydict()["t"][0],
    "Daft": daft.from_arrow(title).select(daft.functions.lower(daft.col("t"))).to_pydict()["t"][0],
}
for name, text in seen.items():
    print(f"{name}: {text}")
    final = "νεοσ δρομοσ" if name in ("pandas, str", "pyarrow", "DuckDB") else "νεος δρομος"
    assert text == final, "the behaviour has changed"
different = [
    pandas.Series(ROADS).str.lower().nunique(),
    duckdb.sql("SELECT count(DISTINCT lower(t)) FROM roads").fetchall()[0][0],
    polars.Series(ROADS).str.to_lowercase().n_unique(),
]
print(
    "of ΔΡΌΜΟΣ, Δρόμος and δρόμος different in lower case: "
    "pandas, str {}, DuckDB {}, Polars {}".format(*different)
)
condition = "SELECT count(*) AS n FROM roads WHERE t ILIKE 'δρόμος'"
like = [duckdb.sql(condition).fetchall()[0][0], context.sql(condition).to_pydict()["n"][0]]
print("of these like δρόμος (ILIKE): DuckDB {}, DataFusion {}".format(*like))
keys = pandas.DataFrame({"key": [TITLE.lower()]})
merged = frame.assign(key=frame["t"].str.lower()).merge(keys, on="key")
print("rows of a merge with a key made by Python:", len(merged))
assert different == [2, 2, 1] and like == [2, 3] and merged.empty, "the behaviour has changed"
assert pandas.Series(ROADS).str.casefold().nunique() == 1
assert pandas.Series(ROADS).str.casefold()[0] == ROADS[0].casefold()
PYTHON
