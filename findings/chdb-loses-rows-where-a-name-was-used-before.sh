#!/usr/bin/env bash
# chdb 4.4.0, Iceberg: a filter on a column whose name an older file has for another column loses that file's rows.
# After "author" was dropped and added again, WHERE author IS NULL finds none of the old rows, which a query without
# a filter shows with author null.
#
# Columns of Iceberg are their ids, and names may be given anew: a column dropped and added, two that
# exchange their names, one renamed for another to take its name. What chdb reads goes by the ids. What it passes over
# without reading goes by the names, so that the values of the dropped authors decide about the new
# ones. Nothing is raised, and a count of what is missing is 0. pyiceberg, Polars and Daft find the rows.
#
# Output seen, of ids 1 and 2, written before the change, and 3, written after it:
#   dropped and added, author IS NULL: Polars [1, 2], Daft [1, 2], chdb []
#   dropped and added, without a filter: chdb [(1, None), (2, None), (3, 'Cy')]
#   renamed, its name taken, title IS NULL: Polars [1, 2], Daft [1, 2], chdb []
#   names exchanged, author = 'Port': Polars [1], Daft [1], chdb []
#   names exchanged, title < 'B': Polars [1], Daft [1], chdb []
#   renamed only, headline = 'Port': Polars [1], Daft [1], chdb [1]
# Remedy: give no column a name that another has had; or filter outside of a subquery with a LIMIT above all rows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    chdb==4.4.0 chdb-core==26.9.0 'pyiceberg[pyarrow,sql-sqlite]==0.12.0' polars==2.1.0 daft==0.7.26 pyarrow==25.0.1
cd "$work" # chdb reads tables below the working folder alone
"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
os.environ["POLARS_ICEBERG_PLANNER"] = "pyiceberg"
import chdb
import daft
import polars
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.types import StringType

logging.disable()
work = sys.argv[1]
catalog = SqlCatalog("example", uri=f"sqlite:///{work}/catalog.db", warehouse=f"file://{work}")
catalog.create_namespace("news")


def table_of(name, changes, third):
    old = pa.table({"id": [1, 2], "title": ["Port", "Storm"], "author": ["Ada", "Bo"]})
    table = catalog.create_table(f"news.{name}", schema=old.schema)
    table.append(old)
    for change, *names in changes:
        with table.update_schema() as update:
            getattr(update, change)(*names)
    table.append(pa.Table.from_pylist([third], schema=table.schema().as_arrow()))
    return table


def by_chdb(table, query):
    place = table.location().removeprefix("file://")
    return chdb.query(query.format(f"icebergLocal('{place}')"), "ArrowTable").to_pylist()


def ids(table, condition):
    assert condition != "title IS NULL" or table.scan("title is null").to_arrow()["id"].to_pylist() == [1, 2]
    found = {
        "Polars": polars.scan_iceberg(table).filter(polars.sql_expr(condition)).collect()["id"].to_list(),
        "Daft": daft.read_iceberg(table).where(condition).to_pydict()["id"],
        "chdb": [row["id"] for row in by_chdb(table, f"SELECT id FROM {{}} WHERE {condition}")],
    }
    return [sorted(each) for each in found.values()]


added = ("add_column", "author", StringType())
again = table_of("again", [("delete_column", "author"), added], {"id": 3, "title": "Pier", "author": "Cy"})
taken = table_of(
    "taken",
    [("rename_column", "title", "headline"), ("add_column", "title", StringType())],
    {"id": 3, "headline": "Pier", "author": "Cy", "title": "T"},
)
exchanged = table_of(
    "exchanged",
    [("rename_column", "title", "x"), ("rename_column", "author", "title"), ("rename_column", "x", "author")],
    {"id": 3, "author": "Pier", "title": "Cy"},
)
renamed = table_of("renamed", [("rename_column", "title", "headline")], {"id": 3, "headline": "Pier", "author": "Cy"})
asked = [
    ("dropped and added", again, "author IS NULL", [1, 2], []),
    ("renamed, its name taken", taken, "title IS NULL", [1, 2], []),
    ("names exchanged", exchanged, "author = 'Port'", [1], []),
    ("names exchanged", exchanged, "title < 'B'", [1], []),
    ("renamed only", renamed, "headline = 'Port'", [1], [1]),
]
for name, table, condition, right, by_name in asked:
    found = ids(table, condition)
    print("{}, {}: Polars {}, Daft {}, chdb {}".format(name, condition, *found))
    assert found == [right, right, by_name], "the behaviour has changed"
rows = [(row["id"], row["author"]) for row in by_chdb(again, "SELECT id, author FROM {} ORDER BY id")]
print("dropped and added, without a filter: chdb", rows)
assert rows == [(1, None), (2, None), (3, "Cy")]
query = "SELECT id FROM (SELECT * FROM {} LIMIT 1000000000) WHERE author IS NULL"
assert sorted(row["id"] for row in by_chdb(again, query)) == [1, 2]
PYTHON
