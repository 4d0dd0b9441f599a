import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.options import ExtractOptions

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
URL = "https://www.daily.example/news/council-votes-on-bridge-10441"


@pytest.fixture(scope="session")
def options() -> ExtractOptions:
    return ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "0.0-test")


@pytest.fixture(scope="session")
def make_page():
    def make(body, *, media="html", content_type=None, url=URL, fetched_at=NOW, **entry):
        if isinstance(body, str):
            body = body.encode()
        known = {"source_kind": "url", "source_ref": "list.txt#1", "url": url, "seen_at": NOW}
        return Page(
            entry=Entry(**(known | entry)),
            url=url,
            body=body,
            media=media,
            content_type=content_type,
            http_status=200,
            fetched_at=fetched_at,
        )

    return make


@pytest.fixture(scope="session")
def data_dir() -> Path:
    root = Path(__file__).parents[2]
    path = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"No evaluation data at {path} (set NEWSBEAM_DATA).")
    return path
