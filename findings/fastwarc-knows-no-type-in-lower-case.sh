#!/usr/bin/env bash
# FastWARC 2.0.1 does not know the type of a record whose field is called "warc-type" instead of
# "WARC-Type": every selection by record_types passes over it, that of no_type and unknown included.
#
# Names of WARC fields have no case (WARC/1.1, 4), and FastWARC looks other fields up without regard to
# it: record.headers.get("WARC-Target-URI") finds "warc-target-uri". The type alone is recognised while
# the header is parsed, by its exact name; such a record comes only where no type is asked for, and then
# its record_type is that of none. Whoever asks for responses is never told that one was left out.
#
# Seen with Python 3.11 and a file of two responses that differ in the case of that one name:
#   FastWARC 2.0.1: all: 2, response: 1, no_type: 0, unknown: 0
# Remedy: select no types while iterating, and read the field yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: fastwarc==2.0.1

seen=$("$folder/venv/bin/python" - <<'PY'
import io
from fastwarc.warc import ArchiveIterator, WarcRecordType


def record(name, number):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Page</p>"
    head = (
        f"WARC/1.0\r\n{name}: response\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"WARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2026-03-03T09:30:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def count(**selection):
    data = record("WARC-Type", 1) + record("warc-type", 2)
    return sum(1 for _ in ArchiveIterator(io.BytesIO(data), **selection))


names = ("response", "no_type", "unknown")
counts = [f"{name}: {count(record_types=getattr(WarcRecordType, name))}" for name in names]
print(", ".join([f"all: {count()}", *counts]))
PY
)
echo "FastWARC 2.0.1: $seen"
[[ $seen == "all: 2, response: 1, no_type: 0, unknown: 0" ]]
