"""Which articles are the one that they claim to be, and which are known by their own URL."""

import random
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.transforms.core.identity import article_id, content_hash, taken_id
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.core.urls import canonicalize_url, registered_domain, url_id
from newsbeam.transforms.dedup.claims import Told, settle_claims
from newsbeam.transforms.dedup.exact import Known, entry_of

DAY = datetime(2026, 11, 22, tzinfo=UTC)
SITE = "https://daily.example"
SHARED = f"{SITE}/topics/harbour"
TEXTS = {
    "bridge": "The council of Ostvale voted on Monday night to close the iron bridge for two years "
    "while divers mend its pillars. Traders on both banks fear for a third of their income. A "
    "ferry is to carry walkers and bicycles from April on, and lorries must take the ring road.",
    "court": "Sixty residents have asked a judge to stop the plan for a quarry above the village. "
    "They say that dust would reach the school, and that the owner measured on windless days. "
    "The hearing is set for the ninth of December, and a ruling is expected before the spring.",
    "apples": "Growers in the valley expect the largest crop in eleven years after a mild April. "
    "Cold stores are full, and prices are likely to fall. The union wants the region to buy fruit "
    "for its schools, as it did after the rich harvest of the year before the great frost.",
}


def make(name: str, claim: str | None, *, own: str | None = "", **fields: object) -> Article:
    """An article at a URL of its own, or at ``own``, that claims to be at ``claim``."""
    url = f"{SITE}/2026/11/{name}" if own == "" else own
    canonical = canonicalize_url(claim or url or "")
    text = str(fields.pop("text", None) or TEXTS[name.partition("-")[0]])
    identity = article_id(canonical, content_hash(text))
    article = Article(
        article_id=identity,
        url=url,
        canonical_url=canonical,
        requested_url=url,
        domain="daily.example",
        host="daily.example",
        title=f"All about the {name} of today",
        text=text,
        language="en",
        language_confidence=1.0,
        published_at=DAY,
        fetched_at=DAY,
        first_seen_at=DAY,
        word_count=2,
        char_count=9,
        sentence_count=2,
        reading_minutes=1,
        completeness="full",
        cluster_id=identity,
        content_hash=content_hash(text),
        extractor="test",
        source_kind="jsonl",
        source_ref="/rows.jsonl",
        source_id=name,
        pipeline_version="0",
    )
    return replace(article, **fields)  # type: ignore[arg-type]


class Index:
    """What a dataset knows after some articles were written."""

    def __init__(self, *written: Article) -> None:
        self.known: dict[str, Known] = {}
        self.told: dict[str, Told] = {}
        self.read: list[str] = []
        for each in written:
            before = self.known.get(each.article_id)
            self.known[each.article_id] = Known(
                article_id=each.article_id,
                revision=(before.revision if before else 0) + 1,
                content_hash=each.content_hash,
                canonical_url=each.canonical_url,
                cluster_id=each.cluster_id,
                published_at=each.published_at,
                first_seen_at=each.first_seen_at,
                entries=((entry_of(each), each.content_hash),),
                url_ids=(before.url_ids if before else frozenset())
                | {url_id(each.requested_url) or ""},
            )
            self.told[each.article_id] = Told(url=each.url, title=each.title, text=each.text)

    def lookup(self, ids: Collection[str]) -> dict[str, Known]:
        return {each: self.known[each] for each in ids if each in self.known}

    def tell(self, articles: Collection[Known]) -> dict[str, Told]:
        self.read += [each.article_id for each in articles]
        return {each.article_id: self.told[each.article_id] for each in articles}


def settle(*articles: Article, index: Index | None = None) -> list[Article]:
    index = index or Index()
    return settle_claims(articles, index.lookup, index.tell, DuplicateSettings()).articles


def urls(*articles: Article, index: Index | None = None) -> list[str | None]:
    return [each.canonical_url for each in settle(*articles, index=index)]


def own_urls(*names: str) -> list[str]:
    return [f"{SITE}/2026/11/{name}" for name in names]


def test_a_claim_that_nobody_contests_counts():
    assert urls(make("bridge", SHARED), make("court", None)) == [SHARED, *own_urls("court")]


def test_articles_that_share_a_claim_are_known_by_their_own_urls():
    articles = [make(name, SHARED) for name in TEXTS]
    settled = settle(*articles)
    assert [each.canonical_url for each in settled] == own_urls(*TEXTS)
    for each in settled:
        assert each.article_id == each.cluster_id == article_id(each.canonical_url, "")
        assert (each.host, each.domain) == ("daily.example", "daily.example")
    random.Random(3).shuffle(articles)
    assert set(settle(*articles)) == set(settled)


def test_the_article_at_the_claimed_url_keeps_it():
    home = make("court", None, own=SHARED)
    assert urls(make("bridge", SHARED), home) == [*own_urls("bridge"), SHARED]


def test_edited_twins_of_one_article_share_its_url():
    longer = make("bridge-print", SHARED, text=TEXTS["bridge"] + " The mayor spoke of a hard year.")
    assert urls(make("bridge", SHARED), longer) == [SHARED, SHARED]


def test_the_same_headline_is_the_same_article():
    headline = "Iron bridge closes for two years"
    one, two = make("bridge", SHARED, title=headline), make("court", SHARED, title=headline)
    assert urls(one, two) == [SHARED, SHARED]


