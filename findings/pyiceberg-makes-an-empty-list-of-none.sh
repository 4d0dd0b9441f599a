#!/usr/bin/env bash
# pyiceberg 0.12.0 makes an empty list of a list of structs that is null: as it reads any table, and for good as it
# writes one, or deletes another row of the same file.
#
# No authors, and authors that nobody looked for, are one and the same then. A list of texts stays null; a list of
# structs is put together anew from its offsets, when field ids are given to the structs, and its mask is left
# behind. The file itself, which another writer made and add_files took over, has the nulls, and Polars'
# scan_iceberg reads them. Queries for null find none (pyiceberg's scan, to_duckdb, to_pandas), and
# table.delete("id == 3") writes the rows beside it with empty lists.
#
# Output seen, of three rows (null, an empty list, an author):
#   a file of pyarrow, scan: [[], [], [{'name': 'Ada Example'}]]
#   a file of pyarrow, scan, list of texts: [None, [], ['Ada Example']]
#   a file of pyarrow, Polars: [None, [], [{'name': 'Ada Example'}]]
#   append, in the file: [[], [], [{'name': 'Ada Example'}]]
#   delete of the third, in the file: [[], []]
# Remedy: a column of its own that says whether there is a list; or read by Polars, and delete whole files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    'pyiceberg[pyarrow,sql-sqlite]==0.12.0' pyarrow==25.0.1 polars==2.1.0
"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import sys
import warnings

import polars
import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")
work = sys.argv[1]
authors = [None, [], [{"name": "Ada Example"}]]
rows = pa.table({
    "id": [1, 2, 3],
    "authors": pa.array(authors, pa.list_(pa.struct([("name", pa.string())]))),
    "names": pa.array([None, [], ["Ada Example"]], pa.list_(pa.string())),
})
catalog = SqlCatalog("c", uri=f"sqlite:///{work}/catalog.db", warehouse=f"file://{work}/w")
catalog.create_namespace("news")


def files(table):
    """Return the authors in the files of ``table``, as pyarrow reads them."""
    return [row for task in table.scan().plan_files() for row in read_file(task.file.file_path)]


def read_file(path):
    return pq.read_table(path.removeprefix("file://"))["authors"].to_pylist()


lost = [[], [], [{"name": "Ada Example"}]]
path = f"{work}/rows.parquet"
pq.write_table(rows, path)
added = catalog.create_table("news.added", rows.schema)
added.add_files([path])
read = added.scan().to_arrow()
print("a file of pyarrow, scan:", read["authors"].to_pylist())
print("a file of pyarrow, scan, list of texts:", read["names"].to_pylist())
by_polars = polars.scan_iceberg(added).collect()["authors"].to_list()
print("a file of pyarrow, Polars:", by_polars)
assert read["authors"].to_pylist() == lost and by_polars == authors, "the behaviour has changed"
assert read["names"].to_pylist() == rows["names"].to_pylist(), "the behaviour has changed"

written = catalog.create_table("news.written", rows.schema)
written.append(rows)
print("append, in the file:", files(written))
added.delete("id == 3")
print("delete of the third, in the file:", files(added))
assert files(written) == lost and files(added) == lost[:2], "the behaviour has changed"
PYTHON
