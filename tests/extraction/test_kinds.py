import json

import pytest

from newsbeam.transforms.core.errors import NewsbeamError
from newsbeam.transforms.core.records import PAGE_KINDS
from newsbeam.transforms.extraction.kind_model import MODEL, load_model
from newsbeam.transforms.extraction.kinds import judge_kind, redirect_target
from newsbeam.transforms.pages.structured import find_article
from newsbeam.transforms.pages.walk import read_outline

LIVE = """{"@type": "LiveBlogPosting", "headline": "Storm", "coverageStartTime": "2026-03-01",
"liveBlogUpdate": [{"@type": "BlogPosting", "articleBody": "It rains."}]}"""

ENGLISH = (
    "The council of the town voted on Monday to close the old bridge for nine months of repairs."
)
GERMAN = (
    "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke für neun Monate zu schließen."
)
TURKISH = (
    "Belediye meclisi pazartesi günü eski köprünün dokuz ay boyunca kapatılmasına karar verdi."
)
ARABIC = "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة تسعة أشهر لإجراء أعمال الصيانة."
HINDI = "नगर परिषद ने सोमवार को पुराने पुल को मरम्मत के लिए नौ महीने तक बंद रखने का फैसला किया।"
JAPANESE = (
    "市議会は月曜日、古い橋を九か月間閉鎖して修理することを決めた。市民からは不安の声も出ている。"
)
RUSSIAN = "Городской совет в понедельник решил закрыть старый мост на девять месяцев для ремонта."
MENU = (
    "<nav><ul>"
    + "".join(f"<li><a href='/s{n}'>Part {n}</a></li>" for n in range(12))
    + "</ul></nav>"
)
FOOTER = "<footer><a href='/imprint'>Imprint</a> <a href='/privacy'>Privacy</a></footer>"


def judge(url="https://daily.example/news/storm", title="Storm", json_ld="", head="", body=""):
    script = f"<script type='application/ld+json'>{json_ld}</script>" if json_ld else ""
    page = f"<html><head><title>{title}</title>{head}{script}</head><body>{body}</body></html>"
    outline = read_outline(page)
    article = find_article(outline.json_ld, url)
    return judge_kind(outline, article=article, url=url, title=title)


def times(count):
    return "".join(f"<time datetime='2026-03-01T09:{n:02}'>9.{n:02}</time>" for n in range(count))


def story(*sentences, tag="p", headline="Old bridge closes for nine months"):
    paragraphs = "".join(f"<{tag}>{sentence}</{tag}>" for sentence in sentences)
    return f"<article><h1>{headline}</h1>{paragraphs}</article>"


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
    kind = judge(**page)
    assert (kind.value, kind.is_article) == ("live_blog", True)


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
def test_what_only_sounds_like_a_live_blog_or_a_gallery(page):
    page["body"] = story(ENGLISH, ENGLISH, ENGLISH) + page.get("body", "")
    assert judge(**page).value == "article"


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
    kind = judge(**page)
    assert (kind.value, kind.is_article) == ("gallery", True)


@pytest.mark.parametrize(
    "page",
    [
        {"json_ld": '{"@type": "VideoObject", "name": "Storm"}'},
        {"head": "<meta property='og:type' content='video.other'>"},
    ],
)
def test_videos(page):
    kind = judge(body=story(ENGLISH), **page)
    assert (kind.value, kind.is_article) == ("video", True)


@pytest.mark.parametrize(
    "text", [ENGLISH, GERMAN, TURKISH, ARABIC, HINDI, JAPANESE, RUSSIAN], ids=lambda text: text[:8]
)
@pytest.mark.parametrize("count", [1, 2, 6, 30])
@pytest.mark.parametrize("tag", ["p", "div", "section"])
@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://daily.example/a/5",
        "https://daily.example/2026/03/01/old-bridge-closes-for-months",
    ],
)
def test_articles_of_any_length_and_language(text, count, tag, framed, url):
    body = story(*[f"{text} {number}" for number in range(count)], tag=tag, headline=text[:40])
    assert judge(url=url, title=text[:40], body=MENU + body + FOOTER if framed else body).is_article


INTERVIEW = "".join(
    f"<p><b>What happens in year {n}, mayor?</b></p><p>{ENGLISH}</p>" for n in range(9)
)
TEN_THINGS = "".join(
    f"<h2>{n}. A house by the river</h2><figure><img src='{n}.jpg'></figure><p>{ENGLISH}</p>"
    for n in range(10)
)
RECIPE = (
    "<p>My grandmother made this soup on every first day of winter, and so do I with my own.</p>"
    "<ul><li>1 onion</li><li>2 carrots</li><li>300 g of lentils</li><li>1 l of water</li></ul>"
    "<ol><li>Cut the onion and the carrots into small pieces and fry them in a little oil.</li>"
    "<li>Add the lentils and the water, and let it all simmer for forty minutes.</li></ol>"
)
PRESS = f"<p>Musterstadt, 1 March 2026</p><p>{ENGLISH}</p><p>{ENGLISH}</p><p>press@town.example</p>"
OPINION = (
    f"<p>By Ada Muster</p><p>I was wrong about the bridge. {ENGLISH}</p><p>{ENGLISH} But why?</p>"
)
RESULTS = (
    f"<p>{ENGLISH}</p><table>"
    + "".join(f"<tr><td>Ward {n}</td><td>{n * 731}</td><td>{n}.3 %</td></tr>" for n in range(1, 12))
    + "</table>"
)


