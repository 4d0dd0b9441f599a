#!/usr/bin/env bash
# pyiceberg 0.12.0: an append that lost a race is retried by pyiceberg itself, on top of what won. Two
# writers who ask the newest snapshot what it shows before they add a file add it twice, without an
# error.
#
# A table's commit is a compare-and-swap, whose loser gets CommitFailedException. So a writer that
# keeps a number of its own in the snapshot's properties would look (is 7 there?), append with 7, and
# look again if it was refused. But commit.retry.num-retries, which nobody has set, counts as 4: the
# transaction loads the table again, puts its files on the new snapshot and succeeds, though what the
# writer had looked at has changed meanwhile. Readers count each row of the file twice. What helps:
# the table property commit.retry.num-retries=0.
#
# Output seen:
#   default: both succeed; snapshots 7, 7; rows read 6
#   retries 0: the second gets CommitFailedException; snapshots 7; rows read 3
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    'pyiceberg[pyarrow,sql-sqlite]==0.12.0' pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException

logging.disable(logging.WARNING)
work = sys.argv[1]
pq.write_table(pa.table({"n": [1, 2, 3]}), f"{work}/file.parquet")
catalog = SqlCatalog("c", uri=f"sqlite:///{work}/catalog.db", warehouse=f"file://{work}/w")
catalog.create_namespace("news")


def race(name, properties):
    catalog.create_table(f"news.{name}", pa.schema([("n", pa.int64())]), properties=properties)
    first, second = (catalog.load_table(f"news.{name}") for _ in range(2))
    assert first.current_snapshot() is None and second.current_snapshot() is None  # both look
    ended = "both succeed"
    for table in (first, second):
        try:
            # check_duplicate_files looks at what was loaded, and finds nothing either.
            table.add_files([f"{work}/file.parquet"], snapshot_properties={"mine": "7"})
        except CommitFailedException as error:
            ended = f"the second gets {type(error).__name__}"
    table = catalog.load_table(f"news.{name}")
    shown = [each.summary.additional_properties["mine"] for each in table.metadata.snapshots]
    rows = table.scan().to_arrow().num_rows
    return f"{ended}; snapshots {', '.join(shown)}; rows read {rows}"


default = race("a", {})
print("default:", default)
none = race("b", {"commit.retry.num-retries": "0"})
print("retries 0:", none)
assert default == "both succeed; snapshots 7, 7; rows read 6", "the behaviour has changed"
assert none == "the second gets CommitFailedException; snapshots 7; rows read 3"
PYTHON
