import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.identity import article_id, content_hash
from newsbeam.transforms.core.records import Article, Duplicate, Unchanged
from newsbeam.transforms.dedup.exact import Known, entry_of, settle_same_text, settle_same_url

DAY = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://news.example/story"


def make_article(text: str = "One text.", *, url: str | None = URL, **fields: Any) -> Article:
    text_hash = content_hash(text)
    identity = article_id(url, text_hash)
    article = Article(
        article_id=identity,
        url=url,
        canonical_url=url,
        requested_url=url,
        domain="news.example",
        host="news.example",
        text=text,
        language="en",
        language_confidence=1.0,
        published_at=DAY,
        fetched_at=DAY,
        first_seen_at=DAY,
        word_count=2,
        char_count=9,
        sentence_count=1,
        reading_minutes=1,
        completeness="full",
        cluster_id=identity,
        content_hash=text_hash,
        extractor="test",
        source_kind="feed",
        source_ref="https://news.example/feed",
        pipeline_version="0",
    )
    return replace(article, **fields)


def known_as(article: Article, *entries: Article, revision: int = 1) -> Known:
    return Known(
        article_id=article.article_id,
        revision=revision,
        content_hash=article.content_hash,
        canonical_url=article.canonical_url,
        cluster_id="cluster of the first",
        published_at=article.published_at,
        first_seen_at=DAY - timedelta(days=9),
        entries=tuple((entry_of(each), each.content_hash) for each in entries),
    )


class TestSameUrl:
    def test_a_single_new_article_stays_as_it_is(self):
        article = make_article()
        assert settle_same_url([article], None) == [article]

    def test_the_same_entry_with_the_same_text_is_unchanged(self):
        article = make_article()
        (outcome,) = settle_same_url([article], known_as(article, article))
        assert isinstance(outcome, Unchanged)
        assert (outcome.article_id, outcome.revision) == (article.article_id, 1)

    def test_another_entry_with_the_same_text_is_a_duplicate_of_the_url(self):
        article = make_article()
        other = replace(article, source_ref="https://other.example/feed")
        (outcome,) = settle_same_url([other], known_as(article, article))
        assert isinstance(outcome, Duplicate)
        assert (outcome.how, outcome.duplicate_of) == ("url", article.article_id)
        assert (outcome.similarity, outcome.containment) == (1.0, 1.0)
        assert outcome.cluster_id == "cluster of the first"

    def test_whitespace_case_and_punctuation_are_no_change(self):
        before, after = make_article("Rain, today!"), make_article("rain   TODAY")
        (outcome,) = settle_same_url([after], known_as(before, before))
        assert isinstance(outcome, Unchanged)

    def test_a_changed_text_is_the_next_revision(self):
        before, after = make_article("Old text."), make_article("New text.")
        (outcome,) = settle_same_url([after], known_as(before, before, revision=3))
        assert isinstance(outcome, Article)
        assert (outcome.revision, outcome.supersedes) == (4, before.content_hash)
        assert outcome.first_seen_at == DAY - timedelta(days=9)
        assert outcome.cluster_id == "cluster of the first"

    def test_going_back_to_an_older_text_is_a_revision_too(self):
        old, new = make_article("Old text."), make_article("New text.")
        (outcome,) = settle_same_url([old], known_as(new, new, revision=2))
        assert isinstance(outcome, Article)
        assert (outcome.revision, outcome.supersedes) == (3, new.content_hash)

    def test_an_entry_that_still_has_its_old_text_is_unchanged_beside_a_newer_one(self):
        # Two sources disagree on the text of one URL: reading both again changes nothing.
        a = make_article("Short text.")
        b = make_article("The whole text.", source_ref="https://other.example/feed")
        outcomes = settle_same_url([a, b], known_as(b, a, b, revision=2))
        assert [type(outcome) for outcome in outcomes] == [Unchanged, Unchanged]

    def test_different_texts_in_one_pass_are_revisions_in_order_of_their_dates(self):
        first = make_article("First text.", modified_at=DAY + timedelta(hours=1))
        second = make_article("Second text.", modified_at=DAY + timedelta(hours=2))
        third = make_article("Third text.", modified_at=DAY + timedelta(hours=3))
        outcomes = settle_same_url([third, first, second], None)
        assert [(o.text, o.revision, o.supersedes) for o in outcomes] == [
            ("First text.", 1, None),
            ("Second text.", 2, first.content_hash),
            ("Third text.", 3, second.content_hash),
        ]

    def test_of_equal_texts_in_one_pass_one_stays(self):
        late = make_article(published_at=DAY + timedelta(hours=5), source_id="late")
        early = make_article(source_id="early")
        undated = make_article(published_at=None, source_id="undated")
        outcomes = settle_same_url([undated, late, early], None)
        assert [(type(o), o.source_id) for o in outcomes] == [
            (Article, "early"),
            (Duplicate, "late"),
            (Duplicate, "undated"),
        ]

    def test_an_article_known_as_a_duplicate_only_has_its_first_revision_still_to_come(self):
        before, after = make_article("Old text."), make_article("New text.")
        known = known_as(before, before, revision=0)
        (again,) = settle_same_url([before], known)
        assert isinstance(again, Unchanged)
        (changed,) = settle_same_url([after], known)
        assert isinstance(changed, Article)
        assert (changed.revision, changed.supersedes) == (1, None)
        other_entry = replace(before, source_id="other")
        assert settle_same_url([other_entry], known) == [other_entry]

    def test_without_a_url_the_same_text_is_an_exact_duplicate(self):
        articles = [make_article(url=None, source_ref=f"/texts/{n}.txt") for n in range(2)]
        kept, repeated = settle_same_url(articles, None)
        assert kept == articles[0]
        assert isinstance(repeated, Duplicate)
        assert repeated.how == "exact"


