#!/usr/bin/env bash
# deltalake 1.6.6 and Polars 2.1.0: a Delta table in a folder whose path has a space, a percent sign or
# a letter beyond ASCII cannot be read by Polars' scan_delta, though deltalake itself reads it.
#
# DeltaTable.file_uris() gives plain paths for a table on a disk (no file://), but with the table's
# root percent-encoded: /data/our%20news/part-…. Polars takes them as the paths that they look like,
# and ends in FileNotFoundError. What helps: a folder of plain letters, or to_pyarrow_dataset().
#
# Output seen:
#   news: deltalake 2 rows, polars 2 rows
#   our news: deltalake 2 rows, polars FileNotFoundError
#   50%: deltalake 2 rows, polars FileNotFoundError
#   Zürich: deltalake 2 rows, polars FileNotFoundError
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    deltalake==1.6.6 polars==2.1.0 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

seen = []
for name in ("news", "our news", "50%", "Zürich"):
    root = f"{sys.argv[1]}/{name}"
    write_deltalake(root, pa.table({"n": [1, 2]}))
    rows = DeltaTable(root).to_pyarrow_table().num_rows
    try:
        polars = f"{pl.scan_delta(root).collect().height} rows"
    except FileNotFoundError as error:
        polars = type(error).__name__
    print(f"{name}: deltalake {rows} rows, polars {polars}")
    seen.append((rows, polars))
assert seen == [(2, "2 rows"), *[(2, "FileNotFoundError")] * 3], "the behaviour has changed"
PYTHON
