"""The text of an article: all of it, in its order, and nothing of the page around it."""

import json
import re
from datetime import UTC, datetime
from html import escape
from types import SimpleNamespace

import numpy as np
import pytest

from newsbeam.transforms.core.records import Article, Entry, Page, Reject
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions

OPTIONS = ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "test")
NOW = datetime(2026, 11, 2, tzinfo=UTC)

STORY = [
    "The harbour board of Ellenby agreed on Friday to dredge the inner basin before the herring "
    "fleet comes home, although three of its nine members thought the price too high.",
    "Dredging has been put off twice since the flood of 2021, when silt closed the fuel quay and "
    "the lifeboat had to be moored at the breakwater for most of a winter.",
    "“We have waited long enough,” said the harbour master, Ina Torvald, who has counted forty "
    "groundings in the fairway since the spring and expects more when the nights grow long.",
    "A firm from across the sound is to do the work with a single barge, which will lie at the "
    "coal pier by day and must be gone before the evening ferry turns in the basin.",
    "Fishermen asked the board to leave the western slip open, because the small boats cannot "
    "reach the ice house any other way once the swell comes in from the north.",
    "The board will meet again in a month to hear what was found in the mud, which may have to be "
    "taken to a dump inland if the old paint yard has poisoned it.",
]


def outcome_of(body: str, *, head: str = "") -> Article | Reject:
    markup = (
        f"<html lang=en><head><title>Ellenby will dredge its basin</title>{head}</head>"
        f"<body>{body}</body></html>"
    )
    entry = Entry(source_kind="feed", source_ref="https://ellenby.example/feed", seen_at=NOW)
    url = "https://ellenby.example/news/ellenby-will-dredge-its-basin"
    page = Page(entry=entry, url=url, body=markup.encode(), media="html", fetched_at=NOW)
    return extract_article(page, OPTIONS)


def extract(body: str, *, head: str = "") -> Article:
    outcome = outcome_of(body, head=head)
    assert isinstance(outcome, Article), outcome
    return outcome


def paragraphs(body: str, *, head: str = "") -> list[str]:
    return extract(body, head=head).text.split("\n\n")


H1 = "<h1>Ellenby will dredge its basin</h1>"


