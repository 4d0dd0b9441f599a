"""Azurite, Microsoft's emulator of Azure's blobs, on loopback; ``make engines`` brings it."""

import base64
import hashlib
import hmac
import http.client
import os
import socket
import subprocess
import time
from email.utils import formatdate
from pathlib import Path
from uuid import uuid4

from buckets import Variables, free_port

from tests.engines.provision import AZURITE_HOME

ACCOUNT, KEY = "newsbeam", base64.b64encode(b"no secret outside of this machine").decode()
CONTAINER = "newsroom"
START_S = 60.0


class Azurite:
    """The emulator, with one container."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it has the container."""
        command = [
            *(
                "node",
                str(AZURITE_HOME / "dist" / "src" / "blob" / "main.js"),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                str(self.port),
            ),
            *("--location", str(self._folder), "--silent", "--skipApiVersionCheck"),
            *("--disableTelemetry",),
        ]
        with (self._folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"},
            )
        until = time.monotonic() + START_S
        while not self._listens():
            if time.monotonic() > until or self._process.poll() is not None:
                self.kill()
                raise RuntimeError((self._folder / "out.log").read_text()[-1000:])
            time.sleep(0.1)
        self._make_container()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _make_container(self) -> None:
        """Make it by hand, signed with the account's key: clients of objects have no such call."""
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
        signed = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
        resource = f"/{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container"
        text = "PUT" + "\n" * 12 + signed + resource
        digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("PUT", f"/{ACCOUNT}/{CONTAINER}?restype=container", None, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {said.decode(errors='replace')[:500]}")

    def kill(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def pointed(self) -> Variables:
        """Return the variables by which newsbeam finds it."""
        return Variables(
            {
                "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
                "AZURE_STORAGE_ACCOUNT_KEY": KEY,
                "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{self.port}/{ACCOUNT}",
                "AZURE_ALLOW_HTTP": "true",
            }
        )


def new_url() -> str:
    """Return a place in the container where nothing is."""
    return f"az://{CONTAINER}/{uuid4().hex}"
