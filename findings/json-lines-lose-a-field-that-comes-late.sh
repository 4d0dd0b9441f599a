#!/usr/bin/env bash
# DuckDB 2.0.1, Polars 2.1.0, Daft 0.7.26, DataFusion 55.0.0 and chdb 4.4.0 leave out a field of JSON lines
# that no line has until the 40,001st: it is no column, and nothing is raised. pandas and pyarrow have it.
#
# Each of the five takes the columns from the lines at the beginning (DuckDB from the first 20,480), and a
# name that is not among them is passed over in all lines behind. Their manuals say how many lines are
# looked at, for the sake of types. Nor does it help in DuckDB and Daft to write null in the first lines:
# the column's type is then "NULL", and a value behind is null (in Polars and DataFusion an error; chdb has
# it). So is a text in Daft where the first lines have integers. A feed that began to name its authors after
# a year has none.
#
# Output seen, of 60,000 rows, 20,000 of them with an author:
#   pandas: id, title, author
#   pyarrow: id, title, author
#   DuckDB: id, title
#   Polars: id, title
#   Daft: id, title
#   DataFusion: id, title
#   chdb: id, title
#   authors, with null in the first 40,000 rows: DuckDB 0, Daft 0, chdb 20000
#   ids that are texts from row 40,001 on: Daft 20000 nulls
# Remedy: name the columns (columns=, schema=, structure), or sample_size=-1 in DuckDB.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: duckdb==2.0.1 \
    polars==2.1.0 daft==0.7.26 datafusion==55.0.0 chdb==4.4.0 chdb-core==26.9.0 pyarrow==25.0.1 pandas==3.1.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import chdb
import daft
import datafusion
import duckdb
import pandas
import polars
import pyarrow.json

path, nulls, texts = (f"{sys.argv[1]}/{name}.jsonl" for name in ("late", "nulls", "texts"))
with open(path, "w") as late, open(nulls, "w") as first, open(texts, "w") as other:
    for number in range(60_000):
        author = {"author": "Ada Example"} if number >= 40_000 else {}
        late.write(json.dumps({"id": number, "title": f"Story {number}", **author}) + "\n")
        first.write(json.dumps({"id": number, "title": "Story", "author": author.get("author")}) + "\n")
        name = number if number < 40_000 else f"story-{number}"
        other.write(json.dumps({"id": name, "title": f"Story {number}"}) + "\n")

names = {
    "pandas": list(pandas.read_json(path, lines=True).columns),
    "pyarrow": pyarrow.json.read_json(path).column_names,
    "DuckDB": [row[0] for row in duckdb.execute(f"DESCRIBE SELECT * FROM read_json('{path}')").fetchall()],
    "Polars": polars.read_ndjson(path).columns,
    "Daft": daft.read_json(path).column_names,
    "DataFusion": datafusion.SessionContext().read_json(path, file_extension=".jsonl").schema().names,
    # A row a column, with its name first.
    "chdb": [
        line.split("\t")[0]
        for line in str(chdb.query(f"DESCRIBE file('{path}', JSONEachRow)", "TSV")).splitlines()
    ],
}
for reader, columns in names.items():
    print(f"{reader}:", ", ".join(columns))
query = f"SELECT count(author) FROM read_json('{nulls}')"
authors = [
    duckdb.execute(query).fetchone()[0],
    60_000 - daft.read_json(nulls).to_pydict()["author"].count(None),
    int(str(chdb.query(f"SELECT count(author) FROM file('{nulls}', JSONEachRow)", "TSV"))),
]
print("authors, with null in the first 40,000 rows: DuckDB {}, Daft {}, chdb {}".format(*authors))
lost = daft.read_json(texts).to_pydict()["id"].count(None)
print(f"ids that are texts from row 40,001 on: Daft {lost} nulls")
everything = ["id", "title", "author"]
assert names.pop("pandas") == names.pop("pyarrow") == everything
assert all(columns == everything[:2] for columns in names.values()), "the behaviour has changed"
assert authors == [0, 0, 20_000] and lost == 20_000, "the behaviour has changed"
PYTHON
