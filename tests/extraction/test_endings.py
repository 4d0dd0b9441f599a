"""Where the text of an article ends."""

import re

import pytest
from story_pages import CARDS, H1, STORY, extract, p, paragraphs


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
