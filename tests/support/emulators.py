"""Azure's and Google's stores on loopback, as far as emulators of them can be had.

Azure: Azurite, which ``make stores`` brings where npm is. Google: no emulator at a registry takes
what the client writes (record 28), so a proxy stands before the S3 server and translates: Google's
XML interface is S3's with other names of headers. It shows that newsbeam says the right things to
Google, not what Google makes of them.
"""

import base64
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from email.utils import formatdate
from pathlib import Path

from buckets import BUCKET, START_S, Proxy, free_port

from tests.engines.provision import AZURITE

ACCOUNT = "newsbeam"
AZURE_KEY = base64.b64encode(b"no secret outside of this machine").decode()


def missing_azurite() -> str:
    """Return what keeps Azurite from being run here, "" if nothing does."""
    if shutil.which("node") is None:
        return "there is no node here"
    return "" if AZURITE.exists() else "Azurite is not in .engines/ (make stores)"


class Azurite:
    """Azure's blobs; what was written stays over a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, wait until it takes connections, and make the container."""
        command = [
            *("node", str(AZURITE), "--silent", "--disableTelemetry", "--skipApiVersionCheck"),
            *("--location", str(self._folder), "--blobHost", "127.0.0.1"),
            *("--blobPort", str(self.port)),
        ]
        with (self._folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{AZURE_KEY}"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_S
        while not self._listens():
            if time.monotonic() > until or self._process.poll() is not None:
                self.kill()
                raise RuntimeError((self._folder / "out.log").read_text()[-500:])
            time.sleep(0.1)
        self._make_container()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _make_container(self) -> None:
        """Ask for the container, signed as the service wants it: the client has no call for it."""
        said = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
        headers = "".join(f"{name}:{value}\n" for name, value in said.items())
        text = "PUT" + "\n" * 12 + headers + f"/{ACCOUNT}/{ACCOUNT}/{BUCKET}\nrestype:container"
        digest = hmac.digest(base64.b64decode(AZURE_KEY), text.encode(), hashlib.sha256)
        signature = base64.b64encode(digest).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{ACCOUNT}/{BUCKET}?restype=container",
            method="PUT",
            headers={**said, "Authorization": f"SharedKey {ACCOUNT}:{signature}"},
        )
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            if error.code != 409:  # it was there before the restart
                raise

    def kill(self) -> None:
        """End it soon; by kill -9 it would lose what it took in the last seconds."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)  # it waits for connections
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
            self._process = None


def azure_environment(port: int) -> dict[str, str]:
    """Return the variables by which newsbeam finds Azurite, or the proxy before it."""
    return {
        "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
        "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY,
        "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{port}/{ACCOUNT}",
        "AZURE_ALLOW_HTTP": "true",
    }


#: Google's names of headers, and S3's.
_HEADERS = {
    "x-goog-if-generation-match": "If-None-Match",
    "x-goog-copy-source": "x-amz-copy-source",
}


def google_proxy(port: int) -> Proxy:
    """Return a proxy that speaks Google's XML interface before an S3 server that is unsigned."""

    def translate(headers: dict[str, str]) -> dict[str, str]:
        told = {_HEADERS.get(name.lower(), name): value for name, value in headers.items()}
        if told.get("If-None-Match") == "0":  # no generation: if there is none
            told["If-None-Match"] = "*"
        told.pop("authorization", None)
        return told

    return Proxy(port, translate=translate, misses=True)


def google_environment(port: int, folder: Path) -> dict[str, str]:
    """Return the variables by which newsbeam finds the proxy; one names a file in ``folder``."""
    account = folder / "account.json"
    said = {"gcs_base_url": f"http://127.0.0.1:{port}", "disable_oauth": True}
    none = dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
    account.write_text(json.dumps({**said, **none}))
    return {"GOOGLE_SERVICE_ACCOUNT": str(account), "GOOGLE_ALLOW_HTTP": "true"}
