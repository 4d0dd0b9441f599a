#!/usr/bin/env bash
# Daft 0.7.26 reads of a compressed file of rows that consists of several frames the first alone, and
# says nothing: two thirds of these rows are gone.
#
# A .zst file is one frame or several, one behind the other (RFC 8878, 3.1), and so are .bz2 and .xz.
# Files that were compressed in parallel (pzstd, pbzip2) or joined by cat, and archives that begin a
# frame at each record, have many. Daft's read_json, read_csv and read_text stop where the first ends,
# and read_warc gives one record of a .warc.zst. Only of .gz they read each member. pandas 3.1.1 reads
# all four, and so do DuckDB, Polars, pyarrow and chdb what they know of them.
#
# Output seen, of 3 x 1000 rows:
#   gz: pandas 3000, read_json 3000, read_csv 3000, read_text 3000
#   bz2: pandas 3000, read_json 1000, read_csv 1000, read_text 1000
#   xz: pandas 3000, read_json 1000, read_csv 1000, read_text 1000
#   zst: pandas 3000, read_json 1000, read_csv 1000, read_text 1000
#   read_warc, of 3 records: plain 3, warc.gz 3, warc.zst 1
# Remedy: give Daft plain files, or ones written in one frame.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    daft==0.7.26 pyarrow==25.0.1 pandas==3.1.1 zstandard==0.25.0
"$work/venv/bin/python" - "$work" <<'PYTHON'
import bz2
import gzip
import json
import lzma
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
import pandas
import zstandard

rows = [json.dumps({"n": n}) + "\n" for n in range(3000)]
parts = ["".join(rows[start : start + 1000]).encode() for start in (0, 1000, 2000)]
seen = {}
for ending, compress in {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstandard.compress
}.items():
    path = f"{sys.argv[1]}/rows.jsonl.{ending}"
    with open(path, "wb") as file:
        file.write(b"".join(compress(part) for part in parts))
    counts = {
        "pandas": len(pandas.read_json(path, lines=True)),
        "read_json": daft.read_json(path).count_rows(),
        "read_csv": daft.read_csv(path, has_headers=False).count_rows(),
        "read_text": daft.read_text(path).count_rows(),
    }
    print(f"{ending}:", ", ".join(f"{name} {count}" for name, count in counts.items()))
    seen[ending] = list(counts.values())
RECORD = (
    b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://a.example/\r\n"
    b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nWARC-Date: 2026-03-03T09:30:00Z\r\n"
    b"Content-Type: text/html\r\nContent-Length: 11\r\n\r\n<p>Page</p>\r\n\r\n"
)
records = {}
for ending, compress in {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}.items():
    path = f"{sys.argv[1]}/pages.warc{ending}"
    with open(path, "wb") as file:
        file.write(3 * compress(RECORD))
    records[ending] = daft.read_warc(path).count_rows()
print("read_warc, of 3 records: plain {}, warc.gz {}, warc.zst {}".format(*records.values()))
assert seen.pop("gz") == [3000] * 4
assert seen == dict.fromkeys(("bz2", "xz", "zst"), [3000, 1000, 1000, 1000]), "the behaviour has changed"
assert records == {"": 3, ".gz": 3, ".zst": 1}, "the behaviour has changed"
PYTHON
