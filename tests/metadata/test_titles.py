"""The headline of a page, out of what the page offers."""

import pytest
from page_titles import choose

from newsbeam.transforms.metadata.titles import Title


@pytest.mark.parametrize(
    ("known", "title", "source"),
    [
        # what two say, in the letters that readers see
        (
            {
                "structured": "Council votes on bridge",
                "open_graph": "You won't believe this bridge",
                "headings": "“Council” votes on bridge",
            },
            "“Council” votes on bridge",
            "heading",
        ),
        (
            {
                "structured": "Bridge: the vote",
                "open_graph": "Council votes on bridge",
                "headings": "Council votes on bridge",
            },
            "Council votes on bridge",
            "heading",
        ),
        (
            {
                "structured": "Anytown: Council votes on bridge",
                "open_graph": "Anytown: Council votes on bridge",
                "headings": "Council votes on bridge",
                "element": "Council votes on bridge",
            },
            "Anytown: Council votes on bridge",
            "jsonld",
        ),
        # … unless those shout
        (
            {"structured": "Rat stimmt ab", "headings": "RAT STIMMT AB"},
            "Rat stimmt ab",
            "jsonld",
        ),
        # a shorter form that was made for Open Graph alone
        (
            {
                "structured": "Anytown Council votes on bridge",
                "open_graph": "Council votes on bridge",
                "headings": "Anytown Council votes on bridge",
            },
            "Council votes on bridge",
            "meta",
        ),
        (
            {
                "structured": "Council votes on bridge after years",
                "open_graph": "Council votes on bridge",
                "headings": "Council votes on bridge after years",
                "element": "Council votes on bridge | The Daily",
            },
            "Council votes on bridge after years",
            "heading",
        ),
        # no two agree: the heading, if it is a headline …
        (
            {
                "open_graph": "Bridge vote: will the council agree to it?",
                "headings": "Will the council agree to the bridge?",
            },
            "Will the council agree to the bridge?",
            "heading",
        ),
        (
            {
                "open_graph": "Everybody talks about this river",
                "headings": "Council votes on bridge",
                "element": "Council votes on bridge | The Daily",
            },
            "Council votes on bridge",
            "heading",
        ),
        (
            {"open_graph": "Council votes on bridge", "headings": "Latest from the region"},
            "Council votes on bridge",
            "meta",
        ),
        (
            {"open_graph": "Who owns the bridge?", "structured": "Bridge sold"},
            "Bridge sold",
            "jsonld",
        ),
        # … and of two forms, that without a kicker
        (
            {
                "open_graph": "Council votes on bridge",
                "headings": "Anytown Council votes on bridge",
            },
            "Council votes on bridge",
            "meta",
        ),
        (
            {
                "open_graph": "Anytown: Council votes on bridge",
                "headings": "Council votes on bridge",
            },
            "Council votes on bridge",
            "heading",
        ),
        (
            {
                "open_graph": "Rat stimmt über Brücke ab",
                "headings": "Der Rat stimmt über Brücke ab",
            },
            "Der Rat stimmt über Brücke ab",
            "heading",
        ),
        (
            {
                "structured": "Bridge: the vote",
                "open_graph": "Council votes on bridge",
                "headings": "The end of a dispute – Council votes on bridge",
            },
            "Council votes on bridge",
            "meta",
        ),
        (
            {
                "structured": "Bridge: the vote",
                "open_graph": "Things to do in Anytown",
                "headings": "2026 Things to do in Anytown",
            },
            "2026 Things to do in Anytown",
            "heading",
        ),
        # of several headings, the one that is repeated, and no name in a headline
        (
            {
                "element": "Council votes on bridge | The Daily",
                "headings": ["The Daily", "Menu", "Council votes on bridge"],
            },
            "Council votes on bridge",
            "heading",
        ),
        (
            {
                "open_graph": "Council votes on bridge",
                "element": "Council votes on bridge - Notes from a small town by the river",
                "headings": ["Council votes on bridge", "Notes from a small town by the river"],
            },
            "Council votes on bridge",
            "heading",
        ),
        (
            {
                "open_graph": "How Anytown, Bridgeton, and others pay for bridges",
                "headings": "Anytown",
            },
            "How Anytown, Bridgeton, and others pay for bridges",
            "meta",
        ),
        # two titles of Open Graph: the one that readers see
        (
            {
                "open_graph": ["The bridge, and who wants it", "Council votes on bridge"],
                "headings": "Council votes on bridge",
            },
            "Council votes on bridge",
            "heading",
        ),
        # nothing but the rest, in its order
        (
            {"others": ["Council votes"], "feed": "The vote", "element": "A"},
            "Council votes",
            "meta",
        ),
        ({"feed": "The vote", "element": "Council votes"}, "The vote", "feed"),
        ({"element": "Council votes"}, "Council votes", "title_element"),
        # nothing known of the site: its name is the shorter part at the end
        (
            {"element": "Council votes on the bridge - Anytown Gazette"},
            "Council votes on the bridge",
            "title_element",
        ),
        (
            {"element": "Council votes on the bridge ‹ Anytown Gazette"},
            "Council votes on the bridge",
            "title_element",
        ),
        (
            {"element": "Council votes on the bridge - daily.example - News"},
            "Council votes on the bridge",
            "title_element",
        ),
        ({"element": "Anytown // » Bridge"}, "Anytown // » Bridge", "title_element"),
        ({"element": "» Bridge"}, "Bridge", "title_element"),
        # … also where a program gives the title element for the headline
        (
            {
                "element": "Council votes on the bridge » Anytown Gazette",
                "open_graph": "Council votes on the bridge » Anytown Gazette",
            },
            "Council votes on the bridge",
            "meta",
        ),
        (
            {
                "element": "Council votes -- at last | The Daily",
                "open_graph": "Council votes -- at last",
            },
            "Council votes -- at last",
            "meta",
        ),
        # what the title element goes without is a kicker
        (
            {
                "element": "Council votes on the bridge",
                "open_graph": "Press releases",
                "headings": "Press release of the council: Council votes on the bridge",
            },
            "Council votes on the bridge",
            "title_element",
        ),
        # an address is no headline
        (
            {"element": "Council votes on bridge", "open_graph": "council-votes-on-bridge"},
            "Council votes on bridge",
            "title_element",
        ),
        # the page gives its headline for the site's name
        (
            {"element": "The Daily", "open_graph": "The Daily", "headings": "The Daily"},
            "The Daily",
            "heading",
        ),
    ],
)
def test_the_headline_is_found(known, title, source):
    assert choose(**known) == Title(title, source)


