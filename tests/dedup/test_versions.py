"""Versions of wire items: which are revisions, which repeat, which come too late."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.transforms.core.identity import article_id, content_hash, item_id
from newsbeam.transforms.core.records import Article, Duplicate, Reject, Unchanged, Wire
from newsbeam.transforms.dedup.exact import (
    ItemState,
    Known,
    entry_of,
    is_compared,
    settle_same_text,
    settle_same_url,
)

DAY = datetime(2026, 3, 3, 9, tzinfo=UTC)
GUID = "urn:newsml:ellery.example:1"


def item(version: str | None, text: str = "One.", *, hour: int = 0, **fields: object) -> Article:
    text_hash = content_hash(text)
    created = (DAY + timedelta(hours=hour)).isoformat()
    wire = Wire(format="newsml-g2", guid=GUID, version=version, version_created=created)
    identity = article_id(None, text_hash, item_id("newsml-g2", GUID, version, None))
    article = Article(
        article_id=identity,
        url=None,
        canonical_url=None,
        requested_url=None,
        domain=None,
        host=None,
        text=text,
        language="en",
        language_confidence=1.0,
        published_at=DAY,
        fetched_at=DAY,
        first_seen_at=DAY,
        word_count=1,
        char_count=4,
        sentence_count=1,
        reading_minutes=1,
        completeness="full",
        cluster_id=identity,
        content_hash=text_hash,
        extractor="newsml-g2",
        source_kind="newsml",
        source_ref=f"/wire/{version}-{hour}.xml",
        pipeline_version="0",
        wire=wire,
    )
    return replace(article, **fields)  # type: ignore[arg-type]


def known_as(article: Article, *entries: Article) -> Known:
    return Known(
        article_id=article.article_id,
        revision=article.revision,
        content_hash=article.content_hash,
        canonical_url=None,
        cluster_id="first",
        published_at=DAY,
        first_seen_at=DAY,
        item=ItemState.of(article),
        entries=tuple((entry_of(each), each.content_hash) for each in entries),
    )


def test_versions_of_one_pass_are_revisions_in_whatever_order_they_come():
    versions = [
        item("9", "One."),
        item("10", "Two.", hour=1),
        item("11", "Two.", hour=2, withdrawn=True),
    ]
    expected = settle_same_url(versions, None)
    assert [(row.revision, row.withdrawn) for row in expected if isinstance(row, Article)] == [
        (1, None),
        (2, None),
        (3, True),
    ]
    assert expected[1].supersedes == versions[0].content_hash  # type: ignore[union-attr]
    for seed in range(6):
        shuffled = random.Random(seed).sample(versions, 3)
        assert settle_same_url(shuffled, None) == expected


def test_a_later_version_with_the_same_words_is_a_revision():
    before = item("1")
    (row,) = settle_same_url([item("2", hour=1)], known_as(before, before))
    assert isinstance(row, Article)
    assert (row.revision, row.supersedes) == (2, before.content_hash)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (item("1", "One."), item("2", "Two.", hour=-5)),  # numbers go before times
        (item(None, "One."), item(None, "Two.", hour=1)),
    ],
)
def test_what_is_older_than_the_dataset_comes_too_late(new: Article, old: Article):
    (row,) = settle_same_url([new], known_as(old, old))
    assert isinstance(row, Reject)
    assert row.reason == "superseded"


def test_the_same_version_is_unchanged_from_its_entry_and_a_duplicate_from_another():
    before = item("1")
    again, other = item("1"), item("1", source_ref="/mirror/1.xml")
    outcomes = settle_same_url([again, other], known_as(before, before))
    assert sorted(type(row).__name__ for row in outcomes) == ["Duplicate", "Unchanged"]
    assert {type(row) for row in outcomes} == {Duplicate, Unchanged}


def test_the_same_version_with_other_words_is_not_lost():
    rows = settle_same_url([item("1", "One."), item("1", "Two.")], None)
    assert [row.revision for row in rows if isinstance(row, Article)] == [1, 2]


def test_what_was_taken_back_is_not_compared_with_others():
    notice = item("1", "Kill.", withdrawn=True)
    copy = replace(item("1", "Kill."), article_id="other")
    assert not is_compared(notice)
    assert settle_same_text([notice, copy], None) == [notice, copy]


def test_the_wire_stays_whatever_the_dates():
    wire = item("1", hour=3, published_at=DAY + timedelta(hours=3))
    paper = replace(item("1"), wire=None, article_id="paper", canonical_url="https://p.example/1")
    kept, duplicate = settle_same_text([paper, wire], None)
    assert kept == wire
    assert isinstance(duplicate, Duplicate)
    assert duplicate.duplicate_of == wire.article_id


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("newsml-1.2", "urn:a:2", "2", None), ("newsml-1.2", "urn:a:3", "3", None), True),
        (("newsml-1.2", "urn:a:2N", "2", None), ("newsml-1.2", "urn:a:3U", "3", None), True),
        (("newsml-g2", "urn:a:2", "2", None), ("newsml-g2", "urn:a:3", "3", None), False),
        (("nitf", "17", None, "ELL"), ("nitf", "17", None, "GAZ"), False),
        (("nitf", "urn:a:1", None, "ELL"), ("ninjs", "urn:a:1", None, "GAZ"), True),
    ],
)
def test_an_item_is_the_same_in_all_its_versions(one, other, same: bool):
    assert (item_id(*one) == item_id(*other)) is same
    assert item_id("nitf", None, "1", "ELL") is None
