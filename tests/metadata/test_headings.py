import pytest

from newsbeam.transforms.metadata.headings import read_headings
from newsbeam.transforms.metadata.headline import find_headline
from newsbeam.transforms.pages.walk import read_outline


def headings(body, *claims):
    return read_headings(read_outline(f"<body>{body}</body>"), claims)


@pytest.mark.parametrize(
    ("body", "kickers"),
    [
        ("<h1><span class='kicker'>Anytown</span> Council votes</h1>", ["Anytown"]),
        ("<h1><small class='article-overline'>Anytown:</small>Council votes</h1>", ["Anytown:"]),
        (
            "<h1><i class='x__topline'>Anytown<b> now</b></i><b>Council votes</b></h1>",
            ["Anytown now"],
        ),
        ("<h1><b data-kicker='x'>Anytown</b><b>: Council votes</b></h1>", ["Anytown"]),
        ("<h1><b data-headline-category='x'>Council votes</b></h1>", []),
        ("<h1>Council<br>votes</h1>", []),
        ("<h1>Council <em>votes</em> ¶</h1>", []),
        ("<h3 class='entry-title'>Council votes</h3>", []),
        # all of it is marked: it is the headline
        ("<h1><span class='headline-intro'>Council votes</span></h1>", []),
    ],
)
def test_a_headline_goes_without_its_kicker(body, kickers):
    found = headings(body)
    assert (found.headlines, found.kickers) == (("Council votes",), tuple(kickers))


@pytest.mark.parametrize(
    "site",
    [
        "<h1><a href='/'>The Daily</a></h1>",
        "<h1><a href='https://www.daily.example/'>The Daily</a></h1>",
        "<a href='/index.html'><h1>The Daily</h1></a>",
        "<h1 class='site-title'>The Daily</h1>",
        "<div id='logo'><h1>The Daily</h1></div>",
    ],
)
def test_a_heading_that_leads_home_names_the_site(site):
    found = headings(site + "<h1><a href='/bridge'>Council votes</a></h1>")
    assert (found.headlines, found.sites) == (("Council votes",), ("The Daily",))


CRUMB = "<ol class='breadcrumb'><li><a href='/politics'>Politics</a></li><li><h1>{}</h1></li></ol>"


def test_the_end_of_a_trail_of_links_is_no_headline():
    trail = CRUMB.format("Anytown: the vote and the bridge")
    assert headings(trail + "<h2>Council votes</h2>").headlines == ("Council votes",)
    menu = "<nav class='breadcrumb'><a href='/'>Home</a></nav>"
    assert headings(menu + "<h1>Council votes</h1>").headlines == ("Council votes",)
    header = "<header class='page-header no-breadcrumb'><span>Politics</span><h1>Council votes</h1>"
    assert headings(header + "</header><h2>Most read</h2>").headlines[0] == "Council votes"


def test_the_story_begins_at_the_end_of_the_trail_where_no_heading_shows_the_title():
    body = CRUMB.format("Council votes on the bridge") + "<p>Text.</p><h2>Council votes</h2>"
    outline = read_outline(body)
    assert find_headline(outline, "Council votes on the bridge").tag == "h1"
    assert find_headline(outline, "Council votes").tag == "h2"


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("<h1><span>Anytown</span>Council votes again</h1>", "Anytown / Council votes again"),
        ("<h1><div>Anytown</div> Council votes again</h1>", "Anytown: Council votes again | Daily"),
        ("<h2><b>Anytown</b> Council votes again</h2>", "Council votes again"),
        ("<h1>Anytown<br>Council votes again</h1>", "Council votes again - The Daily"),
    ],
)
def test_what_the_page_parts_elsewhere_is_a_kicker(body, claim):
    found = headings(body, claim)
    assert (found.headlines, found.kickers) == (("Council votes again",), ("Anytown",))


def test_a_badge_behind_a_headline_is_none_of_it():
    body = "<h1>Council votes again <span>Subscribers only</span></h1>"
    assert headings(body, "Council votes again | The Daily").headlines == ("Council votes again",)
    whole = ("Council votes again Subscribers only",)
    assert headings(body, "Council votes").headlines == whole
    assert headings(body, "Council votes again Subscribers only").headlines == whole


def test_what_nothing_parts_is_the_headline():
    body = "<h1><span>Council</span>Votes on bridge again</h1>"
    assert headings(body, "Council Votes on bridge again").headlines == (
        "Council Votes on bridge again",
    )
    long = "<h1><b>What the council said</b> of bridges again</h1>"
    assert headings(long, "What the council said: of bridges again").kickers == ()


