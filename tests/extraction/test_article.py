import gzip
import json
import pickle
import random
import subprocess
import sys
from dataclasses import is_dataclass, replace

import pytest

from newsbeam.transforms.core.identity import article_id, content_hash
from newsbeam.transforms.core.records import Article, Cleaning, DateClaim, Reject
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions

URL = "https://www.daily.example/news/council-votes-on-bridge-10441"
SENTENCE = "The council of Anytown voted on the new bridge over the river on Tuesday night. "
HEAD = """
<title>Council votes on bridge | The Daily</title>
<meta property="og:site_name" content="The Daily">
<meta property="og:title" content="Council votes on bridge">
<meta property="og:description" content="After ten years of debate the town gets its bridge.">
<meta property="og:image" content="/img/bridge.jpg">
<meta property="article:section" content="Local">
<meta name="keywords" content="bridge, council,Bridge,98be933f-38cf-4fba-b6c6-ad438e82010a,204881">
<meta name="robots" content="index, noai">
<link rel="canonical" href="/news/council-votes-on-bridge-10441">
<script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Council votes on bridge",
 "datePublished": "2026-03-01T10:00:00+01:00",
 "dateModified": "2026-03-01T12:00:00+01:00", "isAccessibleForFree": "True",
 "author": [{"@type": "Person", "name": "By Jane Doe"}], "publisher": {"name": "The Daily"}}
</script>"""
BODY = f"""
<header><h1>Council votes on bridge</h1><p class="byline">By Jane Doe</p></header>
<p>First. {SENTENCE * 3}</p><p>Second. {SENTENCE * 3}</p><p>Third. {SENTENCE * 3}</p>"""
PAGE = f"<html lang='en'><head>{HEAD}</head><body><article>{BODY}</article></body></html>"


@pytest.fixture(scope="module")
def extract(make_page, options):
    def run(body, **known):
        return extract_article(make_page(body, **known), options)

    return run


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<base href="/2026/"><link rel="canonical" href="story-of-the-day">',
            "/2026/story-of-the-day",
        ),
        ('<meta property="og:url" content="daily.example/a-page-of-ours">', None),
        ('<link rel="canonical" href="/one-bridge-shut"><link rel="canonical" href="/two">', ""),
        (
            '<link rel="canonical" href="/one-bridge-shut"><link rel="canonical" href="/two">'
            '<meta property="og:url" content="/one-bridge-shut">',
            "/one-bridge-shut",
        ),
        ('<link rel="canonical" href="undefined">', ""),
        (  # the front page contradicts nothing
            '<link rel="canonical" href="/"><link rel="canonical" href="/one-bridge-shut">',
            "/one-bridge-shut",
        ),
        (
            '<link rel="canonical" href="/two?utm_source=x">'
            '<link rel="canonical" href="https://www.daily.example/two">',
            "/two",
        ),
    ],
)
def test_what_a_page_claims_to_be(extract, head, expected):
    body = f"{BODY}<div><link rel='canonical' href='/a-card-of-another-story'></div>"
    row = extract(f"<html><head>{head}</head><body><article>{body}</article></body></html>")
    if expected is None:
        assert row.canonical_url == "https://daily.example/a-page-of-ours"
    else:
        assert row.canonical_url == (f"https://www.daily.example{expected}" if expected else URL)


def test_a_page_becomes_a_row(extract):
    row = extract(PAGE, url=URL + "?utm_source=x")
    assert isinstance(row, Article)
    assert row.title == "Council votes on bridge"
    assert row.authors == ("Jane Doe",)
    assert row.publisher == "The Daily"
    assert row.canonical_url == URL
    assert row.url == row.requested_url == URL + "?utm_source=x"
    assert (row.domain, row.host) == ("daily.example", "www.daily.example")
    assert row.article_id == row.cluster_id == article_id(URL, "")
    assert row.content_hash == content_hash(row.text)
    assert row.published_at.isoformat() == "2026-03-01T09:00:00+00:00"
    assert (row.published_source, row.published_precision) == ("jsonld", "second")
    assert row.modified_at.isoformat() == "2026-03-01T11:00:00+00:00"
    assert row.summary == "After ten years of debate the town gets its bridge."
    assert (row.section, row.tags) == ("Local", ("bridge", "council"))
    assert row.image_url == "https://www.daily.example/img/bridge.jpg"
    assert (row.free_access, row.ai_training_opt_out) == (True, True)
    assert (row.language, row.completeness, row.extractor) == ("en", "full", "blocks")
    assert (row.charset, row.charset_source, row.http_status) == ("utf-8", "utf-8", 200)
    paragraphs = row.text.split("\n\n")
    assert [p.split(".")[0] for p in paragraphs] == ["First", "Second", "Third"]
    assert row.word_count > 100