def test_references_in_the_title_of_a_feed_are_words():
    assert choose(feed="Why &amp; is written &amp;amp;").text == "Why &amp; is written &amp;amp;"
    assert choose(others=["Why &amp; is written"]).text == "Why & is written"


@pytest.mark.parametrize("known", [{}, {"element": "The Daily"}, {"headings": " "}])
def test_a_page_may_have_none(known):
    assert choose(**known) is None


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("Mayor calls the bridge", 'Mayor calls the bridge "a gift"'),
        ("Mayor calls the bridge …", "Mayor calls the bridge a gift to all"),
        ("Why " + "the council and " * 7, "Why " + "the council and " * 7 + "the mayor agree"),
        # a headline of its own
        ("Mayor calls the bridge", None),
    ],
)
def test_a_headline_that_was_cut_is_completed(cut, whole):
    headings = [whole or "Mayor calls the bridge a gift"]
    assert choose(structured=cut, open_graph=cut, headings=headings).text == (whole or cut)


def test_what_is_added_to_a_known_form_goes():
    found = choose(open_graph="다리 건설안 통과-사회", others=["다리 건설안 통과"])
    assert found == Title("다리 건설안 통과", "meta")


@pytest.mark.parametrize(
    "element",
    ["Home", "Startseite", "Untitled Document", "首页", "Home | Daily Post", "Daily - News"],
)
def test_what_says_nothing_of_a_page_does_not_speak_against_its_heading(element):
    known = {"element": element, "headings": ["Council votes on the old bridge"]}
    assert choose(**known) == Title("Council votes on the old bridge", "heading")


