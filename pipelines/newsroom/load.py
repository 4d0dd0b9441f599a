"""Synthetic newsrooms of any size, for tests of load and politeness, and pages for benchmarks.

The texts are sentences made from word lists of our own. They are the same in every process, and
no two articles are alike.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import yaml

from newsbeam.pipelines.newsroom.content import (
    CONTENT,
    ArticleFile,
    Content,
    Feed,
    Publisher,
    Story,
    load_phrases,
    make_story,
)
from newsbeam.pipelines.newsroom.layouts import render_page
from newsbeam.pipelines.newsroom.markup import Sheet

_START = datetime(2026, 4, 1, 6, tzinfo=UTC)
_LAYOUTS = ("app", "graph", "open_graph", "microdata", "plain", "legacy")
_FORMATS = ("rss", "atom", "rdf", "json")


class SyntheticPage(NamedTuple):
    """The page of a synthetic article and the article itself."""

    url: str
    html: bytes
    story: Story


def make_load(hosts: int, articles_per_host: int) -> Content:
    """Return the content of ``hosts`` virtual hosts with as many articles each and one feed."""
    words = load_words()
    publishers = tuple(_make_publisher(number, sorted(words)) for number in range(hosts))
    return Content(
        publishers=publishers,
        stories=tuple(
            make_article(publisher, number, words[publisher.language])
            for publisher in publishers
            for number in range(articles_per_host)
        ),
        inputs=tuple(f"http://{one.host}{one.feeds[0].path}" for one in publishers),
        phrases=load_phrases(),
    )


def make_pages(n: int) -> Iterator[SyntheticPage]:
    """Yield ``n`` article pages in turn in every language and layout."""
    words, phrases = load_words(), load_phrases()
    languages = sorted(words)
    for number in range(n):
        publisher = _make_publisher(number % (len(_LAYOUTS) * len(languages)), languages)
        story = make_article(publisher, number, words[publisher.language])
        sheet = Sheet(story=story, phrases=phrases[publisher.language])
        yield SyntheticPage(story.url, render_page(sheet).encode(story.charset), story)


def load_words() -> dict[str, dict[str, list[str]]]:
    """Return the word lists by language."""
    words: dict[str, dict[str, list[str]]] = yaml.safe_load(
        (CONTENT / "words.yaml").read_text(encoding="utf-8")
    )
    return words


def _make_publisher(number: int, languages: Sequence[str]) -> Publisher:
    return Publisher(
        key=f"paper-{number:04d}",
        host=f"paper-{number:04d}.example",
        name=f"Paper {number:04d}",
        language=languages[number % len(languages)],
        layout=_LAYOUTS[number // len(languages) % len(_LAYOUTS)],
        path="/{date:%Y/%m}/{slug}",
        feeds=(Feed(path="/feed", format=_FORMATS[number % len(_FORMATS)]),),
    )


def make_article(
    publisher: Publisher,
    number: int,
    words: dict[str, list[str]],
    published_at: datetime | None = None,
) -> Story:
    """Return one of any number of articles of a publisher; none is like another."""
    dice = random.Random(f"{publisher.key}/{number}")  # noqa: S311  nothing secret about it
    title = _make_sentence(dice, words).rstrip(".")
    paragraphs = [
        " ".join(_make_sentence(dice, words) for _ in range(dice.randint(2, 5)))
        for _ in range(dice.randint(4, 8))
    ]
    return make_story(
        publisher,
        f"{publisher.key}/report-{number:05d}",
        ArticleFile(
            title=title,
            published_at=published_at or _START + timedelta(minutes=7 * number),
            authors=(" ".join((dice.choice(words["first"]), dice.choice(words["last"]))),),
            section=dice.choice(words["section"]),
            summary=_make_sentence(dice, words),
            text="\n\n".join(paragraphs),
        ),
    )


def _make_sentence(dice: random.Random, words: dict[str, list[str]]) -> str:
    pattern = dice.choice(words["patterns"])
    numbers = {"number": str(dice.randint(2, 9999)), "percent": f"{dice.randint(1, 98)}"}
    chosen = {name: dice.choice(values) for name, values in words.items() if name != "patterns"}
    sentence = pattern.format(**chosen, **numbers)
    return sentence[0].upper() + sentence[1:]
