import time

from newsbeam.transforms.web.discover import find_candidates

HOME = "https://www.daily.example/"
PAGE = """
<html><head>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel='alternate' type='application/rss+xml' title='A > B' href='/feed/'>
<LINK REL="alternate" TYPE="application/atom+xml; charset=utf-8" HREF="https://cdn.example/a?x=1&amp;y=2">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="stylesheet" type="text/css" href="/rss.css">
<link rel="alternate" type="application/feed+json" href="javascript:alert(1)">
</head><body>
<a href="/sport/rss">Sport</a>
<a href="/news/feedback-form">Feedback</a>
<a href="https://other.example/rss.xml">Somebody else's</a>
<a href="/?feed=rss2">RSS</a>
<a>no address</a> <a href="">empty</a>
</body></html>
"""


def urls(how, page=PAGE, sitemaps=()):
    return [found.url for found in find_candidates(HOME, page, sitemaps) if found.how == how]


def test_declared_feeds_come_first_and_those_of_comments_last_among_them():
    assert urls("link") == [
        "https://www.daily.example/feed/",
        "https://cdn.example/a?x=1&y=2",
        "https://www.daily.example/comments/feed/",
    ]
    assert find_candidates(HOME, PAGE)[0].title == "A > B"


def test_links_of_the_site_that_look_like_feeds_are_candidates():
    assert urls("anchor") == [
        "https://www.daily.example/sport/rss",
        "https://www.daily.example/?feed=rss2",
    ]


def test_sitemaps_of_news_come_before_others():
    sitemaps = ["https://www.daily.example/a.xml", "/news.xml", "mailto:x"]
    assert urls("robots", sitemaps=sitemaps) == [
        "https://www.daily.example/news.xml",
        "https://www.daily.example/a.xml",
    ]


def test_common_paths_come_last_and_each_url_once():
    page = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    found = find_candidates(HOME, page, ["/sitemap.xml"])
    assert [one.how for one in found[:3]] == ["link", "robots", "path"]
    assert len({one.url for one in found}) == len(found)
    assert {one.kind for one in found if one.how == "path"} == {"feed", "sitemap"}


def test_addresses_are_relative_to_the_pages_base():
    page = '<base href="https://static.daily.example/x/"><a href="rss/all">all</a>'
    assert urls("anchor", page) == ["https://static.daily.example/x/rss/all"]


def test_a_hostile_page_costs_little():
    started = time.process_time()
    find_candidates(HOME, "<a " * 500_000)
    find_candidates(HOME, "<a '" + "x" * 2_000_000)
    find_candidates(HOME, '<a "' * 50_000)
    find_candidates(HOME, "<a " + "b=c " * 500_000 + ">")
    find_candidates(HOME, "<a " + "a-" * 1_000_000 + ">")
    assert time.process_time() - started < 5
