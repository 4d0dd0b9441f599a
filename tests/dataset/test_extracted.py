from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page, Poll, Reject
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.dataset.extracted import ExtractedPages, drop_extracted
from newsbeam.transforms.extraction.article import reject_page
from newsbeam.transforms.extraction.options import ExtractOptions

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CAPTURED = datetime(2020, 2, 3, tzinfo=UTC)
ARCHIVE = "/crawl.warc"
OPTIONS = ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "1")


def make_page(number: int, body: bytes = b"<p>Text</p>", at: datetime = CAPTURED) -> Page:
    entry = Entry(source_kind="warc", source_ref=f"{ARCHIVE}#{number}", seen_at=at)
    return Page(entry=entry, url=None, body=body, media="html", fetched_at=at)


def outcome_of(page: Page) -> Reject:
    return reject_page(page, InputError("no_article", "There is none."))


def begin(root: Path, options: ExtractOptions = OPTIONS, archive: str = ARCHIVE) -> ExtractedPages:
    extracted = ExtractedPages(str(root), options, NOW)
    extracted.begin(archive)
    return extracted


def keep(root: Path, pages: list[Page]) -> None:
    extracted = begin(root)
    for page in pages:
        assert extracted.find(page) is None
        extracted.add(page, outcome_of(page))
    extracted.finish()


def test_what_a_page_turned_into_is_found_again(tmp_path: Path):
    pages = [make_page(number) for number in range(40)]
    keep(tmp_path, pages)
    extracted = begin(tmp_path)
    assert [extracted.find(page) for page in pages] == list(map(outcome_of, pages))
    assert extracted.find(make_page(40)) is None


@pytest.mark.parametrize(
    "other",
    [
        make_page(1, b"<p>Next</p>"),
        make_page(2),
        replace(make_page(1), http_status=404),
        make_page(1, at=datetime(2020, 2, 4, tzinfo=UTC)),
    ],
    ids=["bytes", "place", "status", "capture"],
)
def test_another_page_is_extracted(tmp_path: Path, other: Page):
    keep(tmp_path, [make_page(1)])
    assert begin(tmp_path).find(other) is None


def test_other_options_and_other_archives_find_nothing(tmp_path: Path):
    page = make_page(1)
    keep(tmp_path, [page])
    assert begin(tmp_path, replace(OPTIONS, pipeline_version="2")).find(page) is None
    assert begin(tmp_path, archive="/other.warc").find(page) is None


def test_rows_that_say_when_their_pass_began_are_not_kept(tmp_path: Path):
    keep(tmp_path, [make_page(1, at=NOW)])
    assert not list(tmp_path.rglob("*.outcomes"))


def test_a_torn_file_costs_its_own_pages_alone(tmp_path: Path):
    pages = [make_page(number) for number in range(20)]
    keep(tmp_path, pages)
    files = sorted(tmp_path.rglob("*.outcomes"))
    files[0].write_bytes(files[0].read_bytes()[:-9])
    extracted = begin(tmp_path)
    found = sum(extracted.find(page) is not None for page in pages)
    assert found == len(pages) - len(pages) / len(files)


@pytest.mark.parametrize(("kind", "left"), [("warc", 0), ("feed", 1)])
def test_a_commit_removes_what_was_kept_of_its_archives(tmp_path: Path, kind: str, left: int):
    keep(tmp_path, [make_page(1)])
    poll = Poll(source_ref=ARCHIVE, source_kind=kind, polled_at=NOW, outcome="changed")
    drop_extracted(str(tmp_path), [poll])
    assert len(list(tmp_path.rglob("*.outcomes"))) == left
