"""The truth about the newsroom, and the comparison of a dataset with it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from newsbeam.pipelines.newsroom import Newsroom, Truth, compare, expected
from newsbeam.pipelines.newsroom.site import Site, list_urls, strip_tracking

AT = datetime(2026, 4, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


@pytest.fixture(scope="module")
def advanced() -> Iterator[Newsroom]:
    with Newsroom() as room:
        room.advance(AT)
        yield room


def rows_of(truth: Truth) -> tuple[list[dict[str, Any]], ...]:
    """Return the rows of a dataset that is exactly as the truth wants it."""
    articles = [
        {
            "canonical_url": one.url,
            "revision": one.revision,
            "requested_url": min(one.requested),
            "title": one.title,
            "authors": list(one.authors),
            "published_at": one.published_at and one.published_at.astimezone(UTC),
            "modified_at": one.modified_at and one.modified_at.astimezone(UTC),
            "language": one.language,
            "publisher": one.publisher,
            "agency": one.agency,
            "dateline_place": one.dateline_place and one.dateline_place.upper(),
            "completeness": one.completeness,
            "text": "\n\n".join(one.paragraphs),
        }
        for one in truth.written
    ]
    duplicates = [
        {
            "requested_url": max(one.requested),
            "duplicate_of_url": one.duplicate_of,
            "how": one.how,
        }
        for one in truth.duplicates
    ]
    rejects = [
        {
            "url": None if one.stage == "poll" else one.url,
            "source_ref": one.url,
            "stage": one.stage,
            "reason": one.reason,
            "http_status": one.http_status,
            "detail": "…",
        }
        for one in truth.rejects
    ]
    return articles, duplicates, rejects


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("edition", [1, 2])
def test_nothing_differs_from_itself(advanced: Newsroom, edition: int, near: bool) -> None:
    truth = expected(advanced, edition=edition, near=near)
    assert compare(truth, *rows_of(truth)) == []


def test_every_url_of_the_truth_is_reached_from_the_inputs(advanced: Newsroom) -> None:
    truth = expected(advanced, edition=2, near=True)
    listings = [
        listing
        for revised_at in (None, AT)
        for listing in Site(advanced.content, revised_at).listings
    ]
    polled = set(advanced.inputs)
    while more := {
        url
        for listing in listings
        if listing.url in polled
        for url in listing.feed.lists
        if url not in polled
    }:
        polled |= more
    reached = polled | {
        url for listing in listings if listing.url in polled for url in list_urls(listing)
    }
    clean = {strip_tracking(url) for url in reached}
    outcomes = {url for one in (*truth.written, *truth.duplicates) for url in one.requested}
    outcomes |= {one.url for one in truth.rejects}
    assert outcomes <= clean
    lists = {listing.url for listing in listings}
    assert clean - outcomes <= lists  # and all that they lead to has an outcome


def test_each_page_has_one_outcome(room: Newsroom) -> None:
    truth = expected(room, near=True)
    written = [one.url for one in truth.written]
    assert len(written) == len(set(written))
    copies = {url for one in truth.duplicates if one.how != "url" for url in one.requested}
    assert not copies & set(written)
    assert {one.duplicate_of for one in truth.duplicates} <= set(written)


def test_near_duplicates_are_articles_as_long_as_nobody_looks_for_them(room: Newsroom) -> None:
    without, within = expected(room), expected(room, near=True)
    near = [one for one in within.duplicates if one.how == "near"]
    assert len(near) >= 3
    assert len(without.written) == len(within.written) + len(near)
    assert len(without.duplicates) == len(within.duplicates) - len(near)


def test_a_second_edition_adds_a_revision_and_new_articles(advanced: Newsroom) -> None:
    first, second = expected(advanced, edition=1), expected(advanced, edition=2)
    added = {(one.url, one.revision) for one in second.written} - {
        (one.url, one.revision) for one in first.written
    }
    assert sorted(revision for _, revision in added) == [1, 2]
    revised = next(one for one in second.written if one.revision == 2)
    assert revised.modified_at == AT
    assert len(second.duplicates) == len(first.duplicates) + 1
    assert set(first.written) <= set(second.written)


def test_there_is_no_truth_about_an_edition_to_come(room: Newsroom) -> None:
    with pytest.raises(ValueError, match="advance"):
        expected(room, edition=2)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "Another", "title is 'Another', but should be"),
        ("authors", ["Nobody"], "authors is ['Nobody'], but should be"),
        ("published_at", None, "published_at is None, but should be 2026-"),
        ("published_at", datetime(2026, 4, 1), "published_at is 2026-04-01T00:00:00+00:00"),
        ("language", "xx", "language is 'xx', but should be 'en'"),
        ("publisher", None, "publisher is None, but should be 'Meridian Wire'"),
        ("agency", None, "agency is None, but should be 'Meridian Wire'"),
        ("completeness", "teaser", "completeness is 'teaser', but should be 'full'"),
        ("text", "Short.", "is missing from the text"),
        ("text", "Short.", "the paragraph 'Short.' should not be in the text"),
        ("requested_url", "http://x.example/", "which no input names"),
    ],
)
def test_a_wrong_field_is_named(room: Newsroom, field: str, value: object, sentence: str) -> None:
    truth = expected(room)
    articles, duplicates, rejects = rows_of(truth)
    articles[0][field] = value
    differences = compare(truth, articles, duplicates, rejects)
    assert any(sentence in difference for difference in differences), differences
    assert all(truth.written[0].url in difference for difference in differences)


def test_paragraphs_out_of_order_are_noticed_and_spaces_are_not(room: Newsroom) -> None:
    truth = expected(room)
    articles, duplicates, rejects = rows_of(truth)
    parts = truth.written[0].paragraphs
    articles[0]["text"] = "\n\n".join(f" {part}".replace(" ", "  ", 2) for part in parts)
    assert compare(truth, articles, duplicates, rejects) == []
    articles[0]["text"] = "\n\n".join(reversed(parts))
    assert len(compare(truth, articles, duplicates, rejects)) == 1


def test_missing_and_surplus_rows_are_noticed(room: Newsroom) -> None:
    truth = expected(room)
    for table in range(3):
        tables = rows_of(truth)
        lost = tables[table].pop()
        assert len(compare(truth, *tables)) == 1
        tables[table].extend(
            [lost, {**lost, "canonical_url": "u", "requested_url": "u", "url": "u"}]
        )
        assert len(compare(truth, *tables)) == 1


def test_a_reject_for_another_reason_is_noticed(room: Newsroom) -> None:
    truth = expected(room)
    articles, duplicates, rejects = rows_of(truth)
    rejects[0]["reason"] = "empty"
    (difference,) = compare(truth, articles, duplicates, rejects)
    assert "was rejected as" in difference
