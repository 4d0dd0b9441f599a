#!/usr/bin/env bash
# Daft 0.7.26: read_warc gives no row of a WARC file whose field names are in lower case, of several
# fields of one name the last, and no date of a record that was dated by day.
#
# Names of fields are case-insensitive (WARC 1.1, 4), some fields may be repeated (WARC-Concurrent-To,
# 5.7), and WARC-Date may be as short as a year (5.4). Daft compares the names as they are written; a
# file none of whose records it knows is an empty table, without an error. warcio reads all of it.
#
# Output seen, each time of two records:
#   as usual: warcio 2, Daft 2 rows
#   lower case: warcio 2, Daft 0 rows
#   dated 2026-03-03: warcio gives the date, Daft None
#   two WARC-Concurrent-To: warcio 2 values, Daft only <urn:b>
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    daft==0.7.26 pyarrow==25.0.1 warcio==1.8.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import io
import json
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
from warcio.archiveiterator import ArchiveIterator


def record(number, date="2026-03-03T09:30:00Z", more=()):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Page</p>"
    names = [
        ("WARC-Type", "response"),
        ("WARC-Target-URI", f"https://a.example/{number}"),
        ("WARC-Record-ID", f"<urn:uuid:00000000-0000-0000-0000-{number:012d}>"),
        ("WARC-Date", date),
        *more,
        ("Content-Type", "application/http; msgtype=response"),
        ("Content-Length", str(len(block))),
    ]
    return names, block


def write(records, lower=False):
    data = b""
    for names, block in records:
        head = "".join(f"{name.lower() if lower else name}: {value}\r\n" for name, value in names)
        data += b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
    return data


def read(data):
    path = f"{sys.argv[1]}/{abs(hash(data))}.warc"
    with open(path, "wb") as file:
        file.write(data)
    return daft.read_warc(path).to_pydict(), [
        each.rec_headers for each in ArchiveIterator(io.BytesIO(data))
    ]


def count(data):
    by_daft, by_warcio = read(data)
    return f"warcio {len(by_warcio)}, Daft {len(by_daft['WARC-Type'])} rows"


usual = count(write([record(1), record(2)]))
print("as usual:", usual)
lower = count(write([record(1), record(2)], lower=True))
print("lower case:", lower)
by_daft, by_warcio = read(write([record(1, date="2026-03-03")]))
dates = by_warcio[0].get_header("WARC-Date"), by_daft["WARC-Date"][0]
print("dated by day:", dates)
two = [("WARC-Concurrent-To", "<urn:a>"), ("WARC-Concurrent-To", "<urn:b>")]
by_daft, by_warcio = read(write([record(1, more=two)]))
values = len([name for name, _ in by_warcio[0].headers if name == "WARC-Concurrent-To"])
kept = json.loads(by_daft["warc_headers"][0])["WARC-Concurrent-To"]
print("two WARC-Concurrent-To:", values, "values in warcio, Daft", kept)
assert usual == "warcio 2, Daft 2 rows"
assert lower == "warcio 2, Daft 0 rows", "the behaviour has changed"
assert dates == ("2026-03-03", None) and (values, kept) == (2, "<urn:b>"), "the behaviour has changed"
PYTHON