def test_the_only_heading_goes_before_what_was_made_for_search_engines():
    seo = "The best bridges of 2026 in comparison"
    known = {"structured": seo, "open_graph": seo, "element": seo}
    heading = "The best bridges of the year in comparison"
    assert choose(headings=heading, only=heading, **known) == Title(heading, "heading")
    assert choose(headings=heading, **known) == Title(seo, "jsonld")
    # what only adds a kicker, or leaves something out, is the same headline
    longer = f"Travel: {seo}"
    assert choose(headings=longer, only=longer, **known).text == seo


@pytest.mark.parametrize(
    ("known", "title"),
    [
        # a heading that another meta element repeats
        (
            {
                "open_graph": "How the council gets its bridge",
                "others": ["Council votes on the bridge"],
                "headings": ["A message from our founder", "Council votes on the bridge"],
            },
            "Council votes on the bridge",
        ),
        # one that is not the first, in nearly the same words
        (
            {
                "open_graph": "7 ways to cross the old river | The Daily",
                "headings": ["Your cart is empty", "7 ways to help you cross the old river"],
            },
            "7 ways to help you cross the old river",
        ),
        # a section of the text that is called like a word of the title
        (
            {
                "element": "Anytown dances - The Daily",
                "headings": ["Steps by name", "Categories", "Anytown"],
            },
            "Anytown dances",
        ),
        # the only one in the article's box
        (
            {
                "open_graph": "Buying guide for bridges",
                "headings": ["Find out what your town needs", "Most asked"],
                "main": "Find out what your town needs",
            },
            "Find out what your town needs",
        ),
        (
            {
                "open_graph": "Buying guide for bridges",
                "headings": ["Travel", "Most asked"],
                "main": "Travel",
            },
            "Buying guide for bridges",
        ),
        # characters that a program lost
        (
            {"open_graph": "The mayor’s bridge is open", "headings": "The mayor?s bridge is open"},
            "The mayor’s bridge is open",
        ),
        (
            {
                "structured": "Wird die Brücke gebaut?",
                "headings": "Wird die Br\ufffdcke gebaut?",
            },
            "Wird die Brücke gebaut?",
        ),
        (
            {
                "open_graph": "Is it true? The bridge is open",
                "headings": "Is it true? The bridge is open",
            },
            "Is it true? The bridge is open",
        ),
    ],
)
def test_the_heading_is_found(known, title):
    assert choose(**known).text == title


@pytest.mark.parametrize(
    ("known", "title"),
    [
        (
            {"open_graph": "Mayor calls …", "others": ["Mayor calls the bridge a gift"]},
            "Mayor calls the bridge a gift",
        ),
        (
            {"open_graph": "Mayor calls …", "element": "Mayor calls the bridge a gift - Gazette"},
            "Mayor calls the bridge a gift",
        ),
        # only a heading goes on where nothing marks a cut
        (
            {"open_graph": "Mayor calls", "element": "Mayor calls the bridge a gift"},
            "Mayor calls",
        ),
    ],
)
def test_what_a_program_cut_is_completed_from_other_places(known, title):
    assert choose(**known).text == title


def test_lines_of_a_heading_that_a_style_sheet_parts():
    known = {"headings": "Council votesfor new bridge", "element": "Council votes for new bridge"}
    assert choose(**known).text == "Council votes for new bridge"


def test_a_heading_that_shouts_is_written_as_the_title_element_has_it():
    known = {"headings": "COUNCIL VOTES ON BRIDGE", "element": "Council votes on bridge - Gazette"}
    assert choose(**known).text == "Council votes on bridge"
    assert choose(headings="COUNCIL VOTES ON BRIDGE").text == "COUNCIL VOTES ON BRIDGE"
