"""The real pages that benchmarks measure with, which lie outside the repository."""

import gzip
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.urls import host_of, registered_domain

ROOT = Path(__file__).resolve().parents[1]
#: After all pages were captured: no page may know of a later date than its own.
FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def data_folder() -> Path:
    """Return the folder of the pages: NEWSBEAM_DATA, or ../shared/data beside the repository."""
    data = Path(os.environ.get("NEWSBEAM_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "score.py").is_file():
        sys.exit(f"No evaluation data at {data}: set NEWSBEAM_DATA to its folder.")
    return data


def truths(data: Path) -> list[Path]:
    """Return the files of truth: those of the pages, and of WCXB's."""
    return [
        *sorted(data.glob("pages/*/truth.jsonl")),
        *sorted(data.glob("wcxb/pages/*/truth.jsonl")),
    ]


def read_truth(truth: Path) -> Iterator[dict[str, Any]]:
    """Yield what is known of each page of a file of truth."""
    # Not by ``splitlines``: texts have separators of lines that JSON does not escape.
    for line in truth.read_text(encoding="utf-8").strip("\n").split("\n"):
        yield json.loads(line)


def read_page(truth: Path, known: dict[str, Any]) -> Page:
    """Return a page as if it had just been fetched."""
    url = known.get("url")
    return Page(
        entry=Entry(source_kind="url", source_ref=known["id"], url=url, seen_at=FETCHED_AT),
        url=url,
        body=gzip.decompress((truth.parent / known["file"]).read_bytes()),
        media="html",
        http_status=200,
        fetched_at=FETCHED_AT,
    )


def read_pages(data: Path) -> Iterator[tuple[str, Page]]:
    """Yield the id of each page in the truth, and the page."""
    for truth in truths(data):
        for known in read_truth(truth):
            yield known["id"], read_page(truth, known)


def site_of(known: dict[str, Any]) -> str:
    """Return the site of a page: all pages of one registered domain are of the same."""
    host = host_of(known["url"]) if known.get("url") else None
    return (registered_domain(host) if host else None) or known["id"]


def half_of(known: dict[str, Any]) -> int:
    """Return in which half of the sites a page is."""
    return hashlib.md5(site_of(known).encode(), usedforsecurity=False).digest()[0] & 1