def test_what_the_feed_knows_fills_what_the_page_lacks(extract):
    bare = f"<html><body><article>{BODY.replace('By Jane Doe', '')}</article></body></html>"
    fed = DateClaim(at=extract(PAGE).published_at, source="feed")
    row = extract(
        bare,
        publisher="Fed",
        authors=("John Roe",),
        section="Town",
        tags=("x",),
        summary="S",
        published=fed,
    )
    assert (row.publisher, row.authors, row.section, row.tags, row.summary) == (
        "Fed",
        ("John Roe",),
        "Town",
        ("x",),
        "S",
    )
    assert (row.published_at, row.published_source) == (fed.at, "feed")
    assert row.title == "Council votes on bridge"


def test_without_a_url_the_text_is_the_identity(extract):
    row = extract(PAGE.replace('href="/news', 'href="news'), url=None)
    assert row.canonical_url is None
    assert row.article_id == row.content_hash


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no_article"),
        ("<html><body><nav><a>Home</a></nav></body></html>", "no_article"),
        (
            "<html><body><div id='root'></div><script>render()</script></body></html>",
            "script_shell",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_text"),
        ("<html><body><article><p>Too short a text.</p></article></body></html>", "too_short"),
    ],
)
def test_rejects_say_why(extract, body, reason):
    reject = extract(body)
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.stage, reject.url) == (reason, "extract", URL)
    assert reject.detail.endswith(".") or reject.detail.endswith(").")


def test_cjk_counts_double(extract):
    text = "町議会は新しい橋の建設を承認した。"
    assert isinstance(extract(text, media="text"), Article)


# Acceptance 15: nested elements and a huge text node.
def test_deeply_nested_text_is_kept(extract):
    page = (
        "<html><body>"
        + "<div>" * 300
        + f"<p>{SENTENCE * 5}</p>"
        + "</div>" * 300
        + "</body></html>"
    )
    row = extract(page)
    assert row.text.count(SENTENCE.strip()) == 5
    assert row.completeness == "full"


def test_text_on_every_level_of_a_deep_page_is_kept(extract):
    levels = "".join(f"<div><p>Level {n}. {SENTENCE * 2}</p>" for n in range(300))
    row = extract(f"<html><body><article>{levels}{'</div>' * 300}</article></body></html>")
    assert [n for n in range(300) if f"Level {n}." not in row.text] == []


def test_text_is_read_however_deep_it_stands(extract):
    page = (
        f"<html><body><p>{SENTENCE * 5}</p>"
        + "<div>" * 5000
        + f"<p>Deep below. {SENTENCE * 5}</p>"
        + "</div>" * 5000
        + "</body></html>"
    )
    row = extract(page)
    assert "Deep below." in row.text
    assert row.completeness == "full"


