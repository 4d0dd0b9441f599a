"""Days on a page that are not those of its article."""

import pytest
from page_dates import DAY, FAR, NOW, STORY, find, find_in, utc

from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.metadata.dates import find_dates
from newsbeam.transforms.metadata.headline import find_headline, near_headline
from newsbeam.transforms.metadata.shown_dates import dates_beside_headline
from newsbeam.transforms.pages.walk import read_outline


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("The last meeting took place on 5 February 2026 at the bridge", None),
        ("Der letzte Stammtisch fand am Do. 5. Februar 2026 statt", None),
        ("1 March 2026 was a bad day for the bridge, its keeper said.", None),
        ("On 1 March 2026, the bridge of the town was closed.", None),
        ("该法律于2026年3月1日通过并生效。", None),
        ("صدر القانون في 1 مارس 2026 ودخل حيز التنفيذ.", None),
        ("Von Jane Doe, 1. März 2026.", utc(2026, 3, 1)),
        ("5 min read | by Jane Doe | 1 March 2026", utc(2026, 3, 1)),
        ("Posted by jane doe in our village news on 1 March 2026", utc(2026, 3, 1)),
    ],
)
def test_a_day_in_a_sentence_is_part_of_the_story(line, day):
    published = find(body=f"<p>{line}</p>").published
    assert (published and published.at) == day


@pytest.mark.parametrize(
    "body",
    [
        "<p>1 March 2026 | Edited by Jane Doe</p>",
        "<p>Reviewed by Jane Doe, 1 March 2026</p>",
        "<p>Market Update | 1 March 2026</p>",
        "<a href=/m>Company Update</a> <time datetime=2026-03-01></time>",
        "<span>Edited by Jane Doe</span> <span>1 March 2026</span>",
        "<h2>Storm update from the coast</h2><span>1 March 2026</span>",
        "<h2>大谷が自己最多記録を更新</h2><span>2026年3月1日</span>",
        "<h2>北京推进城市更新行动</h2><span>2026-03-01</span>",
        "<span>김수정 기자</span> <span>2026.03.01 09:00</span>",
        "<p>김수정 기자 2026.03.01</p>",
        "<script>var updated = 1;</script><span>1 March 2026</span>",
    ],
)
def test_words_of_the_story_are_no_labels(body):
    dates = find(body=body)
    assert dates.published.at.date() == utc(2026, 3, 1).date()
    assert "last_change" not in dates.published.flags
    assert dates.modified is None


def test_the_day_of_the_story_before_in_a_list_is_not_taken():
    lists = "<a>Rain</a><time>1 March 2026</time><a>Wind</a><time>28 February 2026</time>"
    outline = read_outline(f"<body>{lists}<h1>Bridge</h1><time>2 February 2026</time></body>")
    near = near_headline(outline, find_headline(outline, "Bridge"))
    assert dates_beside_headline(outline, near, Locale("en")).published.at == utc(2026, 2, 2)


@pytest.mark.parametrize(
    "body",
    [
        "<figure><img><figcaption>The bridge, 1 May 2025. Photo: Jane Doe</figcaption></figure>",
        "<div class='wp-caption'><img><p class='wp-caption-text'>Anytown, 1 May 2025</p></div>",
        "<blockquote class='twitter-tweet'>Hello — Jane <a href=/t>May 1, 2025</a></blockquote>",
        "<blockquote><p>Hello</p><time datetime='2025-05-01T10:00Z'>1 May</time></blockquote>",
        "<section id=comments><p>Jane Doe</p><time datetime=2025-05-01>1 May 2025</time></section>",
        "<ol class='comment-list'><li>Jane Doe, 1 May 2025</li></ol>",
        "<div class='related-posts'><a href=/o>Old</a> <span class=date>1 May 2025</span></div>",
        "<div class='more-from'><time class=published datetime=2025-05-01></time> Old</div>",
        "<p>The law was passed on <time datetime=2025-05-01>1 May 2025</time> and is in force.</p>",
        "<p>It was <b>1 May 2025</b> when the bridge of Anytown was closed.</p>",
        "<div class='image-wrapper'><img><p>The bridge of Anytown, 1 May 2025</p></div>",
        "<table><caption>Visitors on 1 May 2025</caption><tr><td>Anytown</td></tr></table>",
        "<div class='fb-post'><p>Hello</p><time datetime='2025-05-01T10:00Z'></time></div>",
        "<div class='embed-card'><b>Hello</b><time datetime=2025-05-01>1 May 2025</time></div>",
    ],
)
def test_the_date_of_something_else_is_none_of_the_page(body):
    for page in (f"<p>{STORY}</p>{body}", body, FAR + body):
        assert find(body=page, lang="en").published is None


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><a href=/o>An older story about boats</a> <time datetime=2025-05-01>x</time></ul>",
        "<div><h4><a href=/o>An older story about boats</a></h4><p class=date>1 May 2025</p></div>",
        "<div><b class=date>1 May 2025</b><div><a href=/o>A story of the boats</a></div></div>",
    ],
)
def test_a_day_beside_the_headline_of_another_article_is_no_more_than_a_guess(body):
    published = find(body=f"{FAR}<div>{body}</div>").published
    assert published is None or published.flags == ("unlabelled",)
    assert find(body=f"<p>{STORY}</p><p>{STORY}</p>{body}").published in (None, published)


