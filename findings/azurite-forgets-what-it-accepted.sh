#!/usr/bin/env bash
# Azurite 3.37.0 (the emulator of Azure's store, from npm): a blob whose upload was answered with 201, and
# which was read back, is gone if the emulator is killed within the next seconds and started again in the
# same folder. The bytes are on the disk; the list of blobs is written only now and then. After SIGTERM
# it is there.
#
# Azure itself answers once a blob is durable, and an emulator with a folder of its own looks as if it
# did too. A test of what survives a crash, which kills the store in the middle of a protocol, finds
# losses that are the emulator's. No option says when the list is written. What helps: let the
# emulator end by SIGTERM.
#
# Output seen:
#   SIGKILL: accepted 201, read b'1', after the restart gone
#   SIGTERM: accepted 201, read b'1', after the restart b'1'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --no-save --prefix "$work/node" azurite@3.37.0
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    azure-storage-blob==12.26.0
"$work/venv/bin/python" - "$work" <<'PYTHON'
import base64
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

work = pathlib.Path(sys.argv[1])
main = work / "node" / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
KEY = base64.b64encode(b"a key for this script alone").decode()


def start(folder, port):
    command = ["node", main, "--silent", "--disableTelemetry", "--location", folder, "--blobPort", str(port)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"tester:{KEY}"}
    server = subprocess.Popen([*command, "--skipApiVersionCheck"], env=environment)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit("Azurite does not start")


def end(server, how):
    server.send_signal(how)
    server.wait(30)


def look(how):
    folder = work / how.name
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def client():
        account = {"account_name": "tester", "account_key": KEY}
        url = f"http://127.0.0.1:{port}/tester"
        return BlobServiceClient(url, credential=account, retry_total=0)

    server = start(folder, port)
    try:
        with client() as one:
            one.create_container("box")
        time.sleep(12)  # the container is written down by now
        answers = []
        with client() as one:
            blob = one.get_blob_client("box", "a")
            blob.upload_blob(b"1", raw_response_hook=lambda each: answers.append(each))
            read = blob.download_blob().readall()
        end(server, how)
        server = start(folder, port)
        with client() as one:
            try:
                after = repr(one.get_blob_client("box", "a").download_blob().readall())
            except ResourceNotFoundError:
                after = "gone"
    finally:
        end(server, signal.SIGKILL)
    accepted = answers[-1].http_response.status_code
    return f"{how.name}: accepted {accepted}, read {read!r}, after the restart {after}"


killed, ended = look(signal.SIGKILL), look(signal.SIGTERM)
print(killed)
print(ended)
assert killed == "SIGKILL: accepted 201, read b'1', after the restart gone", "it has changed"
assert ended == "SIGTERM: accepted 201, read b'1', after the restart b'1'", "it has changed"
PYTHON
