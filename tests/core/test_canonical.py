import pytest

from newsbeam.transforms.core.canonical import canonical_of, is_same_page

ARTICLE = "https://www.daily.example/news/council-votes-on-bridge-10441"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("/news/council-votes-on-bridge-10441", ARTICLE),
        ("https://m.daily.example/bridge", "https://m.daily.example/bridge"),
        ("https://www.daily.example/", ARTICLE),  # the home page
        ("https://www.daily.example/news/", ARTICLE),  # the section
        ("https://other.example/news/council-votes", ARTICLE),  # another site's page
        ("ftp://daily.example/x", ARTICLE),
        ("", ARTICLE),
        (None, ARTICLE),
    ],
)
def test_claims_of_the_page_count_when_plausible(claim, expected):
    assert canonical_of(ARTICLE + "?utm_medium=feed", claim) == expected


def test_the_scheme_that_a_claim_has_is_kept():
    claim = "http://www.daily.example/news/bridge-shut"
    assert canonical_of(ARTICLE, claim) == claim


def test_a_script_without_its_query_is_no_article():
    page = "https://daily.example/story.php?id=7"
    assert canonical_of(page, "/story.php") == page
    assert canonical_of(page, "/story.php?id=7&lang=en") == page + "&lang=en"


def test_pages_below_an_article_belong_to_it():
    assert canonical_of(ARTICLE + "/amp", ARTICLE) == ARTICLE
    assert canonical_of(ARTICLE + "/page-2-of-3", ARTICLE) == ARTICLE


def test_an_amp_cache_may_name_the_publisher():
    cached = "https://daily-example.cdn.ampproject.org/c/s/daily.example/a"
    assert canonical_of(cached, ARTICLE) == ARTICLE


def test_the_second_claim_serves_when_the_first_does_not():
    assert canonical_of(ARTICLE, "https://www.daily.example/", ARTICLE + "?p=2") == ARTICLE + "?p=2"


def test_without_own_url_a_claim_must_be_whole():
    assert canonical_of(None, "/relative") is None
    assert canonical_of(None, ARTICLE) == ARTICLE
    assert canonical_of(None, "https://daily.example/") is None
    assert canonical_of(None, None) is None


@pytest.mark.parametrize(
    "claim",
    [
        *("undefined", "null", "https://www.daily.example/news/undefined", "/2026/null.html"),
        *("{{ url }}", "https://www.daily.example/{{page.url}}", "%%URL%%", "<%= link %>"),
        *("[object Object]", "https://www.daily.example/[object Object]", "${canonical}", "%URL%"),
        *("#", "javascript:void(0)", "about:blank", "function(){return 1}"),
        *(
            "/index.php",
            "/index.html",
            "/en",
            "/de/",
            "/pt-br/index.html",
            "/en_GB",
            "/news/index.php",
        ),
        *(
            "/404",
            "/error/404.html",
            "/en/search?q=the-old-bridge",
            "/search",
            "/amp/",
            "/author/x",
        ),
        *("/tags/bridges", "/news/"),
    ],
)
def test_what_every_page_of_a_site_could_claim_is_no_address_of_an_article(claim):
    assert canonical_of(ARTICLE, claim) == ARTICLE


@pytest.mark.parametrize(
    "claim",
    [
        "www.daily.example/news/bridge-shut",
        "daily.example/news/bridge-shut",
        "//www.daily.example/news/bridge-shut",
        "https//www.daily.example/news/bridge-shut",
        "https:/www.daily.example/news/bridge-shut",
        "https:///www.daily.example/news/bridge-shut",
        "/www.daily.example/news/bridge-shut",
        "https://https://www.daily.example/news/bridge-shut",
        "http:https://www.daily.example/news/bridge-shut",
        '"https://www.daily.example/news/bridge-shut"',
        "“https://www.daily.example/news/bridge-shut”",
    ],
)
def test_an_address_without_its_scheme_is_no_path(claim):
    found = canonical_of(ARTICLE, claim)
    assert found.replace("www.", "") == "https://daily.example/news/bridge-shut"


def test_a_path_that_looks_like_another_host_stays_a_path():
    assert canonical_of(ARTICLE, "story.html") == "https://www.daily.example/news/story.html"
    assert canonical_of(ARTICLE, "/a.b/c") == "https://www.daily.example/a.b/c"


def test_a_relative_claim_is_relative_to_the_base_of_the_page():
    assert canonical_of(ARTICLE, "story-of-day", base="/2026/") == (
        "https://www.daily.example/2026/story-of-day"
    )
    assert canonical_of(ARTICLE, "/story-of-day", base="https://www.daily.example/x/") == (
        "https://www.daily.example/story-of-day"
    )


@pytest.mark.parametrize(
    "claim",
    [
        "https://www.daily.example/pictures?set[]=1&set[]=2",
        "https://www.daily.example/2026/11/bridge",
        "https://www.daily.example/brücke-gesperrt",
        "https://www.daily.example/100%25-sure",
        "https://www.daily.example/news/bridge",
        "https://www.daily.example/en/bridge",
        "https://www.daily.example/author/x/the-bridge-is-shut",
        "https://www.daily.example/story-of-the-bridge/index.html",
    ],
)
def test_odd_addresses_of_articles_count(claim):
    assert canonical_of("https://www.daily.example/a-page-of-ours", claim) != (
        "https://www.daily.example/a-page-of-ours"
    )


PAGE = "https://daily.example/2026/11/bridge-is-shut"


@pytest.mark.parametrize(
    "own",
    [
        "http://daily.example/2026/11/bridge-is-shut",
        "https://www.daily.example/2026/11/bridge-is-shut/",
        "https://m.daily.example/2026/11/bridge-is-shut",
        "https://amp.daily.example/2026/11/bridge-is-shut",
        "https://daily.example/amp/2026/11/bridge-is-shut",
        "https://daily.example/2026/11/bridge-is-shut/amp",
        "https://daily.example/2026/11/bridge-is-shut.amp.html",
        "https://daily.example/2026/11/bridge-is-shut.html",
        "https://daily.example/2026/11/bridge-is-shut?ref=rss&x=1",
        "https://daily.example/2026/11/bridge-is-shut?outputType=amp",
        "https://daily.example/print/bridge-is-shut",
    ],
)
def test_twins_are_one_page(own):
    assert is_same_page(PAGE, own)


@pytest.mark.parametrize(
    ("claim", "own"),
    [
        (PAGE, "https://daily.example/2026/11/court-hears-residents"),
        ("https://daily.example/2026/11", PAGE),
        ("https://daily.example/bridge", PAGE),
        ("https://daily.example/story.php", "https://daily.example/story.php?id=7"),
        ("https://daily.example/story.php?id=7", "https://daily.example/story.php?id=8"),
        ("https://daily.example/20261103", "https://daily.example/20261103/a"),
        (PAGE, "https://weekly.example/2026/11/bridge-is-shut"),
    ],
)
def test_other_pages_are_not(claim, own):
    assert not is_same_page(claim, own)


def test_a_number_or_a_slug_that_both_have_is_one_page():
    claim = "https://daily.example/news/uk-12345678"
    assert is_same_page(claim, "https://daily.example/x/12345678.amp")
    assert is_same_page(claim, "https://daily.example/go?id=12345678")
    assert is_same_page("https://daily.example/s.php?id=7", "https://daily.example/s.php?id=7&p=2")