def test_a_mark_at_the_end_of_an_element_is_parted_from_what_follows():
    assert headings("<h1><b>Anytown:</b>Council votes again</h1>", "x").headlines == (
        "Anytown: Council votes again",
    )


def test_a_heading_with_which_the_title_begins_names_the_site():
    body = "<h1>The Harbour Watch</h1><h4>Council votes again</h4>"
    found = headings(body, "The Harbour Watch - Council votes again")
    assert (found.sites, found.headlines) == (("The Harbour Watch",), ("Council votes again",))
    body = "<h1>The Harbour Watch</h1><h2>Council votes again</h2>"
    assert headings(body, "The Harbour Watch: Council votes again").sites == ("The Harbour Watch",)
    # … but not if it is declared as the headline, or stands below
    found = headings(body, "The Harbour Watch", "The Harbour Watch - Council votes again")
    assert found.sites == ()
    assert headings(body, "Council votes again - The Harbour Watch").sites == ()


def test_the_only_heading_of_the_first_level_is_told():
    assert headings("<h1>Council votes</h1><h2>Other</h2>").only == "Council votes"
    assert headings("<h1>Council votes</h1><h1>Other</h1>").only is None
    assert headings("<h2>Other</h2>").only is None


def test_what_nobody_sees_comes_last():
    menus = "".join(f"<h2 class='sr-only'>Menu {number}</h2>" for number in range(10))
    box = "<div hidden><h1>Choose your town</h1></div>"
    found = headings(f"{menus}{box}<h1>Council votes</h1>")
    assert (found.headlines[0], found.only) == ("Council votes", "Council votes")
    assert headings(f"{menus}{box}<h2>Council votes</h2>").headlines[0] == "Council votes"
    # … but is a headline where there is no other
    assert headings("<h1 class='sr-only'>Council votes</h1>").only == "Council votes"


def test_a_heading_that_the_page_declares_is_found_behind_many_others():
    menus = "".join(f"<h2>Menu {number}</h2>" for number in range(20))
    heading = "<h2>Anytown: Council votes on the bridge</h2>"
    found = headings(menus + heading, "Anytown: Council votes on the bridge - The Daily")
    assert "Anytown: Council votes on the bridge" in found.headlines


def test_a_heading_below_the_text_is_no_headline_for_the_title_that_ends_with_it():
    body = "<h1>Ten bridges of the river</h1><p>{}</p><h4>Anytown River Magazine</h4><p>Us.</p>"
    found = headings(
        body.format("And so on. " * 50), "Ten bridges of the river - Anytown River Magazine"
    )
    assert (found.headlines[0], found.sites) == ("Ten bridges of the river", ())


@pytest.mark.parametrize(
    ("body", "is_main"),
    [
        ("<main><h1>Council votes</h1><p>It did.</p></main>", True),
        ("<article><header><h1>Council votes</h1></header><p>It did.</p></article>", True),
        ("<header><h1>Council votes</h1></header><main><p>It did.</p></main>", False),
        ("<main><h1 class='sr-only'>Main part of the page</h1><p>It did.</p></main>", False),
        ("<main><p>It did vote, at last.</p><h1>A message</h1><p>Hi.</p></main>", False),
        ("<main><h1>Council votes</h1><p>It did.</p><h1>Council sleeps</h1></main>", False),
    ],
)
def test_the_only_first_heading_of_the_main_part_is_told(body, is_main):
    found = headings(body)
    assert found.main == (found.only if is_main else None)


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Council votes again<b class='subtitle'>The mayor is happy about it</b></h1>",
        "<h1>Council votes again<div class='sub-headline'>The mayor is happy</div></h1>",
        "<h1>Council votes again<br><small>The mayor calls it a gift to all</small></h1>",
        "<h1><b>LIVE</b> Council votes again</h1>",
    ],
)
def test_what_stands_below_a_headline_in_its_element_is_none_of_it(body):
    found = headings(body, "Live: Council votes again", "Council votes again | The Daily")
    assert found.headlines == ("Council votes again",)


def test_what_is_called_a_subtitle_may_open_a_headline():
    body = "<h1><span class='subtitle'>Breakpoint:</span> Council votes again</h1>"
    assert headings(body).headlines == ("Breakpoint: Council votes again",)
