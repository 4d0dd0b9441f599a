"""What the newsroom publishes: it has to be whole, varied and free of contradictions."""

import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree, html

from newsbeam.pipelines.newsroom import load_content
from newsbeam.pipelines.newsroom.content import CONTENT, Story
from newsbeam.pipelines.newsroom.feeds import render_feed
from newsbeam.pipelines.newsroom.site import Site, list_urls
from newsbeam.transforms.core.errors import REASONS
from newsbeam.transforms.core.identity import content_hash
from newsbeam.transforms.core.urls import canonicalize_url

ROOM = load_content()
BY_KEY = {story.key: story for story in ROOM.stories}
ORIGINALS = [story for story in ROOM.stories if not story.reprint_of]
SCRIPTS = ("LATIN", "ARABIC", "CYRILLIC", "DEVANAGARI", "HIRAGANA", "CJK")


def page(story: Story) -> bytes:
    found = SITE.find(story.publisher.host, story.path)
    assert found is not None
    return found.body


SITE = Site(ROOM, datetime(2026, 4, 21, tzinfo=UTC))


def shingles(text: str, n: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + n]) for at in range(len(words) - n + 1)}


def test_there_is_enough_of_everything() -> None:
    assert 45 <= len(ORIGINALS) <= 60
    assert len({story.publisher.key for story in ROOM.stories}) >= 8
    assert len({story.publisher.language for story in ROOM.stories}) >= 7
    assert {story.layout for story in ROOM.stories} == {
        "app", "graph", "open_graph", "microdata", "plain", "legacy",
    }  # fmt: skip
    assert {feed.format for publisher in ROOM.publishers for feed in publisher.feeds} == {
        "rss", "atom", "rdf", "json", "news_sitemap", "sitemap", "sitemap_index", "opml",
    }  # fmt: skip
    assert any(story.authors == () for story in ORIGINALS)
    assert any(story.published_at is None for story in ORIGINALS)


def test_every_script_is_there() -> None:
    letters = Counter(
        unicodedata.name(char, "").split()[0]
        for story in ROOM.stories
        for char in "".join(story.paragraphs)
        if char.isalpha()
    )
    assert all(letters[script] > 500 for script in SCRIPTS)


def test_urls_and_texts_are_unique() -> None:
    urls = Counter(story.url for story in ROOM.stories)
    texts = Counter(content_hash("\n\n".join(story.paragraphs)) for story in ORIGINALS)
    assert max(urls.values()) == max(texts.values()) == 1


def test_urls_are_canonical_already() -> None:
    assert [one.url for one in ROOM.stories if canonicalize_url(one.url) != one.url] == []


@pytest.mark.parametrize("story", ORIGINALS, ids=lambda story: story.key)
def test_articles_read_like_news(story: Story) -> None:
    text = " ".join(story.paragraphs)
    size = len(text) / 2 if story.publisher.language == "ja" else len(text.split())
    assert 90 <= size <= 400
    assert len(story.paragraphs) >= 4
    assert story.title
    assert story.section
    assert not re.search(r"[\u200b-\u200f\u00ad\ufeff]", text)
    assert unicodedata.normalize("NFC", text) == text


def test_dates_are_in_order_and_in_the_past() -> None:
    start = datetime(2026, 4, 1, tzinfo=UTC)
    for story in ROOM.stories:
        if story.published_at is None:
            continue
        assert start <= story.published_at < start + timedelta(days=30)
        assert story.modified_at is None or story.modified_at >= story.published_at
        if story.reprint_of:
            original = BY_KEY[story.reprint_of].published_at
            assert original is not None
            assert original < story.published_at


def test_reprints_are_as_like_as_they_say() -> None:
    for story in ROOM.stories:
        if not story.reprint_of:
            continue
        text, source = ("\n\n".join(one.shown) for one in (story, BY_KEY[story.reprint_of]))
        assert (content_hash(text) == content_hash(source)) == (story.how == "exact")
        ours, theirs = shingles(text), shingles(source)
        shared = len(ours & theirs)
        jaccard, contained = shared / len(ours | theirs), shared / min(len(ours), len(theirs))
        assert jaccard >= 0.6 or contained >= 0.85, story.key


