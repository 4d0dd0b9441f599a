import pytest

from transforms.extraction.titles import choose_title, strip_site_name


def choose(**known):
    known = {"open_graph": None, "headline": None, "headings": [], "element": None} | known
    return choose_title(site_names=["The Daily", "daily.example"], **known)


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({"open_graph": "Council votes on bridge"}, "Council votes on bridge"),
        ({"open_graph": "Council votes on bridge | The Daily"}, "Council votes on bridge"),
        ({"element": "The Daily - Council votes on bridge"}, "Council votes on bridge"),
        ({"element": "Council votes on bridge - daily.example"}, "Council votes on bridge"),
        (
            {
                "element": "Council votes on bridge – Politics – The Daily",
                "headings": ["Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        # the page and its data agree, Open Graph is for search engines
        (
            {
                "open_graph": "You won't believe this bridge",
                "headline": "Council votes on bridge",
                "headings": ["Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        # … or the shorter form of it
        (
            {
                "open_graph": "Council votes on bridge",
                "headline": "Anytown: Council votes on bridge",
                "headings": ["Anytown: Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        # a heading that is the site's name, or a menu's
        (
            {
                "element": "Council votes on bridge | The Daily",
                "headings": ["The Daily", "Menu", "Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        (
            {"element": "Council votes on bridge", "headings": ["Sections"]},
            "Council votes on bridge",
        ),
        # nothing known of the site: its name is the shorter part at the end
        (
            {"element": "Council votes on the bridge - Anytown Gazette"},
            "Council votes on the bridge",
        ),
        ({"headline": "Only here"}, "Only here"),
        ({}, None),
        ({"element": "The Daily"}, None),
    ],
)
def test_the_headline_is_found(known, title):
    assert choose(**known) == title


@pytest.mark.parametrize(
    "title", ["Covid-19: a survey", "Left - right - left", "9/11: what we know", "Who is who?"]
)
def test_punctuation_of_headlines_stays(title):
    assert strip_site_name(title, ["the daily"], ()) == title


def test_a_name_may_be_written_apart():
    assert strip_site_name("Bridge - La Stampa", ["lastampa"], ()) == "Bridge"
