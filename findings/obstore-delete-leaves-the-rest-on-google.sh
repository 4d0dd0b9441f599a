#!/usr/bin/env bash
# obstore 0.12.1: delete(store, [names]) ends at the first object that is not there, and leaves most of
# those named behind it standing. So it is with Google's store; in memory the same call removes all that
# are there, and says nothing, and S3 does too.
#
# Stores differ in whether it is an error to remove what is not there, so a caller suppresses
# FileNotFoundError, for what is gone is gone. S3 takes a list in one request. Google's interface has
# no such request: each object is one of its own, some at a time, and the first 404 ends the call, with
# those removed that happened to be under way. A list of replaced or forgotten files that is removed
# again after a crash is then never removed, on this store alone. What helps: after
# FileNotFoundError, remove each by itself.
#
# Output seen (the number of requests is that of one run, between 1 and 20):
#   Google: FileNotFoundError; of 100 objects behind the missing one fewer than 20 were asked for
#   memory: no error; left: 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: obstore==0.12.1
"$work/venv/bin/python" - <<'PYTHON'
import http.server
import json
import threading
import time
from urllib.parse import unquote

import obstore
from obstore.store import GCSStore, MemoryStore

asked = []


class Store(http.server.BaseHTTPRequestHandler):
    """Removes as Google's XML interface does: 204, or 404 for what is not there."""

    protocol_version = "HTTP/1.1"

    def do_DELETE(self):
        name = unquote(self.path).rpartition("/")[2]
        asked.append(name)
        self.send_response(404 if name == "gone" else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def remove(store):
    try:
        obstore.delete(store, ["gone", *names])
    except FileNotFoundError as error:
        return type(error).__name__
    return "no error"


names = [f"n{number:03d}" for number in range(100)]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
threading.Thread(target=server.serve_forever, daemon=True).start()
account = {"gcs_base_url": f"http://127.0.0.1:{server.server_port}", "disable_oauth": True}
account |= dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
google = GCSStore(
    "box", service_account_key=json.dumps(account), client_options={"allow_http": True}
)
ended = remove(google)
time.sleep(1)  # whatever is still under way
reached = len(set(asked) - {"gone"})
assert ended == "FileNotFoundError" and reached < 20, (ended, reached)
print(f"Google: {ended}; of 100 objects behind the missing one fewer than 20 were asked for")

memory = MemoryStore()
for name in names:
    obstore.put(memory, name, b"")
ended = remove(memory)
left = len(obstore.list(memory).collect())
assert (ended, left) == ("no error", 0)
print(f"memory: {ended}; left: {left}")
server.shutdown()
PYTHON