def test_a_release_that_a_sentence_tells_of_is_another_one():
    line = "In a press release of January 1, 2026 the council had promised to act. "
    assert find(body=f"<p>{line}{STORY}</p>").published is None


@pytest.mark.parametrize(
    "other",
    [
        "<div itemscope itemtype='https://schema.org/NewsArticle'><a href='/r'>An older story of "
        "boats</a><meta itemprop='datePublished' content='2009-04-11'></div>",
        "<nav><a href='/r'><time class='published' datetime='2009-04-11'>Old</time></a></nav>",
        "<div><time class='published' datetime='2009-04-11'></time> <a href='/r'>An older story "
        "of boats</a></div>",
    ],
)
def test_a_stamp_of_another_article_is_none_of_the_page(other):
    guess = find(body=FAR + other).published
    assert guess is None or guess.flags == ("unlabelled",)
    own = "<p>By Jane Doe · 22 February 2026</p>"
    assert find(body=own + FAR + other).published.at == utc(2026, 2, 22)
    marked = "<meta itemprop='datePublished' content='2026-02-22'>"
    assert find(body=FAR + f"<div>{marked}</div>").published.at == utc(2026, 2, 22)


@pytest.mark.parametrize(
    ("above", "inside"),
    [
        (
            "",
            "<article><time class='published' datetime='2009-04-11 18:06:36'>Old</time></article>",
        ),
        (
            "<div><time class='published' datetime='2009-04-11'>11 April 2009</time>"
            "<h3><a href='/r'>An older story about boats</a></h3></div>",
            "",
        ),
    ],
)
def test_an_article_inside_of_the_article_or_above_it_is_another_one(above, inside):
    body = (
        f"{above}<article><h1>Bridge closed</h1><p>By Jane Doe · <span>22 February 2026</span></p>"
        f"<p>It is.</p>{inside}</article>"
    )
    outline = read_outline(f"<body>{body}</body>")
    headline = find_headline(outline, "Bridge closed")
    entry = Entry(source_kind="url", source_ref="u", seen_at=NOW)
    near = near_headline(outline, headline)
    found = find_dates(
        outline,
        {},
        entry=entry,
        url=None,
        near=near,
        now=NOW,
        max_future_s=DAY,
        headline=headline,
    )
    assert found.published.at == utc(2026, 2, 22)


TODAY = "<div class='{}'>Wednesday, 4 March 2026</div>"


@pytest.mark.parametrize(
    "page",
    [
        f"{TODAY.format('')}<main><h1>Bridge</h1>{{}}</main>",
        f"{TODAY.format('')}<article><h1>Bridge</h1>{{}}</article>",
        f"<header>{TODAY.format('')}</header><div><h1>Bridge</h1>{{}}</div>",
        f"{TODAY.format('current-date')}<div><h1>Bridge</h1>{{}}</div>",
        f"<div id=top>{TODAY.format('date')}</div><div><h1>Bridge</h1>{{}}</div>",
        f"<div id=masthead>{TODAY.format('date')}</div><div><h1>Bridge</h1>{{}}</div>",
    ],
)
def test_what_day_it_is_stands_at_the_top_of_a_paper(page):
    assert find_in(page.format("<p>By Jane Doe</p><p>1 March 2026</p>")).at == utc(2026, 3, 1)
    assert find_in(page.format("<p>It is closed.</p>")) is None


@pytest.mark.parametrize(
    "page",
    [
        "<main><div>1 March 2026</div><article><h1>Bridge</h1><p>Shut.</p></article></main>",
        "<article><header><time>1 March 2026</time><h1>Bridge</h1></header><p>Shut.</p></article>",
        "<div><p class=topline>1 March 2026 News</p><h1>Bridge</h1></div>",
        "<div class='post-date'>1 March 2026</div><article><h1>Bridge</h1></article>",
        "<div class=masthead>Published 1 March 2026</div><main><h1>Bridge</h1></main>",
    ],
)
def test_a_day_above_the_headline_in_its_own_box_is_the_articles(page):
    assert find_in(page).at == utc(2026, 3, 1)


def test_a_page_without_headings_has_its_day_in_its_own_head():
    text = f"<p>{STORY}</p>"
    page = "<header><p>4 March 2026</p></header><article><header>{}</header>{}</article>"
    assert find_in(page.format("<time>1 March 2026</time>", text)).at == utc(2026, 3, 1)
    assert find_in(page.format("", text)) is None


@pytest.mark.parametrize(
    "line",
    [
        "Deadline: 1 March 2026",
        "When: 1 March 2026, 7 pm",
        "Wann: 1. März 2026, 19 Uhr",
        "Né le 1 mars 2026",
        "開催日：2026年3月1日",
        "27 February – 1 March 2026",
        "1–3 March 2026",
    ],
)
def test_the_day_of_what_is_told_of_is_none_of_the_article(line):
    assert find(body=f"<p>{line}</p>").published is None
    shown = f"<p>{line}</p><p>Published 2 March 2026</p>"
    assert find(body=shown).published.at == utc(2026, 3, 2)
