"""What jobs over archives are measured with: real pages as one archive, texts as JSON lines."""

import gzip
import json
import lzma
import re
from pathlib import Path

from benchmarks.pages import read_truth, truths
from newsbeam.transforms.core.urls import host_of, registered_domain

ROWS = 4000
ROW_WORDS = 420

_PARAGRAPH = re.compile(rb"<p[\s>].*?</p>", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(rb"(?<=[ >])([a-z]{2})([a-z]{2,})(?=[ ,.<])")


def write_archive(data: Path, path: Path, copies: int = 1) -> int:
    """Write the pages as an archive, those of WCXB that are no articles left out.

    Copies behind the first are of other sites and in other words, so that they are no duplicates.
    """
    count = 0
    with path.open("wb") as out:
        for copy in range(copies):
            for truth in truths(data):
                for known in read_truth(truth):
                    if known.get("kind", "article") != "article":
                        continue
                    body = gzip.decompress((truth.parent / known["file"]).read_bytes())
                    url = known.get("url") or ""
                    if not url.startswith(("http://", "https://")):
                        url = f"https://page-{count}.example/"
                    if copy:
                        url, body = _alter(url, body, copy)
                    out.write(_record(url, f"{known['id']}{copy or ''}", body))
                    count += 1
    return count


def _alter(url: str, body: bytes, copy: int) -> tuple[str, bytes]:
    site = registered_domain(host_of(url) or "") or host_of(url) or ""
    name, dot, rest = site.partition(".")
    other = f"{name}-{copy}{dot}{rest}"
    letter = b"abcdefghijklmnopqrstuvwxyz"[copy % 26 : copy % 26 + 1]

    def reword(paragraph: re.Match[bytes]) -> bytes:
        return _WORD.sub(rb"\g<1>" + letter + rb"\2", paragraph[0])

    return url.replace(site, other), _PARAGRAPH.sub(
        reword, body.replace(site.encode(), other.encode())
    )


def _record(url: str, name: str, body: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-11-01T00:00:00Z\r\nWARC-Record-ID: <urn:{name}>\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6)


def write_rows(data: Path, path: Path) -> int:
    """Write rows of about 420 words as JSON lines."""
    count = 0
    texts = data / "texts" / "news_en_abp.jsonl.xz"
    with lzma.open(texts, "rt", encoding="utf-8") as lines, path.open("w") as out:
        for line in lines:
            known = json.loads(line)
            words = known["text"].split(" ")
            if len(words) < ROW_WORDS or count == ROWS:
                continue
            row = {
                "id": known["id"],
                "url": known["url"],
                "title": known["title"],
                "text": " ".join(words[:ROW_WORDS]),
                "published_at": known["date"],
            }
            out.write(json.dumps(row) + "\n")
            count += 1
    return count
