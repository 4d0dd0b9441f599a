"""Which groups of a robots.txt count (RFC 9309, 2.2.1), and what comes of it."""

import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.robots import RobotsCache

URL = "http://paper.example/story"


def read(text):
    return RobotsCache(FetchSettings(), clock=lambda: 0.0).learn(URL, text.encode())


def allows(text, path="/story"):
    try:
        read(text).check(f"http://paper.example{path}")
    except InputError as error:
        assert error.reason == "robots_denied"
        return False
    return True


@pytest.mark.parametrize(
    "token",
    [
        *("newsbeam", "NewsBeam", "NEWSBEAM", "newsbeam/1.0", "newsbeam/2 (any)", "newsbeam*"),
        *("newsbeam # ours", " newsbeam\t"),
    ],
)
def test_our_token_is_ours_however_it_is_written(token):
    assert not allows(f"User-agent: {token}\nDisallow: /\n")
    assert allows(f"User-agent: {token}\nDisallow:\n\nUser-agent: *\nDisallow: /\n")


@pytest.mark.parametrize(
    "token",
    [
        *(
            "news",
            "n",
            "beam",
            "newsbea",
            "newsbeams",
            "newsbeam-image",
            "newsbeam_x",
            "my-newsbeam",
        ),
        *("news*", "", "Mozilla/5.0", "-", "ne wsbeam"),
    ],
)
def test_part_of_a_token_and_more_than_it_are_others(token):
    assert allows(f"User-agent: {token}\nDisallow: /\n")
    assert not allows(f"User-agent: {token}\nAllow: /\n\nUser-agent: *\nDisallow: /\n")


def test_all_groups_that_name_us_count_together():
    text = (
        "User-agent: newsbeam\nDisallow: /one\n\nUser-agent: other\nDisallow: /two\n\n"
        "User-agent: third\nUser-agent: newsbeam\nDisallow: /three\nAllow: /three/open\n"
    )
    found = [allows(text, path) for path in ("/one", "/two", "/three", "/three/open", "/four")]
    assert found == [False, True, False, True, True]


def test_all_groups_for_everybody_count_together():
    text = (
        "User-agent: *\nDisallow: /one\n\nUser-agent: x\nDisallow: /\n\n"
        "User-agent: *\nDisallow: /two\n"
    )
    assert [allows(text, path) for path in ("/one", "/two", "/three")] == [False, False, True]


def test_a_group_of_ours_without_rules_allows_all():
    assert allows("User-agent: *\nDisallow: /\n\nUser-agent: newsbeam\n")


def test_what_is_no_rule_ends_no_list_of_agents():
    text = (
        "User-agent: newsbeam\nSitemap: http://paper.example/s.xml\nCrawl-delay: 3\nHost: x\n\n"
        "# a remark\nUser-agent: other\nDisallow: /\n"
    )
    assert not allows(text)
    rules = read(text)
    assert rules.crawl_delay_s == 3
    assert rules.sitemaps == ("http://paper.example/s.xml",)


def test_an_empty_rule_ends_a_list_of_agents():
    assert allows("User-agent: newsbeam\nDisallow:\nUser-agent: other\nDisallow: /\n")


def test_a_rule_before_any_agent_is_nobodys():
    assert allows("Disallow: /\nUser-agent: other\nDisallow: /x\n")


def test_the_delay_of_others_is_not_ours():
    assert (
        read("User-agent: news\nCrawl-delay: 9\n\nUser-agent: *\nCrawl-delay: 2\n").crawl_delay_s
        == 2
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_three_ways(end):
    text = end.join(["User-agent: news", "Disallow: /", "", "User-agent: newsbeam", "Disallow: /x"])
    assert allows(text)
    assert not allows(text, "/x")


def test_a_line_separator_inside_a_path_ends_no_line():
    assert allows("User-agent: *\nDisallow: /a\u2028Disallow: /\n")


@pytest.mark.parametrize(
    "line", ["user agent: newsbeam", "useragent: newsbeam", "User-Agent newsbeam"]
)
def test_names_of_fields_are_read_as_leniently_as_rules_are(line):
    assert not allows(f"User-agent: news\nAllow: /\n{line}\ndisalow: /story\n")


def test_the_longest_rule_wins_and_of_equals_the_one_that_allows():
    rules = "Disallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /e\nDisallow: /e\n"
    text = f"User-agent: newsbeam\n{rules}"
    found = [allows(text, path) for path in ("/a/x", "/a/b/x", "/a/b/c", "/e")]
    assert found == [False, True, False, True]
