#!/usr/bin/env bash
# FastWARC 2.0.1 gives an empty body for an HTTP answer whose head ends its lines with LF alone.
#
# Archives keep answers as servers sent them, and some end lines with LF, which a recipient may take for
# a line's end (RFC 9112, 2.2; RFC 7230, 3.5). FastWARC looks for an empty line of CRLF: it takes the
# whole rest of the record for the head, body included, and raises nothing. record.http_headers even has
# the right status, so that the record looks like an answer without content.
#
# Seen with Python 3.11, the same answer once with CRLF and once with LF:
#   FastWARC 2.0.1, CRLF: status 200, 11 bytes
#   FastWARC 2.0.1, LF:   status 200, 0 bytes
# Remedy: iterate with parse_http=False and find the end of the head yourself (\n\r?\n).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: fastwarc==2.0.1

seen=$("$folder/venv/bin/python" - <<'PY'
import io
from fastwarc.warc import ArchiveIterator


def measure(end):
    block = end.join(["HTTP/1.1 200 OK", "Content-Type: text/html", "", ""]).encode() + b"<p>Page</p>"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n"
        "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-03-03T09:30:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    data = head.encode() + block + b"\r\n\r\n"
    for record in ArchiveIterator(io.BytesIO(data), parse_http=True):
        return f"status {record.http_headers.status_code}, {len(record.reader.read())} bytes"


print(f"CRLF: {measure(chr(13) + chr(10))}; LF: {measure(chr(10))}")
PY
)
echo "FastWARC 2.0.1, $seen"
[[ $seen == "CRLF: status 200, 11 bytes; LF: status 200, 0 bytes" ]]
