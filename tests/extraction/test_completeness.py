import pytest
from lxml import html

from transforms.core.errors import InputError
from transforms.extraction.completeness import check_wall, explain_no_text, judge_text
from transforms.extraction.metadata import Metadata

SENTENCE = "The council of the small town voted on the new bridge over the river on Tuesday night. "
ENGLISH_WALL = (
    "We and our partners store and/or access information on a device, such as cookies, and process "
    "personal data.\n\nWith your consent we use tracking for personalised ads; see our privacy "
    "policy and the list of vendors."
)
GERMAN_WALL = (
    "Wir verwenden Cookies und benötigen Ihre Einwilligung nach der DSGVO.\n\n"
    "Ihre Zustimmung können Sie in der Datenschutzerklärung jederzeit widerrufen."
)
EMPTY = html.document_fromstring("<html><body></body></html>")
BARRIER = html.document_fromstring(
    "<html><body><div class='article-paywall'>Subscribe now to read on.</div></body></html>"
)


def judge(text, tree=EMPTY, cut_by_parser=False, **known):
    return judge_text(text, tree=tree, metadata=Metadata(**known), cut_by_parser=cut_by_parser)


@pytest.mark.parametrize(
    ("text", "known", "value", "evidence"),
    [
        (SENTENCE * 30, {}, "full", ()),
        (SENTENCE * 30, {"free_access": False}, "full", ("paywall_declared",)),
        (SENTENCE * 5, {"free_access": False}, "paywalled", ("paywall_declared",)),
        (
            SENTENCE * 30,
            {"free_access": False, "declared_words": 2000},
            "paywalled",
            ("paywall_declared", "shorter_than_declared"),
        ),
        (SENTENCE * 5, {"tree": BARRIER}, "paywalled", ("paywall_marked",)),
        (SENTENCE * 30, {"tree": BARRIER}, "full", ()),
        (SENTENCE * 5, {"content_tier": "locked"}, "paywalled", ("paywall_marked",)),
        (SENTENCE * 2, {"summary": SENTENCE * 2}, "teaser", ("only_summary",)),
        (SENTENCE + "And then…", {}, "teaser", ("ends_with_ellipsis",)),
        (SENTENCE * 30, {"cut_by_parser": True}, "truncated", ("parser_limit",)),
    ],
)
def test_how_whole_a_text_is_and_why(text, known, value, evidence):
    found = judge(text, **known)
    assert (found.value, found.evidence) == (value, evidence)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            ENGLISH_WALL,
            "consent_wall",
        ),
        (
            GERMAN_WALL,
            "consent_wall",
        ),
        ("Access denied. You do not have permission to view this page.", "no_article"),
        ("Please complete the captcha to go on.", "no_article"),
    ],
)
def test_walls_are_no_articles(text, reason):
    with pytest.raises(InputError) as caught:
        check_wall(text, "The Daily")
    assert caught.value.reason == reason


def test_articles_about_cookies_are_articles():
    check_wall(
        "The court ruled on cookies. It found that consent must be free.\n\n" + SENTENCE * 10,
        "Court rules on tracking",
    )
    check_wall(
        SENTENCE * 3
        + "\n\nBy using this site you consent to cookies, privacy policy and tracking.",
        "Bridge",
    )


def test_a_shell_is_told_from_a_page_without_an_article():
    assert explain_no_text(EMPTY, has_scripts=True).reason == "script_shell"
    assert explain_no_text(EMPTY, has_scripts=False).reason == "no_article"
    menu = html.document_fromstring(
        "<html><body>" + "<a>A link in a menu</a>" * 60 + "</body></html>"
    )
    assert explain_no_text(menu, has_scripts=True).reason == "no_article"