class TestSameText:
    def articles(self) -> list[Article]:
        return [make_article(url=f"https://{name}.example/1") for name in "abc"]

    def test_all_repeat_what_is_known(self):
        known = known_as(make_article(url="https://first.example/1"))
        outcomes = settle_same_text(self.articles(), known)
        assert {(o.how, o.duplicate_of) for o in outcomes} == {("exact", known.article_id)}
        assert {o.duplicate_of_url for o in outcomes} == {"https://first.example/1"}

    @pytest.mark.parametrize(
        "better",
        [
            {"published_at": DAY - timedelta(seconds=1)},
            {"first_seen_at": DAY - timedelta(seconds=1)},
            {"text": "One text...."},
        ],
    )
    def test_the_earlier_or_longer_one_stays(self, better):
        a, b, c = self.articles()
        winner = replace(b, **better)
        outcomes = settle_same_text([a, winner, c], None)
        assert [o for o in outcomes if isinstance(o, Article)] == [winner]

    def test_with_all_else_equal_the_smaller_id_stays(self):
        articles = self.articles()
        (kept,) = [o for o in settle_same_text(articles, None) if isinstance(o, Article)]
        assert kept.article_id == min(article.article_id for article in articles)

    def test_an_unknown_date_comes_last(self):
        a, b, _ = self.articles()
        undated = replace(a, published_at=None, first_seen_at=DAY - timedelta(days=1))
        (kept,) = [o for o in settle_same_text([undated, b], None) if isinstance(o, Article)]
        assert kept == b

    def test_later_revisions_pass(self):
        a, b, _ = self.articles()
        later = replace(a, revision=2, supersedes="before")
        assert set(settle_same_text([later, b], None)) == {later, b}
        assert settle_same_text([later], known_as(b)) == [later]


texts = st.sampled_from(["One text.", "one TEXT", "Two texts.", "Three texts.", "Four."])
hours = st.integers(0, 3).map(lambda hour: DAY + timedelta(hours=hour))
articles_of_one_url = st.lists(
    st.builds(
        make_article,
        texts,
        published_at=st.none() | hours,
        modified_at=st.none() | hours,
        fetched_at=hours,
        first_seen_at=hours,
        source_id=st.sampled_from([None, "x", "y"]),
        source_ref=st.sampled_from(["https://a.example/feed", "https://b.example/feed"]),
        title=st.sampled_from([None, "T"]),
    ),
    min_size=1,
    max_size=7,
)
knowns = st.none() | st.builds(
    lambda article, revision: known_as(article, article, revision=revision),
    st.builds(make_article, texts),
    st.integers(0, 4),
)


@given(articles_of_one_url, knowns, st.randoms(use_true_random=False))
def test_the_order_of_articles_of_one_url_does_not_matter(
    articles: list[Article], known: Known | None, shuffler: random.Random
):
    shuffled = list(articles)
    shuffler.shuffle(shuffled)
    assert settle_same_url(shuffled, known) == settle_same_url(articles, known)


@given(articles_of_one_url, knowns)
def test_each_article_of_one_url_has_one_outcome_and_revisions_count_up(
    articles: list[Article], known: Known | None
):
    outcomes = settle_same_url(articles, known)
    assert len(outcomes) == len(articles)
    revisions = [outcome for outcome in outcomes if isinstance(outcome, Article)]
    start = known.revision if known else 0
    assert [each.revision for each in revisions] == [
        start + place for place in range(1, len(revisions) + 1)
    ]
    before = known.content_hash if known and known.revision else None
    for revision in revisions:
        assert revision.supersedes == before
        before = revision.content_hash


@given(
    st.lists(
        st.builds(
            make_article,
            st.just("One text."),
            url=st.integers(0, 20).map(lambda n: f"https://n{n}.example/"),
            published_at=st.none() | hours,
            first_seen_at=hours,
            revision=st.integers(1, 2),
        ),
        max_size=8,
        unique_by=lambda article: article.article_id,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_articles_of_one_text_does_not_matter(
    articles: list[Article], shuffler: random.Random
):
    shuffled = list(articles)
    shuffler.shuffle(shuffled)
    outcomes = settle_same_text(articles, None)
    assert settle_same_text(shuffled, None) == outcomes
    assert len(outcomes) == len(articles)
    first = [article for article in articles if article.revision == 1]
    kept = [o for o in outcomes if isinstance(o, Article) and o.revision == 1]
    assert len(kept) == min(1, len(first))
