"""Texts that a page holds and does not show: declared, for scripts, or for browsers without."""

import json
from html import escape

import pytest
from story_pages import H1, OTHER, STORY, extract, outcome_of, p, paragraphs


def test_article_body_stands_in_for_what_the_page_does_not_show() -> None:
    import json

    node = {"@type": "NewsArticle", "headline": "Ellenby", "articleBody": "\n".join(STORY)}
    head = f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    row = extract(f"<main>{H1}<p>Loading the story …</p></main>", head=head)
    assert row.text.split("\n\n") == STORY
    assert row.extractor == "jsonld"


def test_what_is_there_for_browsers_without_scripts_is_text_where_it_is_most_of_a_page() -> None:
    lists = "".join(
        f"<li><a href=/{n}>Archive of {n}, by month</a></li>" for n in range(2000, 2026)
    )
    story = [
        *STORY,
        "Whoever wants to be heard on it can write to the harbour office until Whitsun.",
    ]
    assert paragraphs(f"{H1}<noscript>{p(story)}</noscript><nav>{lists}</nav>") == story
    # What repeats the page for them is not read twice.
    short = STORY[:3]
    assert paragraphs(f"{H1}{p(STORY)}<noscript>{p(short)}</noscript>") == STORY


@pytest.mark.parametrize("attribute", ["data-page", ":article", "data-react-props"])
def test_the_article_of_a_state_that_an_attribute_keeps_is_read(attribute: str) -> None:
    state = {"component": "Story", "props": {"id": 7, "title": "Ellenby", "html": p(STORY)}}
    markup = f'<div id="app" {attribute}="{escape(json.dumps(state))}"></div>'
    assert paragraphs(markup) == STORY


def test_of_several_articles_that_a_script_holds_none_is_the_pages() -> None:
    kept = [{"html": p([f"{line} No. {n}." for line in STORY])} for n in range(3)]
    page = f"<div id=app></div><script>window.state = {json.dumps(kept)}</script>"
    assert outcome_of(page).reason == "script_shell"


def test_article_body_that_has_all_of_the_page_does_not_take_the_place_of_the_text() -> None:
    text = [f"{line} That was day {day}." for day in range(4) for line in STORY]
    said = [f"{line} Thus gull{n}." for n in range(16) for line in OTHER]
    data = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join([*text, *said])})
    head = f"<script type='application/ld+json'>{data}</script>"
    comments = "".join(f"<div class=comment><p>{line}</p></div>" for line in said)
    page = f"<article>{H1}{p(text)}</article><div class=comments>{comments}</div>"
    assert paragraphs(page, head=head) == text


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"{line}今日はその{n}日目である。"
            for n in range(9)
            for line in ("港の底を浚うことになった。", "船は外で待つ。")
        ],
        STORY[:4],
    ],
)
def test_a_text_that_a_script_makes_visible_is_read(lines: list[str]) -> None:
    menu = "".join(f"<li><a href=/{n}>Part {n} of the paper</a></li>" for n in range(30))
    page = f"<ul>{menu}</ul>{H1}<div style='visibility: hidden'>{p(lines)}</div>"
    assert paragraphs(page) == lines


def test_the_rest_of_a_text_behind_show_more_is_read() -> None:
    rest = f"<div class=show-more-content style='display:none'>{p(STORY[3:])}</div>"
    page = f"<article>{H1}{p(STORY[:3])}{rest}<button>Show more</button></article>"
    assert paragraphs(page) == STORY