def strings_in(value):
    """Yield all strings of a row, those of the records within it too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings_in(each)
    elif is_dataclass(value):
        for name in value.__dataclass_fields__:
            yield from strings_in(getattr(value, name))


# Acceptance 18: lone surrogates, NUL and invalid UTF-8.
@pytest.mark.parametrize(
    ("bad", "flag"),
    [
        (b"\x00", "characters_replaced"),
        (b"\xed\xa0\x80", "replacement_characters"),
        (b"&#0;", "characters_replaced"),
        (b"&#xD800;", "replacement_characters"),
        (b"\x1b[31m", "characters_replaced"),
        (b"\xff\xfe", None),
        (b"\x85", None),
    ],
)
def test_characters_that_no_text_has_do_not_stop_a_row(extract, bad, flag):
    page = PAGE.encode().replace(b"Council votes", b"Council" + bad + b" votes")
    row = extract(page.replace(b"First.", b"First" + bad + b"."))
    assert isinstance(row, Article)
    strings = [*strings_in(row)]
    for text in strings:
        text.encode("utf-8")
        assert not set(text) & {"\x00", "\x1b"}
    assert row.title in strings
    assert row.title.startswith("Council")
    assert all(f"{nth}. The council" in row.text for nth in ("Second", "Third"))
    assert flag is None or flag in row.quality_flags


def test_strings_of_the_source_are_safe_too(extract):
    row = extract(
        PAGE, source_ref="a\ud800\x00b", source_id="\udfff", title="\ud800", publisher="P\x00"
    )
    pickle.dumps(row)
    assert (row.source_ref, row.source_id) == ("a\ufffd\ufffdb", "\ufffd")
    assert row.publisher.strip("\ufffd ") == "P"


# Acceptance 22: a wrong charset header.
def test_a_wrong_charset_header_is_overridden_and_recorded(extract):
    page = PAGE.replace("Anytown", "Großköln")
    row = extract(page, content_type="text/html; charset=windows-1251")
    assert "Großköln" in row.text
    assert (row.charset, row.charset_source) == ("utf-8", "utf-8")


@pytest.mark.parametrize(
    ("text", "title", "start"),
    [
        (
            "# Bridge opens\n\nThe **council** opened [the bridge](http://x) on Tuesday.",
            "Bridge opens",
            "The council opened the bridge",
        ),
        (
            "Bridge opens\n============\n\nThe council opened the bridge on Tuesday.",
            "Bridge opens",
            "The council",
        ),
        ("Bridge opens at last\n\n" + SENTENCE * 3, "Bridge opens at last", "The council"),
        (SENTENCE * 3, None, "The council"),
        ("The Daily - The council opened the bridge.\n\n" + SENTENCE * 3, None, "The Daily"),
        ("Bridge opens\n" + SENTENCE, None, "Bridge opens"),
    ],
)
def test_plain_text(extract, text, title, start):
    row = extract(text, media="text", url=None)
    assert (row.title, row.title_source) == (title, title and "text")
    assert row.text.startswith(start)
    assert row.published_at is None
    assert row.extractor == "text"


def test_the_feeds_title_is_that_of_a_text(extract):
    row = extract("Bridge opens\n\n" + SENTENCE * 3, media="text", title="Bridge opens")
    assert (row.title, row.title_source) == ("Bridge opens", "feed")
    assert not row.text.startswith("Bridge")


def test_options_and_rows_travel(options, extract):
    assert pickle.loads(pickle.dumps(options)) == options
    row = extract(PAGE)
    assert pickle.loads(pickle.dumps(row)) == row


def made_pages():
    """Return pages of several kinds that share paragraphs, so that a memory would show."""
    shared = "Every year since the flood of 1962, the town has asked for a bridge that is higher. "
    foreign = {
        "de": "Der Rat von Musterstadt hat am Dienstag über die neue Brücke abgestimmt. ",
        "fr": "Le conseil de la ville a voté mardi soir pour le nouveau pont sur la rivière. ",
        "ja": "町議会は火曜日の夜、川に架かる新しい橋の建設を承認した。",
    }
    for n in range(8):
        own = "".join(f"<p>{n}.{i} {SENTENCE * 2}</p>" for i in range(3))
        body = f"<article><h1>Bridge {n}</h1>{own}<p>{shared * 3}</p><p>{shared}</p></article>"
        head = HEAD.replace("bridge", f"bridge {n}")
        yield f"<html><head>{head}</head><body>{body}</body></html>"
    for language, sentence in foreign.items():
        own = f"<p>{sentence * 4}</p><p>{sentence * 5}</p><p>{shared * 3}</p>"
        yield f"<html lang='{language}'><body><article>{own}</article></body></html>"
    yield f"<html><body><article><p>{shared * 2}</p></article><div class='paywall'>Subscribe.</div>"
    yield "<html><body><nav><a>Home</a></nav></body></html>"
    yield "\x00".join(PAGE)


def test_made_rows_do_not_depend_on_what_was_extracted_before(make_page, options):
    pages = [make_page(body, url=f"{URL}-{n}") for n, body in enumerate(made_pages())]
    fresh = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE],
        input=pickle.dumps((pages, options)),
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    alone = pickle.loads(fresh.stdout)
    order = list(range(len(pages)))
    for seed in (None, 1, 2):
        if seed is not None:
            random.Random(seed).shuffle(order)
        assert {n: extract_article(pages[n], options) for n in order} == dict(enumerate(alone))


#: Each page in a process of its own, which has extracted nothing before.
ONE_BY_ONE = """
import os, pickle, sys
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions
pages, options = pickle.load(sys.stdin.buffer)
rows = []
for page in pages:
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.close(read)
        with open(write, "wb") as out:
            pickle.dump(extract_article(page, options), out)
        os._exit(0)
    os.close(write)
    with open(read, "rb") as answer:
        rows.append(pickle.load(answer))
    os.waitpid(child, 0)