@pytest.mark.parametrize("body", [INTERVIEW, TEN_THINGS, RECIPE, PRESS, OPINION, RESULTS])
@pytest.mark.parametrize("framed", [False, True])
def test_articles_of_other_forms(body, framed):
    page = story() + body
    assert judge(
        url="https://daily.example/town/old-bridge-closes-for-nine-months",
        title="Old bridge closes for nine months",
        body=MENU + page + FOOTER if framed else page,
    ).is_article


def cards(count, price=""):
    return "".join(
        f"<div class='card product-item'><a href='/shop/p{n}'><img src='{n}.jpg'>"
        f"<h3>Sturdy thing number {n}</h3></a><span class='price'>{price}</span>"
        f"<button class='btn add-to-cart'>+</button></div>"
        for n in range(count)
    )


def test_a_category_of_a_shop_is_a_listing():
    body = f"{MENU}<h1>Things</h1><div class='grid'>{cards(40, '€ 19,90')}</div>{FOOTER}"
    kind = judge(url="https://shop.example/collections/things", title="Things", body=body)
    assert (kind.value, kind.is_article) == ("listing", False)
    assert kind.score < 0


def test_a_page_of_teasers_is_a_listing():
    teasers = "".join(
        f"<div class='teaser card'><h3><a href='/news/story-{n}'>Council talks, part {n}</a></h3>"
        f"<time datetime='2026-03-{n + 1:02}'>{n + 1}.3.2026</time></div>"
        for n in range(28)
    )
    body = f"{MENU}<h1>News</h1><div class='grid'>{teasers}</div>{FOOTER}"
    kind = judge(url="https://town.example/news/", title="News", body=body)
    assert (kind.value, kind.is_article) == ("listing", False)


def test_a_thing_for_sale_is_a_product():
    body = (
        f"{MENU}<h1>Sturdy thing</h1><div class='product-price'>€ 19,90</div>"
        "<form action='/cart/add'><input name='quantity'><button class='btn add-to-cart'>+</button>"
        f"</form><div class='product-description'>{ENGLISH}</div>{cards(8, '€ 9,90')}{FOOTER}"
    )
    product = (
        '{"@type": "Product", "name": "Thing", "offers": {"@type": "Offer", "price": "19.90"}}'
    )
    kind = judge(
        url="https://shop.example/products/sturdy-thing",
        title="Sturdy thing",
        json_ld=product,
        head="<meta property='og:type' content='product'>",
        body=body,
    )
    assert (kind.value, kind.is_article) == ("product", False)


def test_a_verdict_is_one_of_the_known_kinds():
    assert set(load_model().kinds) - {"collection"} <= set(PAGE_KINDS)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda stored: stored.update(version=99), "version 99"),
        (lambda stored: stored["model"]["thresholds"].append(1), "checksum"),
        (lambda stored: stored.pop("model"), "model"),
    ],
)
def test_a_model_that_cannot_be_used_is_named_with_the_remedy(tmp_path, change, cause):
    stored = json.loads(MODEL.read_bytes())
    change(stored)
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(stored))
    with pytest.raises(NewsbeamError, match=cause) as raised:
        load_model(path)
    assert str(path) in str(raised.value)
    assert "Install newsbeam anew" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"{", MODEL.read_bytes()[:5000], b"[]", b"\xff\xfe"])
def test_a_model_cut_short(tmp_path, content):
    path = tmp_path / "kinds.json"
    path.write_bytes(content)
    with pytest.raises(NewsbeamError, match="cannot be used"):
        load_model(path)
    with pytest.raises(NewsbeamError, match="cannot be used"):
        load_model(tmp_path / "none.json")


def refresh(content, text="Please go on to the new address of this page."):
    head = f'<meta http-equiv="Refresh" content="{content}">'
    outline = read_outline(f"<html><head>{head}</head><body><p>{text}</p></body></html>")
    return redirect_target(outline, "https://daily.example/old/storm")


@pytest.mark.parametrize(
    "content",
    [
        "0; url=/new/storm",
        "5;URL='/new/storm'",
        "0, /new/storm",
        "1.5; url = /new/storm",
        "0 url=/new/storm",
    ],
)
def test_a_page_that_sends_readers_on(content):
    assert refresh(content) == "https://daily.example/new/storm"


@pytest.mark.parametrize(
    "content", ["300", "0", "300; url=/new/storm", "0; url=/old/storm", "", "soon", "0; url="]
)
def test_a_page_that_only_reloads(content):
    assert refresh(content) is None


def test_a_page_with_a_text_is_read_before_it_sends_on():
    assert refresh("5; url=/home", " ".join([ENGLISH] * 20)) is None