def test_originals_are_different_even_where_two_share_a_paragraph() -> None:
    known = [shingles(" ".join(story.paragraphs)) for story in ORIGINALS]
    most = 0
    for at, ours in enumerate(known):
        for theirs in known[at + 1 :]:
            shared = len(ours & theirs)
            most = max(most, shared)
            assert shared < 0.3 * min(len(ours), len(theirs))
    assert most > 20


def test_a_revision_changes_the_text() -> None:
    revised = [story for story in SITE.stories if story.revision]
    assert revised
    for story in revised:
        assert content_hash("\n".join(story.paragraphs)) != content_hash(
            "\n".join(BY_KEY[story.key].paragraphs)
        )


@pytest.mark.parametrize("story", ROOM.stories, ids=lambda story: story.key)
def test_pages_hold_what_the_truth_says(story: Story) -> None:
    story = next(one for one in SITE.stories if one.key == story.key)
    codec = {"shift_jis": "cp932", "iso-8859-1": "cp1252"}.get(story.charset, story.charset)
    text = page(story).decode(codec)
    tree = html.fromstring(
        page(story).decode(codec).encode(), parser=html.HTMLParser(encoding="utf-8")
    )
    assert tree.get("lang") == story.publisher.language
    assert tree.xpath("//link[@rel='canonical']/@href") == [story.url]
    assert [node.text_content() for node in tree.iter("h1")] == [story.title]
    shown = [node.text_content() for node in tree.iter("p", "h2")]
    assert [part for part in shown if part in story.shown] == list(story.shown)
    assert story.charset in text
    assert "](" not in text
    hidden = story.paragraphs[len(story.shown) :]
    assert not any(part in text for part in hidden)
    for block in tree.xpath("//script[@type='application/ld+json']/text()"):
        json.loads(block)


def test_feeds_are_well_formed_and_link_to_pages() -> None:
    for listing in SITE.listings:
        body, _ = render_feed(listing)
        if listing.feed.format == "json":
            assert json.loads(body)["items"]
        else:
            assert etree.fromstring(body) is not None
        if listing.feed.holds == "links":
            continue
        for url in list_urls(listing):
            host, _, path = url.removeprefix("http://").partition("/")
            assert SITE.find(host, f"/{path}") is not None, url


def test_every_article_is_listed_and_some_twice() -> None:
    listed = Counter(url for listing in SITE.listings for url in list_urls(listing))
    assert any(count > 1 for count in listed.values())
    singles = [story.url for story in ROOM.stories if not story.listed]
    assert singles
    assert set(singles) <= set(ROOM.inputs)
    assert not set(singles) & set(listed)


def test_troubles_have_known_reasons_and_one_url_each() -> None:
    assert max(Counter(trouble.url for trouble in ROOM.troubles).values()) == 1
    for trouble in ROOM.troubles:
        assert not trouble.listed or trouble.outcome or trouble.story, trouble.url
        if trouble.outcome:
            assert trouble.outcome.reason in REASONS
        if trouble.story:
            assert trouble.story in BY_KEY
        if trouble.answer and trouble.answer.page:
            assert (CONTENT / "pages" / trouble.answer.page).is_file()


def test_only_invented_hosts_are_named() -> None:
    for publisher in ROOM.publishers:
        assert publisher.host.endswith(".example")
    for trouble in ROOM.troubles:
        assert ".example/" in trouble.url


def test_a_fault_in_a_file_names_the_file(tmp_path: Path) -> None:
    for name in ("publishers.yaml", "phrases.yaml"):
        (tmp_path / name).write_text((CONTENT / name).read_text(encoding="utf-8"), "utf-8")
    (tmp_path / "troubles.yaml").write_text("- {url: x, whi: y}\n")
    with pytest.raises(ValueError, match=r"troubles\.yaml.*\n.*\n.*why|troubles\.yaml"):
        load_content(tmp_path)
