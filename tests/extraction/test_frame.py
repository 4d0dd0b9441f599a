import pytest
from lxml import html

from transforms.extraction.frame import drop_asides, drop_frame, drop_teasers

STORY = "The council of Anytown voted on the new bridge over the river on Tuesday night. " * 8
LINKS = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(6))


def left(body, drop=drop_frame):
    tree = html.document_fromstring(f"<body><main><p>{STORY}</p>{body}</main></body>")
    drop(tree)
    return " ".join(tree.text_content().replace(STORY, "", 1).split())


@pytest.mark.parametrize(
    "box",
    [
        f"<ul>{LINKS}</ul>",
        "<nav>Sport</nav>",
        "<footer>Imprint</footer>",
        "<aside><p>Weather: fine</p></aside>",
        "<div class='newsletter-form'>Sign up for our letter</div>",
        "<section class='c-article related-stories'><h3>Old bridge closed</h3></section>",
        "<div id='sidebar'>Most read</div>",
        "<div class='wp-author-box'>Jane Doe writes on bridges.</div>",
        "<div class='advertisement'>Buy it.</div>",
        "<div class='ad'>Buy it.</div>",
        "<div id='ad-slot-3'><p>Buy it.</p></div>",
        "<div class='article__werbung'>Kauf es.</div>",
        "<section class='ads'><div class='ad'>Buy it.</div></section>",
    ],
)
def test_what_stands_round_the_article_goes(box):
    assert left(box) == ""


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li>Steel</li><li>Stone</li><li>Wood</li><li>Glass</li></ul>",
        f"<div class='newsletter-archive'><p>{STORY}</p></div>",
        f"<aside><h1>Bridge</h1><p>{STORY}</p></aside>",
        "<div class='hentry tag-newsletter'>The council has voted.</div>",
        "<blockquote>It is a gift.</blockquote>",
        # what was not closed holds the rest of the page
        f"<label>Search<p>{STORY}</p>",
        f"<button>Menu<p>{STORY}</p>",
        "<div class='prelated'>The council has voted.</div>",
        "<div class='adapted headline'>The council has voted.</div>",
        "<div class='load-more'>The council has voted.</div>",
        f"<div class='ad'><p>{STORY}</p></div>",
        "<div class='ad'></div>and the words behind an advert",
    ],
)
def test_what_may_be_the_article_stays(part):
    assert left(part)


@pytest.mark.parametrize(
    ("block", "stays"),
    [
        ("<p><a href='/old'>The old bridge is to be torn down</a></p>", False),
        ("<p><b>Read also:</b> <a href='/old'>The old bridge is torn down</a></p>", False),
        ("<p><b>Lea también:</b> <a href='/old'>The old bridge is torn down</a></p>", False),
        (
            "<p>He said: <a href='/old'>the old bridge</a> is to be torn down in the spring.</p>",
            True,
        ),
        ("<li>10 May 2026: <a href='/old'>Report on the old bridge</a></li>", True),
        ("<p><a href='#note'>The old bridge is to be torn down</a></p>", True),
        ("<p><a href='/old'>More</a></p>", True),
    ],
)
def test_a_paragraph_that_only_leads_elsewhere_goes(block, stays):
    assert bool(left(block, drop_teasers)) is stays


@pytest.mark.parametrize(
    "aside",
    [
        "<figure><figcaption>The bridge in 1950 (Photo: Jane Doe)</figcaption></figure>",
        "<figcaption><p>The bridge in 1950</p></figcaption>",
        "<div class='article-image-caption'>The bridge in 1950</div>",
        "<p class='img_cptn'>The bridge in 1950</p>",
        "<span class='bildunterschrift'>Die Brücke 1950</span>",
        "<small class='pie-foto'>El puente en 1950</small>",
        "<a href='/x'><span class='visually-hidden'>(opens in a new window)</span></a>",
        "<span class='sr-only'>Link copied</span>",
    ],
)
def test_captions_and_what_no_reader_sees_go(aside):
    assert left(aside, drop_asides) == ""


@pytest.mark.parametrize(
    "part",
    [
        "<p class='captioned'>The council has voted.</p>",
        "<div class='image-text'>The council has voted.</div>",
        f"<div class='media-caption'><p>{STORY * 2}</p></div>",
        "<div class='hidden'>The council has voted.</div>",
    ],
)
def test_what_is_only_called_like_a_caption_stays(part):
    assert left(part, drop_asides)


def test_of_a_gallery_the_captions_are_the_text():
    slides = "".join(
        f"<figure class='slide'><figcaption class='slide-caption'>{n}. {STORY[:150]}</figcaption>"
        "</figure>"
        for n in range(12)
    )
    page = html.document_fromstring(f"<body><p>Twelve bridges.</p>{slides}</body>")
    drop_asides(page)
    assert len(page.findall(".//div")) == 24
    assert "11. The council" in page.text_content()
