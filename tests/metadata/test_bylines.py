from datetime import date

import pytest

from newsbeam.transforms.metadata.bylines import find_byline
from newsbeam.transforms.metadata.headline import find_headline, near_headline
from newsbeam.transforms.pages.walk import read_outline


def byline(fragment):
    outline = read_outline(f"<html><body>{fragment}</body></html>")
    headline = find_headline(outline, "Bridge")
    return find_byline(outline, near_headline(outline, headline) if headline is not None else ())


@pytest.mark.parametrize(
    ("fragment", "names"),
    [
        (
            "<h1>Bridge</h1><div class='the-byline'>By <a rel='author'>Jane Doe</a> | staff</div>",
            ["Jane Doe"],
        ),
        (
            "<h1>Bridge</h1><b class='author'>Jane Doe</b><b class='author'>John Roe</b>",
            ["Jane Doe", "John Roe"],
        ),
        ("<h1>Bridge</h1><p>By Jane Doe</p><p>Text that goes on.</p>", ["Jane Doe"]),
        ("<h1>Bridge</h1><a href='/authors/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("<h1>Bridge</h1><small>4.2.2026 | 13:10 | Jane Doe</small>", ["Jane Doe"]),
        ("<h1>Bridge</h1><p>Text.</p><div id='comments'><b class='author'>Troll</b></div>", []),
        ("<h1>Bridge</h1><label class='author'>Name</label>", []),
        (
            "<article><p>Text</p><footer><a rel='author'>Jane Doe</a></footer></article>",
            ["Jane Doe"],
        ),
        ("<h1>Bridge</h1>" + "<p class='author'>One of many</p>" * 9, []),
        # the name is in an element of its own, or behind that of its label
        ("<h1>Bridge</h1><div>By&nbsp;<em>Jane Doe</em> on Monday</div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><div><i>4 May</i> By <b>Jane Doe</b></div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><div><h5>Autor: </h5>Jane Doe</div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><small>6.11.2025 13:30 von Olga</small>", ["Olga"]),
        # above the headline, the site may be marked as an author
        (
            "<p class='author'>Anytown Blog</p><h1>Bridge</h1><b class='author'>Jane Doe</b>",
            ["Jane Doe"],
        ),
        # signed below the text
        ("<p>Text that goes on.</p><p>Text: Jane Doe</p>", ["Jane Doe"]),
        ("<p>Text that goes on.</p><p><b>Author:</b> <i>Jane Doe</i></p>", ["Jane Doe"]),
        ("<p>Text that goes on.</p><em>Von Jane Doe</em>", ["Jane Doe"]),
        # the one person whom the page links to, but not on a social network
        ("<p>Text.</p><a href='/reporters/jane'>All posts by Jane Doe</a>", []),
        ("<p>Text.</p><a href='/reporters/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("<p>Text.</p><a href='https://www.youtube.com/user/d'>Jane Doe</a>", []),
        # what is about another article, and those who helped
        ("<h1>Bridge</h1><div class='related'><b class='author'>Jane Doe</b></div>", []),
        (
            "<h1>Bridge</h1><p>By <a href='/authors/jane'>Jane Doe</a></p>"
            "<p>Reviewed by <a href='/authors/john'>John Roe</a></p>",
            ["Jane Doe"],
        ),
        (
            "<h1>Bridge</h1><p>By <a href='/authors/jane'>Jane Doe</a> – 4 May 2026 | "
            "Fact-checked by <a href='/authors/john'>John Roe</a> and "
            "<a href='/authors/max'>Max Moe</a></p>",
            ["Jane Doe"],
        ),
        (
            "<h1>Bridge</h1><div><a href='/how'>Medically reviewed</a> by <b>John Roe</b> — "
            "<i>Written by Jane Doe</i></div>",
            ["Jane Doe"],
        ),
        # where the article belongs, beside its day
        (
            "<h1>Bridge</h1><p>6 May 2026 · <a href='/category/town/'>Better Living</a></p>",
            [],
        ),
        # a row of data, a notice, a button
        (
            "<h1>Bridge</h1><table><tr><td>4.2.2026</td><td>Steel Beam</td></tr>"
            "<tr><td>5.2.2026</td><td>Iron Rail</td></tr></table>",
            [],
        ),
        ("<h1>Bridge</h1><div class='writer'>如果本站文章内容侵犯您的权益，请联系我们！</div>", []),
        ("<h1>Bridge</h1><p>作者：注册</p>", []),
        # who is quoted
        ("<h1>Bridge</h1><blockquote><p>— Jane Doe, May 2, 2026</p></blockquote>", []),
        # a note is no name, as its class may seem to say
        ("<h1>Bridge</h1><p>Text.</p><ol><li id='note-fn-1'>Some Database</li></ol>", []),
        # a list goes on from its heading, which signs nothing
        (
            f"<div><p>{'What to bring along. ' * 8}</p><p><b>Winter Clothes</b></p>"
            "<ul><li>Two gloves</li></ul></div>",
            [],
        ),
        # a mark on what is no name
        ("<h1>Bridge</h1><b class='author'>Member Login</b><p>Von Jane Doe</p>", ["Jane Doe"]),
        (
            "<h1>Bridge</h1><div class='byline'>By <b>Jane Doe</b> <i>Senior Writer</i>"
            "<u>Updated March 11, 2026</u></div>",
            ["Jane Doe"],
        ),
        # in a margin beside the headline
        ("<h1>Bridge</h1><aside><a rel='author'>Jane Doe</a></aside>", ["Jane Doe"]),
        # the portrait below the text
        (
            "<p>Text.</p><div class='author-box'><h4>Jane Doe</h4><p>She writes.</p></div>",
            ["Jane Doe"],
        ),
        (
            "<p>Text.</p><div class='author-box'><div>Jane Doe</div><p>She writes.</p></div>",
            ["Jane Doe"],
        ),
        # what an article says of itself in an aside, and what a page builder draws
        (
            "<article><p>Text.</p><aside class='article-meta'><b class='author'>Jane Doe</b>"
            "</aside></article>",
            ["Jane Doe"],
        ),
        (
            "<p>Text.</p><div class='elementor-widget'><b class='author'>Jane Doe</b></div>",
            ["Jane Doe"],
        ),
        # a teaser in an article is an article too, and so is one in a margin
        (
            "<article><h1>Bridge</h1><p>Text.</p><aside class='related'><article>"
            "<b class='author'>Jane Doe</b></article></aside></article>",
            [],
        ),
        ("<p>Text.</p><aside><article><b class='author'>Jane Doe</b></article></aside>", []),
        # the one person linked to is no author who answers questions, or whom it is about
        ("<p>Text.</p><p>Contact: <a href='/authors/jane'>Jane Doe</a></p>", []),
        (
            "<title>Jane Doe on the bridge</title><p>Text.</p><a href='/people/jane'>Jane Doe</a>",
            [],
        ),
        ("<h1>Bridge</h1><table class='vcard'><caption class='fn org'>Bridge</table>", []),
        ("<h1>Bridge</h1><h5>2/26/2026 7:11 AM PST BY JANE DOE</h5>", ["JANE DOE"]),
        ("<h1>Bridge</h1><p>14 June 2026 | 15:49 VON Jane Doe IN Fashion</p>", ["Jane Doe"]),
        ("<h1>Bridge</h1><p><b>حوار: منى سالم</b></p>", ["منى سالم"]),
        ("<h1>Bridge</h1><p>מאת דנה לוי</p>", ["דנה לוי"]),
        # a line that nobody sees signs nothing
        (
            f"<p>{'Text that goes on. ' * 9}</p>"
            "<p class='right' style='display: none'>Signal Honoured</p>",
            [],
        ),
        # a box around headline and byline is the article's, whatever it is called
        (
            "<form><div class='teaser-page'><h1>Bridge</h1><p>Why it is late.</p>"
            "<p>By Jane Doe</p></div></form>",
            ["Jane Doe"],
        ),
        # a byline above the headline is of the article before
        (
            "<b class='author'>Max Moe</b><h1>Bridge</h1><b class='author'>Jane Doe</b>",
            ["Jane Doe"],
        ),
        # a heading of a story is none of its author
        ("<h1>Bridge</h1><h3>Von der Werkstatt zur Weltmarke</h3>", []),
        ("<h1>Bridge</h1><p>Harbour Jazz Festival, 6 May 2026</p>", []),
        ("<h1>Bridge</h1><p>Jan Moe 6 mei 2026 om 10:15</p>", ["Jan Moe"]),
        ("<h1>Bridge</h1><p>Text: Jane Doe Foto: Max Moe</p>", ["Jane Doe"]),
        (
            "<h1>Bridge</h1><p>Jane Doe</p><p>Political correspondent</p><p>6 May 2026</p>",
            ["Jane Doe"],
        ),
        # as newsrooms of Korea, China and Taiwan sign
        ("<h1>Bridge</h1><p>홍길동 기자 gd@daily.example</p>", ["홍길동"]),
        (
            f"<h1>Bridge</h1><p>(서울=통신) 홍길동 기자 = {'다리가 새로 놓인다. ' * 30}</p>",
            ["홍길동"],
        ),
        ("<h1>Bridge</h1><p>来源：每日例报 作者：王小明 责任编辑：李大华</p>", ["王小明"]),
        ("<h1>Bridge</h1><p>2026-05-06 10:15 記者王小明</p>", ["王小明"]),
        ("<h1>Bridge</h1><p>王小明／台北報導</p>", ["王小明"]),
        (
            f"<p>{'Text that goes on. ' * 9}</p><p class='text-end'>Jane Doe<br>John Roe</p>",
            ["Jane Doe", "John Roe"],
        ),
        # a list of terms, and what it says of a person besides
        ("<h1>Bridge</h1><dl><dt>Author</dt><dd>Jane Doe</dd></dl>", ["Jane Doe"]),
        (f"<p>{'Text. ' * 30}</p><dl><dt>Autor</dt><dd>Jane Doe</dd></dl>", ["Jane Doe"]),
        (
            "<h1>Bridge</h1><div class=author><p>Jane Doe</p>"
            "<dl><dt>Subjects</dt><dd>Harbour Life, Deep Sea</dd></dl></div>",
            ["Jane Doe"],
        ),
        ("<h1>Bridge</h1><p>Jane Doe</p><p>am</p><p>6. Mai 2026</p>", ["Jane Doe"]),
        ("<h1>Bridge</h1><a href=https://letters.example/@jane>Jane Doe</a>", ["Jane Doe"]),
        (
            "<p>They say that it has to end at sea, one day.</p><p class=signature>Jane Doe</p>",
            ["Jane Doe"],
        ),
        # a tag of an entry is no section of comments
        (
            "<div class='hentry tag-comments'><h1>Bridge</h1><a rel='author'>jdoe</a></div>",
            ["jdoe"],
        ),
    ],
)
def test_the_visible_byline_is_found(fragment, names):
    assert byline(fragment) == names


def test_beside_the_day_of_something_else_stands_no_byline():
    outline = read_outline("<h1>Bridge</h1><p>Summer Nights Anytown, 6 May 2026</p>")
    near = near_headline(outline, find_headline(outline, "Bridge"))
    assert find_byline(outline, near, days={date(2026, 3, 4)}) == []
    assert find_byline(outline, near, days={date(2026, 5, 7)}) == ["Summer Nights Anytown"]


CARD = "<div><h3><a href=/{0}>The ferry gets a second crew</a></h3><p class={1}>By {2}</p></div>"


@pytest.mark.parametrize("mark", ["author", "meta"])
@pytest.mark.parametrize("text", [100, 3000])
def test_cards_of_other_articles_name_no_author(mark, text):
    """Near the headline and far from it; but one who signs them all has written this one too."""
    page = f"<h1>Bridge</h1><p>{'a' * text}</p><p>{'b' * 600}</p>"
    assert byline(page + CARD.format(1, mark, "Max Moe")) == []
    three = zip("123", ["Max Moe", "Mia Moe", "Jan Roe"], strict=True)
    assert byline(page + "".join(CARD.format(n, mark, name) for n, name in three)) == []
    if mark == "author":
        cards = "".join(CARD.format(n, mark, "Max Moe") for n in "123")
        assert byline(page + cards) == ["Max Moe"]
