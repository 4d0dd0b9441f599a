import pytest

from transforms.extraction.titles import choose_title, strip_site_name


def choose(**known):
    known = {"open_graph": (), "headline": None, "headings": [], "element": None} | known
    if isinstance(known["open_graph"], str):
        known["open_graph"] = [known["open_graph"]]
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
        # without JSON-LD, readers' headline is Open Graph's in other words, or a part of it
        (
            {
                "open_graph": "Bridge vote: will the council agree to it?",
                "headings": ["Will the council agree to the bridge?"],
            },
            "Will the council agree to the bridge?",
        ),
        (
            {
                "open_graph": "Council votes on bridge: what is known",
                "headings": ["Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        # … and a heading of something else is not
        (
            {"open_graph": "Council votes on bridge", "headings": ["Latest from the region"]},
            "Council votes on bridge",
        ),
        # of two, the one that readers see
        (
            {
                "open_graph": ["The bridge, and who wants it", "Council votes on bridge"],
                "headings": ["Council votes on bridge"],
            },
            "Council votes on bridge",
        ),
        # the page gives its headline for the site's name
        (
            {"element": "The Daily", "open_graph": "The Daily", "headings": ["The Daily"]},
            "The Daily",
        ),
        # a quotation mark ended the attribute
        (
            {
                "open_graph": "Mayor calls the bridge",
                "headings": ['Mayor calls the bridge "a gift"'],
            },
            'Mayor calls the bridge "a gift"',
        ),
        ({"open_graph": "04.02.2026 - Council votes on bridge"}, "Council votes on bridge"),
        ({"element": "다리 건설안 통과ㅣdaily.example"}, "다리 건설안 통과"),
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
