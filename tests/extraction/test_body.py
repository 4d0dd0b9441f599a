"""The text of an article: all of it, in its order."""

from types import SimpleNamespace

import numpy as np
import pytest
from story_pages import H1, OTHER, STORY, extract, p, paragraphs


@pytest.mark.parametrize("container", ["article", "main", "div class=content", "div", "aside"])
@pytest.mark.parametrize("tag", ["div", "section", "center", "news-text"])
@pytest.mark.parametrize("share", [1, 3, 5, 6])
def test_paragraphs_of_any_element_are_text(container: str, tag: str, share: int) -> None:
    lines = "".join(
        f"<{tag}>{line}</{tag}>" if n < share else f"<p>{line}</p>" for n, line in enumerate(STORY)
    )
    assert paragraphs(f"<{container}>{H1}{lines}</{container.split()[0]}>") == STORY


@pytest.mark.parametrize("container", ["footer", "section class=sidebar", "div class=comments"])
def test_an_article_in_an_odd_element_is_an_article(container: str) -> None:
    assert paragraphs(f"<{container}>{H1}{p(STORY)}</{container.split()[0]}>") == STORY


@pytest.mark.parametrize("container", ["article", "main", "div", "td"])
def test_lists_and_subheads_are_text(container: str) -> None:
    extra = (
        "<h3>What was decided</h3><ul><li>The barge comes in May.</li><li>The slip stays.</li></ul>"
    )
    inner = f"<{container}>{H1}{p(STORY[:3])}{extra}{p(STORY[3:])}</{container}>"
    page = f"<table><tr>{inner}</tr></table>" if container == "td" else inner
    assert paragraphs(page) == [
        *STORY[:3],
        "What was decided",
        "The barge comes in May.",
        "The slip stays.",
        *STORY[3:],
    ]


def test_a_paragraph_that_is_one_link_is_a_paragraph() -> None:
    lines = [f"<p>{line}</p>" for line in STORY]
    lines[2] = f"<p><a href='/master'>{STORY[2]}</a></p>"
    assert paragraphs(f"<article>{H1}{''.join(lines)}</article>") == STORY


@pytest.mark.parametrize("tag", ["p", "blockquote"])
def test_what_is_asked_again_and_again_is_kept(tag: str) -> None:
    question = "What does the harbour need before the fleet comes home?"
    lines = "".join(
        f"<h2>Pier {n}</h2><{tag}>{question}</{tag}><p>{line}</p>" for n, line in enumerate(STORY)
    )
    assert paragraphs(f"<article>{H1}{lines}</article>").count(question) == len(STORY)


@pytest.mark.parametrize("between", ["", "<h2>What the board said</h2>"])
def test_a_text_that_the_page_holds_for_each_width_of_screen_stands_once(between: str) -> None:
    text = f"{H1}{p(STORY[:3])}{between}{p(STORY[3:])}"
    page = "".join(f"<div class={width}>{text}</div>" for width in ("desktop", "tablet", "phone"))
    subhead = ["What the board said"] if between else []
    assert paragraphs(page) == [*STORY[:3], *subhead, *STORY[3:]]


@pytest.mark.parametrize(("times", "extractor"), [(2, "trafilatura"), (12, "blocks")])
def test_a_doubtful_text_has_a_second_opinion_if_it_is_short(
    monkeypatch: pytest.MonkeyPatch, times: int, extractor: str
) -> None:
    undecided = SimpleNamespace(judge=lambda rows, _keys: np.zeros(len(rows), dtype=np.int64))
    monkeypatch.setattr("newsbeam.transforms.extraction.body.body_model", lambda: undecided)
    text = p([f"{line} It was day {day}." for day in range(times) for line in STORY])
    assert extract(f"<article>{H1}{text}</article>").extractor == extractor


def test_a_layout_table_gives_paragraphs_and_leaves_its_menu() -> None:
    menu = "<br>".join(
        f"<a href=/{n}>{n}</a>" for n in ("Home", "Tides", "Boats", "Letters", "Shop")
    )
    page = f"<table><tr><td>{menu}</td><td>{H1}{p(STORY)}</td></tr></table>"
    assert paragraphs(page) == STORY
    imprint = "<td><a href=/imprint>Imprint</a></td>"
    page = f"<table><tr><td>{menu}</td><td>{H1}{p(STORY)}</td>{imprint}</tr></table>"
    assert paragraphs(page) == STORY


@pytest.mark.parametrize("tag", ["label", "button", "output", "time"])
def test_what_was_not_closed_takes_no_text_away(tag: str) -> None:
    assert paragraphs(f"<article>{H1}<{tag}>{p(STORY)}</article>") == STORY


def test_a_standfirst_stands_once() -> None:
    lead = (
        "The fairway has silted up since the flood; now a barge is to clear it before the autumn."
    )
    page = f"<article>{H1}<p class=standfirst>{lead}</p>{p(STORY)}</article>"
    assert paragraphs(page, head=f"<meta name=description content='{lead}'>").count(lead) == 1


def test_captions_are_the_text_of_a_gallery() -> None:
    slides = "".join(
        f"<figure><img src=/{n}.jpg><figcaption>{line}</figcaption></figure>"
        for n, line in enumerate(STORY)
    )
    row = extract(f"<article>{H1}{slides}</article>")
    assert row.text.split("\n\n") == STORY
    assert row.page_kind == "gallery"


def test_a_headline_that_is_not_closed_takes_no_text_away() -> None:
    lines = paragraphs(f"<article><h1>Ellenby will dredge its basin{p(STORY)}</article>")
    assert lines == STORY


@pytest.mark.parametrize("subhead", ["<h2>At the quay</h2>", "<h3>What the board said</h3>"])
def test_subheads_in_boxes_of_their_own_are_text(subhead: str) -> None:
    parts = [H1, p(STORY[:3]), subhead, p(STORY[3:])]
    page = "".join(f"<div class=row><div class=widget>{part}</div></div>" for part in parts)
    assert paragraphs(page) == [*STORY[:3], subhead[4:-5], *STORY[3:]]


def test_captions_with_the_names_of_those_who_took_them_are_the_text_of_a_gallery() -> None:
    lines = [f"{line} Photo: Ina Torvald" for line in STORY]
    figures = "".join(f"<figure><img><figcaption>{each}</figcaption></figure>" for each in lines)
    row = extract(f"<article>{H1}<p>{OTHER[0]}</p>{figures}</article>")
    assert row.text.split("\n\n") == [OTHER[0], *lines]
    assert row.page_kind == "gallery"