sys.stdout.buffer.write(pickle.dumps(rows))
"""


def test_rows_do_not_depend_on_what_was_extracted_before(data_dir, make_page, options):
    pages = []
    for line in (data_dir / "pages" / "fundus" / "truth.jsonl").read_text().splitlines()[:24]:
        known = json.loads(line)
        body = gzip.decompress((data_dir / "pages" / "fundus" / known["file"]).read_bytes())
        pages.append(make_page(body, url=known["url"]))
    rows = [extract_article(page, options) for page in pages]
    order = list(range(len(pages)))
    random.Random(7).shuffle(order)
    assert {n: extract_article(pages[n], options) for n in order} == dict(enumerate(rows))


def test_what_cleaning_did_stands_in_the_row(extract):
    body = BODY.replace("<p>Second.", "<p>Read more: The old ferry</p><p>Second.")
    row = extract(PAGE.replace(BODY, body), url=URL)
    assert Cleaning(rule="boilerplate_read_more", count=1) in row.cleaning
    assert Cleaning(rule="removed_byline", count=1) in row.cleaning


def test_words_that_were_encoded_twice_are_mended(extract):
    once = PAGE.replace("Council votes", "Räte wählen’s").replace("Jane Doe", "Jané Doe")
    page = once.replace("First. The", "First.\u00a0The").replace("Second. ", "Second&nbsp;")
    twice = page.encode().decode("latin-1").replace("Second&", "SecondÂ&").encode()
    row = extract(twice)
    assert row.title == "Räte wählen’s on bridge"
    assert row.authors == ("Jané Doe",)
    assert row.text.startswith("First. The council")
    assert "Second The council" in row.text and "Â" not in row.text


def test_trafilaturas_text_is_taken_where_it_is_asked_for(make_page):
    settings = ExtractSettings(engine="trafilatura")
    options = ExtractOptions.of(settings, TextSettings(), QualitySettings(), "test")
    row = extract_article(make_page(PAGE, url=URL), options)
    assert (row.extractor, row.title) == ("trafilatura", "Council votes on bridge")
    assert [line.split(".")[0] for line in row.text.split("\n\n")][-2:] == ["Second", "Third"]
    assert row.removed == ()


LISTING = (
    "<html lang=en><head><title>Boats for sale | Anytown Boats</title></head><body><h1>Boats</h1>"
    + "".join(
        f"<div class=product-card><a href='/boats/{n}'><img src='/{n}.jpg'><h3>Dinghy {n}</h3></a>"
        f"<span class=price>$ {n}99.00</span><button class=add-to-cart>Add to cart</button></div>"
        for n in range(40)
    )
    + "</body></html>"
)


@pytest.mark.parametrize(
    ("source_kind", "other_pages", "is_written"),
    [
        ("warc", "by_source", False),
        ("sitemap", "by_source", False),
        ("url", "by_source", False),
        ("feed", "reject", False),
        ("feed", "by_source", True),
        ("warc", "write", True),
    ],
)
def test_what_is_no_article_is_written_for_feeds_or_on_demand(
    make_page, source_kind, other_pages, is_written
):
    settings = ExtractSettings(other_pages=other_pages, min_chars=0)
    options = ExtractOptions.of(settings, TextSettings(), QualitySettings(), "test")
    page = make_page(LISTING, url="https://boats.example/boats/")
    page = replace(page, entry=replace(page.entry, source_kind=source_kind))
    outcome = extract_article(page, options)
    if is_written:
        assert isinstance(outcome, Article) or outcome.reason == "no_article"
    else:
        assert (outcome.reason, outcome.stage) == ("not_an_article", "extract")
        assert "extract.other_pages" in outcome.detail


@pytest.mark.parametrize(
    ("delay", "target", "is_article"),
    [("0", "/moved", False), ("5", "https://boats.example/new", False), ("300", "", True)],
)
def test_a_page_that_only_leads_on_is_no_article(extract, delay, target, is_article):
    url = f"; url={target}" if target else ""
    head = f"<meta http-equiv=refresh content='{delay}{url}'>"
    text = (
        f"<p>{SENTENCE * 6}</p>" if is_article else "<p>If nothing happens, follow this link.</p>"
    )
    outcome = extract(f"<html><head>{head}</head><body><h1>Moved</h1>{text}</body></html>", url=URL)
    assert isinstance(outcome, Article) is is_article
    if not is_article:
        assert outcome.reason == "no_article"
        assert "sends its readers on" in outcome.detail