@pytest.mark.parametrize("title", ["Video", "x", None, "The Daily Example"])
def test_a_label_is_no_headline(title: str | None):
    pages = [
        make(name, SHARED, title=title, publisher="The Daily Example")
        for name in ("bridge", "court")
    ]
    assert urls(*pages) == own_urls("bridge", "court")


def test_captures_of_one_url_are_one_article():
    later = make("bridge", SHARED, text=TEXTS["court"], title="Another headline by now")
    assert urls(make("bridge", SHARED), later) == [SHARED, SHARED]


@pytest.mark.parametrize(
    "own",
    [
        "http://www.daily.example/2026/11/iron-bridge-closes?utm_source=x&ref=rss",
        "https://m.daily.example/2026/11/iron-bridge-closes",
        "https://daily.example/2026/11/iron-bridge-closes/amp",
        "https://daily-example.cdn.ampproject.org/c/s/daily.example/whatever",
    ],
)
def test_a_twin_is_the_article_whatever_it_says_today(own: str):
    claim = f"{SITE}/2026/11/iron-bridge-closes"
    first, twin = make("bridge", None, own=claim), make("court", claim, own=own)
    assert urls(first, twin) == [claim, claim]
    assert urls(twin, index=Index(first)) == [claim]


class TestLater:
    """In a later pass than the article that had the claimed URL first."""

    def test_another_article_gets_its_own_url(self):
        index = Index(make("bridge", SHARED))
        assert urls(make("court", SHARED), index=index) == own_urls("court")
        assert index.read == [article_id(SHARED, "")]

    def test_the_url_that_gave_it_is_still_it(self):
        index = Index(make("bridge", SHARED))
        changed = make("bridge", SHARED, text=TEXTS["apples"], title="Bridge: the latest news")
        assert urls(changed, make("court", SHARED), index=index) == [SHARED, *own_urls("court")]

    def test_what_is_read_again_as_it_was_costs_no_look_at_the_article(self):
        index = Index(make("bridge", SHARED))
        assert urls(make("bridge", SHARED), index=index) == [SHARED]
        assert index.read == []

    def test_an_edited_twin_is_it(self):
        index = Index(make("bridge", SHARED))
        twin = make("bridge-print", SHARED, text=TEXTS["bridge"] + " Walkers may cross until May.")
        assert urls(twin, index=index) == [SHARED]

    def test_what_was_known_by_its_own_url_stays_so(self):
        first = settle(make("bridge", SHARED), make("court", SHARED))
        changed = make("bridge", SHARED, text=TEXTS["apples"])
        assert urls(changed, index=Index(*first)) == own_urls("bridge")
        assert urls(make("bridge", SHARED), index=Index(*first)) == own_urls("bridge")

    def test_the_article_at_a_url_that_another_took_is_still_another(self):
        false = make("bridge", SHARED)
        home = make("court", None, own=SHARED)
        (found,) = settle(home, index=Index(false))
        assert (found.canonical_url, found.article_id) == (SHARED, taken_id(SHARED))
        # ... and stays so, and so does the one that was there before it
        again = Index(false, found)
        changed = make("court", None, own=SHARED, text=TEXTS["apples"])
        settled = settle_claims([changed, false], again.lookup, again.tell, DuplicateSettings())
        ids = [each.article_id for each in settled.articles]
        assert ids == [taken_id(SHARED), false.article_id]
        assert settled.known[taken_id(SHARED)].content_hash == home.content_hash

    def test_a_revision_at_the_url_itself_is_one_whatever_led_there_first(self):
        claim = f"{SITE}/2026/11/iron-bridge-closes"
        first = make("bridge", claim, own=f"{claim}?ref=newsletter-of-today")
        later = make("court", None, own=claim)
        assert urls(later, index=Index(first)) == [claim]
        assert settle(later, index=Index(first))[0].article_id == first.article_id


def test_rows_without_a_url_that_share_a_claim_are_known_by_their_texts():
    one, two = make("bridge", SHARED, own=None), make("court", SHARED, own=None)
    settled = settle(one, two)
    assert [(each.canonical_url, each.article_id) for each in settled] == [
        (None, one.content_hash),
        (None, two.content_hash),
    ]
    assert {each.domain for each in settled} == {None}


def test_reports_from_a_template_are_no_twins():
    def forecast(town: str, *numbers: int) -> str:
        a, b, c, d, e, f = numbers
        return (
            f"The day begins with fog at {a} degrees. By noon the sun comes out for {b} hours, "
            f"and {c} degrees are reached in the shade. The wind blows with {d} knots, gusts reach "
            f"{e} knots in the evening. The chance of rain is {f} percent in {town}."
        )

    one = make("a", SHARED, text=forecast("Ostvale", 3, 5, 14, 9, 21, 10))
    two = make("b", SHARED, text=forecast("Westholm", 6, 2, 11, 17, 30, 80))
    assert urls(one, two) == own_urls("a", "b")


def test_a_thousand_articles_of_one_claim_cost_what_their_number_is():
    words = random.Random(5).choices([f"word{n}" for n in range(5000)], k=60_000)
    articles = [
        make(
            f"n{n}",
            SHARED,
            text=" ".join(words[60 * n : 60 * n + 60]),
            published_at=DAY + timedelta(minutes=n),
        )
        for n in range(1000)
    ]
    assert len({each.article_id for each in settle(*articles)}) == 1000


def test_the_domain_of_an_own_url_is_that_of_its_host():
    shop = make("bridge", SHARED, own="https://news.daily.example/b")
    found = settle(shop, make("court", SHARED))[0]
    assert (found.host, found.domain) == ("news.daily.example", registered_domain("daily.example"))
