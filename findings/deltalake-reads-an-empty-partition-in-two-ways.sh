#!/usr/bin/env bash
# deltalake 1.6.6: a partition whose value is an empty text is an empty text by its SQL and in Polars, and null by its
# own to_pyarrow_table, in Daft and in chdb. The same filter on the same table finds other rows.
#
# A section that no page names is "" as easily as null, and within a file the two are different. Of a partition the
# protocol says that "" means null, and deltalake writes "" into its log all the same. QueryBuilder and Polars take it
# as it stands, the others go by the protocol: section != 'sport' keeps such articles in some and loses them in
# others. delete() goes with SQL, and leaves rows that to_pyarrow_table shows as null. Nothing is raised.
#
# Output seen, of ids 1 (sport), 2 (an empty text) and 3 (null): section IS NULL, section = '', section != 'sport':
#   deltalake, SQL: [3], [2], [2]
#   Polars: [3], [2], [2]
#   deltalake, to_pyarrow_table: [2, 3], [], []
#   Daft: [2, 3], [], []
#   chdb: [2, 3], [], []
#   a table without partitions, all five: [3], [2], [2]
#   after delete("section IS NULL"), left, as to_pyarrow_table shows them: [(1, 'sport'), (2, None)]
# Remedy: write a word ("none") instead of "" into a column that partitions a table.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    deltalake==1.6.6 polars==2.1.0 daft==0.7.26 chdb==4.4.0 chdb-core==26.9.0 duckdb==2.0.1 pyarrow==25.0.1
cd "$work" # chdb reads tables below the working folder alone
"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import chdb
import daft
import duckdb
import polars
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder, write_deltalake

logging.disable()
rows = pa.table({"id": [1, 2, 3], "section": ["sport", "", None]})


def by_pyarrow(table, condition):
    shown = table.to_pyarrow_table()
    return [id for (id,) in duckdb.sql(f"SELECT id FROM shown WHERE {condition}").fetchall()]


readers = {
    "deltalake, SQL": lambda table, path, condition: pa.table(
        QueryBuilder().register("rows", table).execute(f"SELECT id FROM rows WHERE {condition}")
    )["id"].to_pylist(),
    "Polars": lambda table, path, condition: polars.scan_delta(path)
    .filter(polars.sql_expr(condition))
    .collect()["id"]
    .to_list(),
    "deltalake, to_pyarrow_table": lambda table, path, condition: by_pyarrow(table, condition),
    "Daft": lambda table, path, condition: daft.read_deltalake(path).where(condition).to_pydict()["id"],
    "chdb": lambda table, path, condition: chdb.query(
        f"SELECT id FROM deltaLakeLocal('{path}') WHERE {condition}", "ArrowTable"
    )["id"].to_pylist(),
}
CONDITIONS = ("section IS NULL", "section = ''", "section != 'sport'")
seen = {}
for kind, partitions in {"partitioned": ["section"], "plain": None}.items():
    path = f"{sys.argv[1]}/{kind}"
    write_deltalake(path, rows, partition_by=partitions)
    table = DeltaTable(path)
    for name, read in readers.items():
        seen[kind, name] = [sorted(read(table, path, condition)) for condition in CONDITIONS]
for name in readers:
    print("{}: {}, {}, {}".format(name, *seen["partitioned", name]))
    assert seen["plain", name] == [[3], [2], [2]]
print("a table without partitions, all five: [3], [2], [2]")
as_text, as_null = [[3], [2], [2]], [[2, 3], [], []]
found = [seen["partitioned", name] for name in readers]
assert found == [as_text, as_text, as_null, as_null, as_null], "the behaviour has changed"
table = DeltaTable(f"{sys.argv[1]}/partitioned")
table.delete("section IS NULL")
left = [(row["id"], row["section"]) for row in table.to_pyarrow_table().sort_by("id").to_pylist()]
print('after delete("section IS NULL"), left, as to_pyarrow_table shows them:', left)
assert left == [(1, "sport"), (2, None)], "the behaviour has changed"
PYTHON
