from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest

from newsbeam.transforms.core.records import Duplicate
from newsbeam.transforms.dedup.straight import follow_links, key_duplicate, straighten
from newsbeam.transforms.steps.outputs import by_key

DAY = datetime(2026, 11, 22, tzinfo=UTC)


def row(article: str, of: str, how: str, text_hash: str, **fields: object) -> Duplicate:
    found = Duplicate(
        article_id=article,
        url=f"https://news.example/{article}",
        source_kind="file",
        source_ref=f"{article}-{of}-{how}.html",
        source_id=None,
        title=None,
        publisher=None,
        published_at=None,
        fetched_at=DAY,
        content_hash=text_hash,
        duplicate_of=of,
        duplicate_of_url=f"https://news.example/{of}",
        how=how,
        similarity=1.0,
        containment=1.0,
        cluster_id=of,
        requested_url=None,
    )
    return replace(found, **fields)


NEAR = row("c", "first", "near", "edited", similarity=0.7, containment=0.9, text="Edited.")
SAME_TEXT = row("b", "c", "exact", "edited")
SAME_URL = row("b", "b", "url", "edited")
AS_NEAR = {"how": "near", "similarity": 0.7, "containment": 0.9, "text": "Edited."}


def in_rounds(rows: list[Duplicate]) -> list[Duplicate]:
    """As the Beam step does."""
    for _ in range(2):
        keyed = by_key(each for one in rows for each in key_duplicate(one))
        rows = [each for found in keyed.items() for each in follow_links(found)]
    return rows


@pytest.mark.parametrize("way", [straighten, in_rounds])
@pytest.mark.parametrize("rows", [*permutations([NEAR, SAME_TEXT, SAME_URL])])
def test_what_has_the_text_of_a_near_duplicate_is_one_itself(way, rows):
    found = {each.source_ref: each for each in way(list(rows))}
    assert len(found) == 3
    for before in rows:
        after = found[before.source_ref]
        assert (after.article_id, after.content_hash) == (before.article_id, before.content_hash)
        assert (after.duplicate_of, after.cluster_id) == ("first", "first")
        assert after.duplicate_of_url == "https://news.example/first"
        assert {name: getattr(after, name) for name in AS_NEAR} == AS_NEAR


@pytest.mark.parametrize("way", [straighten, in_rounds])
def test_the_same_page_of_a_copy_word_for_word_is_such_a_copy(way):
    rows = [row("b", "first", "exact", "text"), row("b", "b", "url", "text")]
    assert {(each.duplicate_of, each.how, each.similarity) for each in way(rows)} == {
        ("first", "exact", 1.0)
    }


@pytest.mark.parametrize("way", [straighten, in_rounds])
def test_an_article_whose_other_text_is_a_duplicate_goes_on_being_named(way):
    other = row("c", "c", "url", "later text")
    assert other in list(way([NEAR, other]))