def p(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


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


@pytest.mark.parametrize(
    "box",
    [
        "div class=donate",
        "section class=support-box",
        "dialog open",
        "div role=dialog",
        "p class=sign-up",
    ],
)
def test_what_the_site_asks_of_its_readers_is_no_text(box: str) -> None:
    call = f"<{box}>Readers keep this paper afloat, give what you can.</{box.split()[0]}>"
    assert paragraphs(f"<article>{H1}{p(STORY[:3])}{call}{p(STORY[3:])}</article>") == STORY


CARDS = [
    ("The ferry gets a second crew", "Three sailors of the old line come back in spring."),
    ("A lamp for the breakwater", "The light can be seen from the island on clear nights."),
    ("Who will lead the fish auction", "Two men and a woman have asked for the office."),
]


@pytest.mark.parametrize(
    "card",
    [
        "<li><a href=/{0}><h4>{1}</h4></a> {2}</li>",
        "<div class=card><h3><a href=/{0}>{1}</a></h3><p>{2}</p></div>",
        "<article><h3><a href=https://ellenby.example/{0}>{1}</a></h3><p>{2}</p></article>",
    ],
)
def test_boxes_of_other_articles_are_no_text(card: str) -> None:
    cards = "".join(card.format(n, *each) for n, each in enumerate(CARDS))
    for box in (f"<ul>{cards}</ul>", f"<section><h2>Popular</h2>{cards}</section>"):
        assert paragraphs(f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>") == STORY
        assert paragraphs(f"<article>{H1}{p(STORY)}{box}</article>") == STORY


def test_a_box_round_the_headline_is_no_advert() -> None:
    for name in ("advert", "popup", "sign-up"):
        assert paragraphs(f"<div class={name}>{H1}{p(STORY)}</div>") == STORY


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


@pytest.mark.parametrize(
    "box",
    [
        "<ul class=more>{}</ul>".format(
            "".join(
                f"<li><a href=/{n}><h4>Boat {n} sold at auction</h4></a> It went for little.</li>"
                for n in range(4)
            )
        ),
        "<section class=popular-stories><h3>Most read</h3>{}</section>".format(
            "".join(f"<p><a href=/{n}>Gale {n} tears the roof off a shed</a></p>" for n in range(5))
        ),
        "<div class=newsletter-box><h3>News from the quay</h3><p>Sign up and get our letter each "
        "morning, free of charge.</p><form><input type=email><button>Send</button></form></div>",
        "<footer><nav><a href=/a>About us</a> <a href=/b>Contact</a> <a href=/c>Imprint</a></nav>"
        "<p>© 2026 Ellenby Herald. All rights reserved.</p></footer>",
        "<div class=advertisement><p>Buy a dinghy now, while they last.</p></div>",
        "<div class='ellenby__werbung'><p>Kauft Boote!</p></div>",
        "<aside><p>Weather: fine</p></aside>",
        "<div class=author-bio><h4>About the author</h4>"
        "<p>Ola Brandt writes about the coast.</p></div>",
        "<div class=comments><h3>3 comments</h3><p>gull77: About time!</p>"
        "<p>rower: Too dear.</p></div>",
    ],
)
def test_boxes_behind_the_text_are_none_of_it(box: str) -> None:
    assert paragraphs(f"<article>{H1}{p(STORY)}{box}</article>") == STORY


@pytest.mark.parametrize(
    "caption",
    [
        "<figure><img src=/a.jpg><figcaption>The basin in 1950 (Photo: Ola Brandt)"
        "</figcaption></figure>",
        "<img src=/a.jpg><div class='article-image-caption'>The basin in 1950</div>",
        "<img src=/a.jpg><p class='img_cptn'>The basin in 1950</p>",
        "<img src=/a.jpg><div><span class='bildunterschrift'>Das Becken 1950</span></div>",
    ],
)
def test_captions_are_no_text(caption: str) -> None:
    page = f"<article>{H1}{p(STORY[:2])}{caption}{p(STORY[2:])}</article>"
    assert paragraphs(page) == STORY


@pytest.mark.parametrize(
    "controls",
    [
        "<form><label>Your e-mail</label><input name=e><button>Sign up</button></form>",
        "<p><button>Listen</button> <button>Save</button></p>",
    ],
)
def test_controls_are_no_text(controls: str) -> None:
    page = f"<article>{H1}{p(STORY[:2])}{controls}{p(STORY[2:])}</article>"
    assert paragraphs(page) == STORY


def test_a_button_behind_the_last_sentence_is_no_word_of_it() -> None:
    lines = [f"{STORY[0]} <button>Show more</button>", *STORY[1:]]
    assert paragraphs(f"<article>{H1}{p(lines)}</article>") == STORY
    lines[0] = f"{STORY[0]} It will cost <button>a great deal</button>"
    assert paragraphs(f"<article>{H1}{p(lines)}</article>")[0].endswith("cost a great deal")


@pytest.mark.parametrize(
    "part", ["p class=captioned", "div class=image-text", "div class=load-more"]
)
def test_what_only_sounds_like_frame_is_text(part: str) -> None:
    line = f"<{part}>{STORY[2]}</{part.split()[0]}>"
    assert paragraphs(f"<article>{H1}{p(STORY[:2])}{line}{p(STORY[3:])}</article>") == STORY


@pytest.mark.parametrize("tag", ["label", "button", "output", "time"])
def test_what_was_not_closed_takes_no_text_away(tag: str) -> None:
    assert paragraphs(f"<article>{H1}<{tag}>{p(STORY)}</article>") == STORY


def test_what_was_taken_out_is_told_and_counted() -> None:
    figure = (
        "<figure><img src=/a.jpg><figcaption>The inner basin at low tide.</figcaption></figure>"
    )
    related = "<div class=related>" + "".join(
        f"<p><a href=/{n}>Gale {n} tears the roof off a shed</a></p>" for n in range(3)
    )
    row = extract(f"<article>{H1}{p(STORY[:3])}{figure}{p(STORY[3:])}{related}</div></article>")
    assert row.text.split("\n\n") == STORY
    told = [(each.kind, each.text) for each in row.removed]
    assert ("headline", "Ellenby will dredge its basin") in told
    assert ("caption", "The inner basin at low tide.") in told
    assert ("related", "Gale 1 tears the roof off a shed") in told
    counts = {each.rule: each.count for each in row.cleaning}
    assert counts["removed_caption"] == 1
    assert counts["removed_related"] == 3


def test_a_standfirst_stands_once() -> None:
    lead = (
        "The fairway has silted up since the flood; now a barge is to clear it before the autumn."
    )
    page = f"<article>{H1}<p class=standfirst>{lead}</p>{p(STORY)}</article>"
    assert paragraphs(page, head=f"<meta name=description content='{lead}'>").count(lead) == 1


def test_article_body_stands_in_for_what_the_page_does_not_show() -> None:
    import json

    node = {"@type": "NewsArticle", "headline": "Ellenby", "articleBody": "\n".join(STORY)}
    head = f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    row = extract(f"<main>{H1}<p>Loading the story …</p></main>", head=head)
    assert row.text.split("\n\n") == STORY
    assert row.extractor == "jsonld"


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


def test_all_that_is_taken_out_is_counted_though_not_all_is_told() -> None:
    boxes = "".join(
        f"<figure><img src=/{n}.jpg><figcaption>View {n} of the pier</figcaption></figure>"
        for n in range(80)
    )
    long = [f"{line} {' '.join(STORY)}" for line in STORY]
    row = extract(f"<article>{H1}{p(long[:3])}{boxes}{p(long[3:])}</article>")
    assert row.text.split("\n\n") == long
    assert len(row.removed) == 60
    assert {each.rule: each.count for each in row.cleaning}["removed_caption"] == 80


@pytest.mark.parametrize(
    "tail",
    [
        # comments that read like text, and who wrote it
        "<div class=kommentare><div class=kommentar-item><div class=kommentar-text><p>{0}</p></div>"
        "</div></div>",
        "<p>Text: Ina Torvald Photos: Various</p>",
    ],
)
def test_what_follows_the_text_is_left_out(tail: str) -> None:
    end = tail.format(" ".join(STORY[0].replace("agreed", "agreed again").split()))
    page = f"<article>{H1}<p class=byline>By Ina Torvald</p>{p(STORY)}{end}</article>"
    assert paragraphs(page) == STORY


def test_cards_that_end_the_box_of_the_article_are_no_text() -> None:
    cards = "".join(
        f"<div><a href=/n/{n}><h3>{title}</h3></a><p>{line}</p></div>"
        for n, (title, line) in enumerate(CARDS)
    )
    assert paragraphs(f"<div>{H1}{p(STORY)}{cards}</div>") == STORY
    # an article of its own linked headings has its text below them
    parts = "".join(
        f"<h3><a href=/n/{n}>What the board said of it</a></h3>{p([line])}"
        for n, line in enumerate(STORY)
    )
    assert set(STORY) <= set(paragraphs(f"<div>{H1}{parts}</div>"))


COMMENTS = (
    "<div><b>gull77</b> <span>2 hours ago</span><p>About time, and too dear as always.</p></div>"
    "<div><b>tern</b> <span>3 hours ago</span><p>We have waited for this, and now see.</p></div>"
)


@pytest.mark.parametrize("heading", ["3 comments", "Comments (3)", "2 Kommentare", "コメント"])
def test_a_discussion_begins_at_its_heading(heading: str) -> None:
    discussion = f"<h3>{heading}</h3>{COMMENTS}"
    assert paragraphs(f"<div>{H1}{p(STORY)}<div>{discussion}</div></div>") == STORY
    assert paragraphs(f"<div>{H1}{p(STORY)}{discussion}</div>") == STORY
    # what is said of comments within a story is no discussion
    page = f"<div>{H1}{p(STORY[:1])}<h3>{heading}</h3>{p(STORY[1:])}</div>"
    assert set(STORY) <= set(paragraphs(page))


def test_a_note_on_who_wrote_at_the_end_is_no_text() -> None:
    by = "<p class=byline>By Ina Berg</p>"
    note = "<p>Ina Berg</p><p>Ina Berg covers the harbour for the Ellenby Post.</p>"
    article = extract(f"<article>{H1}{by}{p(STORY)}{note}</article>")
    assert article.text.split("\n\n") == STORY
    assert article.authors == ("Ina Berg",)
    assert ("credit", "Ina Berg covers the harbour for the Ellenby Post.") in [
        (each.kind, each.text) for each in article.removed
    ]
    # a house may sign, and be what the end is about
    by_house = "<p class=byline>By The Ellenby Post</p>"
    told = "The Ellenby Post has asked the board for its minutes, and will print them in full."
    assert paragraphs(f"<article>{H1}{by_house}{p([*STORY, told])}</article>") == [*STORY, told]
    # who is told of at the end, and did not write
    other = "Ina Torvald has been harbour master of Ellenby since the flood, and stays for a year."
    assert paragraphs(f"<article>{H1}{by}{p([*STORY, other])}</article>") == [*STORY, other]


@pytest.mark.parametrize(
    "note",
    [
        "<p>Our correspondent in Ellenby, Ina Berg, has covered the sound for ten years.</p>",
        "<p>Prof. Ina Berg teaches the history of harbours.</p>",
        "<p>Unsere Redakteurin Ina Berg berichtet aus dem Hafen. Ihre Artikel finden Sie hier.</p>",
        "<p>Наш корреспондент Ina Berg пишет о порте с 2012 года.</p>",
        "<p>The author is a professor of shipbuilding at Ellenby.</p>",
        "<p><em>Korrespondent Jan Roe schreibt hier jede Woche, auch zum Hafen.</em></p>",
        "<h3>About the author</h3><p>Ina has lived at the harbour since the flood.</p>",
        "<p>Über die Autorin:</p><p>Sie lebt am Hafen.</p><p>Zuletzt erschien ihr Buch.</p>",
        "<p>Об авторе: живёт в порту.</p>",
        "<p>Hear it on <a href=https://open.spotify.com/x>Spotify</a> or "
        "<a href=https://podcasts.apple.com/x>Apple</a>.</p>",
        "<p>Ina Berg is a reporter.</p><p>Follow us on Facebook</p>",
    ],
)
def test_texts_end_before_notes_and_calls(note: str) -> None:
    by = "<p class=byline>By Ina Berg</p>"
    assert paragraphs(f"<article>{H1}{by}{p(STORY)}{note}</article>") == STORY


@pytest.mark.parametrize(
    "line",
    [
        "<p>“Ask our correspondent,” said the harbour master, and shut the door of the house.</p>",
        "<p>A reporter of the island's own radio had asked for the minutes, and was sent away.</p>",
        "<p><em>“A journalist asked me that,” she said, “and I had no answer for him.”</em></p>",
        "<p>She wrote of it <a href=https://x.com/ina/status/1>here</a> and "
        "<a href=https://x.com/ina/status/2>here</a>.</p>",
        "<p>Her songs are on <a href=https://open.spotify.com/x>Spotify</a> since the spring.</p>",
    ],
)
def test_texts_keep_an_end_of_their_own(line: str) -> None:
    by = "<p class=byline>By Ina Berg</p>"
    told = re.sub("<[^>]+>", "", line)
    assert paragraphs(f"<article>{H1}{by}{p(STORY)}{line}</article>") == [*STORY, told]


@pytest.mark.parametrize(
    "lead",
    [
        "<h3>More from the harbour</h3>",
        "<p>Weitere Beiträge:</p>",
        "<p>Lue seuraavaksi:</p><p><a href=/ferry>Lautta saa toisen miehistön keväällä</a></p>",
        "<p><a href=/ferry>The ferry gets a second crew in spring</a></p>",
    ],
)
def test_what_leads_on_to_something_else_is_no_end(lead: str) -> None:
    assert paragraphs(f"<article>{H1}{p(STORY)}{lead}</article>") == STORY


def test_a_list_of_headings_may_end_a_text() -> None:
    names = [f"{n}. The quay of pier {n}" for n in range(1, 7)]
    headings = "".join(f"<h3>{name}</h3>" for name in names)
    assert paragraphs(f"<article>{H1}{p(STORY)}{headings}</article>") == [*STORY, *names]


def test_a_line_of_a_time_element_is_a_date() -> None:
    time = "<div><time><span>2 November 2026</span> <span>Updated an hour ago</span></time></div>"
    assert paragraphs(f"<article>{H1}{time}{p(STORY)}</article>") == STORY


def test_a_page_that_calls_its_text_a_comment_keeps_it() -> None:
    assert paragraphs(f"<div class=comment-text>{H1}{p(STORY)}</div>") == STORY


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


OTHER = [
    "The lamp of the northern breakwater has been lit again after a winter in which it stood dark "
    "because no smith in the county could mend its clockwork.",
    "A retired teacher of physics took it apart on his kitchen table and found that a single tooth "
    "of one wheel had been worn away by salt.",
    "He asked for no money, but the pilots rowed him out to see the first turn of the light, and "
    "gave him a dinner of cod when they were back.",
]


def test_an_article_below_that_of_the_page_is_none_of_it() -> None:
    other = f"<h1>A lamp is lit again</h1><p>By Lars Onsager</p>{p(OTHER)}"
    page = f"<article>{H1}{p(STORY)}</article><article>{other}</article>"
    assert paragraphs(page) == STORY


def test_a_story_in_two_articles_is_whole() -> None:
    for heading in ("", H1, "<h2>What the board said</h2>"):
        page = f"<article>{H1}{p(STORY[:3])}</article><article>{heading}{p(STORY[3:])}</article>"
        found = paragraphs(page)
        assert [line for line in found if line in STORY] == STORY


@pytest.mark.parametrize("name", ["post-and-ads-holder", "ads", "text anzeigen"])
def test_a_box_with_most_of_the_text_is_no_advert(name: str) -> None:
    assert paragraphs(f"{H1}<div class='{name}'>{p(STORY)}</div>") == STORY


@pytest.mark.parametrize("name", ["factbox", "herald-fact-box", "faktaruta"])
def test_a_box_of_facts_is_no_text(name: str) -> None:
    box = f"<div class={name}><h3>The basin</h3><p>{OTHER[1]}</p></div>"
    page = f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>"
    assert paragraphs(page) == STORY
    # What is most of a page is its article.
    assert paragraphs(f"<article>{H1}<div class={name}>{p(STORY)}</div></article>") == STORY


@pytest.mark.parametrize("title", ["Read also", "Lesen Sie auch", "Lire aussi", "関連記事"])
def test_links_below_read_also_are_no_text(title: str) -> None:
    links = "".join(f"<li><a href=/{n}>Boat {n} sold at auction</a></li>" for n in range(2))
    box = f"<div><div>{title}</div><ul>{links}</ul></div>"
    assert paragraphs(f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>") == STORY


@pytest.mark.parametrize("subhead", ["<h2>At the quay</h2>", "<h3>What the board said</h3>"])
def test_subheads_in_boxes_of_their_own_are_text(subhead: str) -> None:
    parts = [H1, p(STORY[:3]), subhead, p(STORY[3:])]
    page = "".join(f"<div class=row><div class=widget>{part}</div></div>" for part in parts)
    assert paragraphs(page) == [*STORY[:3], subhead[4:-5], *STORY[3:]]


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


def test_captions_with_the_names_of_those_who_took_them_are_the_text_of_a_gallery() -> None:
    lines = [f"{line} Photo: Ina Torvald" for line in STORY]
    figures = "".join(f"<figure><img><figcaption>{each}</figcaption></figure>" for each in lines)
    row = extract(f"<article>{H1}<p>{OTHER[0]}</p>{figures}</article>")
    assert row.text.split("\n\n") == [OTHER[0], *lines]
    assert row.page_kind == "gallery"
