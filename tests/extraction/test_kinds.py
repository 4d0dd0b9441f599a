import pytest
from lxml import html

from transforms.extraction.kinds import find_kinds
from transforms.extraction.markup import read_markup
from transforms.extraction.structured import find_article

LIVE = """{"@type": "LiveBlogPosting", "headline": "Storm", "coverageStartTime": "2026-03-01",
"liveBlogUpdate": [{"@type": "BlogPosting", "articleBody": "It rains."}]}"""


def kinds(url="https://daily.example/news/storm", title="Storm", json_ld="", head="", body=""):
    script = f"<script type='application/ld+json'>{json_ld}</script>" if json_ld else ""
    tree = html.document_fromstring(f"<html><head>{head}{script}</head><body>{body}</body></html>")
    markup = read_markup(tree)
    return find_kinds(tree, markup, find_article(markup.json_ld, url), url=url, title=title)


def times(count):
    return "".join(f"<time datetime='2026-03-01T09:{n:02}'>9.{n:02}</time>" for n in range(count))


@pytest.mark.parametrize(
    "page",
    [
        {"json_ld": LIVE},
        {"json_ld": f'[{{"@type": "NewsArticle", "headline": "Storm"}}, {LIVE}]'},
        {"title": "Live-Ticker: Sturm über Musterstadt"},
        {"title": "Newsblog zum Sturm: +++ Brücke gesperrt +++"},
        {"url": "https://daily.example/liveblog/storm"},
        {"title": "Tormenta en Villa, minuto a minuto"},
        {"title": "EN DIRECT. Tempête : le pont fermé", "body": times(8)},
        {"title": "Tempesta in diretta: chiuso il ponte", "body": times(8)},
        {"title": "ライブ：台風で橋が閉鎖", "body": times(8)},
    ],
)
def test_live_blogs(page):
    assert kinds(**page) == ("live_blog",)


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"body": times(20)},
        {"title": "The band will play live", "body": times(2)},
        {"title": "A life by the river", "body": times(20)},
        {"json_ld": '{"@type": "NewsArticle", "headline": "Storm", "mentions": "LiveBlogPosting"}'},
        {"title": "New art gallery opens"},
        {"title": "New art gallery opens", "body": "<figure></figure>"},
        {"json_ld": '{"@type": "NewsArticle", "headline": "S", "video": {"@type": "VideoObject"}}'},
    ],
)
def test_common_articles(page):
    assert kinds(**page) == ()


@pytest.mark.parametrize(
    "page",
    [
        {"json_ld": '{"@type": "ImageGallery", "name": "Storm"}'},
        {"url": "https://daily.example/bildergalerie/sturm", "body": "<figure></figure>" * 6},
        {"title": "Storm in pictures: the bridge", "body": "<picture></picture>" * 6},
        {"url": "https://daily.example/fotogalerias/tormenta", "body": "<figure></figure>" * 6},
    ],
)
def test_galleries(page):
    assert kinds(**page) == ("gallery",)


def test_videos():
    assert kinds(json_ld='{"@type": "VideoObject", "name": "Storm"}') == ("video",)
    assert kinds(head="<meta property='og:type' content='video.other'>") == ("video",)
