#!/usr/bin/env bash
# deltalake 1.6.6 (and Polars 2.1.0 by it): a file that a Delta table names by an absolute path is
# committed and counted, one reader of deltalake's reads it, the others look for it below the table.
#
# The protocol says that the path of a file is relative to the table's root or absolute, so a table
# can stand over files that lie elsewhere. deltalake takes such a path, QueryBuilder reads it, but
# file_uris() glues it to the root of the table, and to_pyarrow_table and Polars' scan_delta, which go
# by that, end in "not found". The same holds for "../". What helps: let the root of the table be a
# folder above all its files.
#
# Output seen:
#   deltalake QueryBuilder: 3 rows
#   deltalake to_pyarrow_table: FileNotFoundError
#   polars scan_delta: FileNotFoundError
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    deltalake==1.6.6 polars==2.1.0 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import json
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, QueryBuilder, Schema
from deltalake.transaction import AddAction, create_table_with_add_actions

work = Path(sys.argv[1])
rows = pa.table({"n": [1, 2, 3]})
(work / "files").mkdir()
path = work / "files" / "a.parquet"
pq.write_table(rows, path)
root = str(work / "table")
add = AddAction(str(path), path.stat().st_size, {}, 0, True, json.dumps({"numRecords": 3}))
create_table_with_add_actions(root, Schema.from_arrow(rows.schema), [add])


def told(read):
    try:
        return f"{read()} rows"
    except FileNotFoundError as error:
        return type(error).__name__


def by_query():
    answer = QueryBuilder().register("t", DeltaTable(root)).execute("SELECT n FROM t")
    return pa.table(answer.read_all()).num_rows


seen = {
    "deltalake QueryBuilder": told(by_query),
    "deltalake to_pyarrow_table": told(lambda: DeltaTable(root).to_pyarrow_table().num_rows),
    "polars scan_delta": told(lambda: pl.scan_delta(root).collect().height),
}
for name, what in seen.items():
    print(f"{name}: {what}")
expected = ["3 rows", "FileNotFoundError", "FileNotFoundError"]
assert list(seen.values()) == expected, "the behaviour has changed"
PYTHON
