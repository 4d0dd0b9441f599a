import time
from datetime import UTC, datetime, timedelta

import pytest

from transforms.core.records import DateClaim, Entry
from transforms.extraction.dates import find_dates
from transforms.extraction.headline import find_headline, near_headline
from transforms.extraction.shown_dates import dates_beside_headline
from transforms.extraction.walk import read_outline

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY = 86400.0


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def find(head="", body="", published=None, url=None, article=None, lang=""):
    attribute = f" lang={lang}" if lang else ""
    outline = read_outline(
        f"<html{attribute}><head>{head}</head><body><h1>Bridge</h1>{body}</body></html>"
    )
    headline = find_headline(outline, "Bridge")
    entry = Entry(source_kind="feed", source_ref="f", published=published, seen_at=NOW)
    return find_dates(
        outline,
        article or {},
        entry=entry,
        url=url,
        near=near_headline(outline, headline),
        headline=headline,
        now=NOW,
        max_future_s=DAY,
    )


def meta(value, name="article:published_time"):
    return f'<meta property="{name}" content="{value}">'


FED = DateClaim(at=utc(2026, 3, 1, 10, 0), source="feed")


def test_structured_data_come_first():
    dates = find(meta("2026-03-01T11:00:00Z"), article={"datePublished": "2026-03-01T10:00:00Z"})
    assert (dates.published.at, dates.published.source) == (utc(2026, 3, 1, 10), "jsonld")


def test_of_one_day_the_most_exact_claim_is_taken():
    dates = find(meta("2026-03-01T11:00:00Z"), article={"datePublished": "2026-03-01"})
    assert (dates.published.at, dates.published.source) == (utc(2026, 3, 1, 11), "meta")


def test_the_feed_wins_unless_the_page_disagrees_by_days():
    assert find(meta("2026-03-01T13:00:00Z"), published=FED).published == FED
    published = find(meta("2026-02-20T13:00:00Z"), published=FED).published
    assert (published.source, published.flags) == ("meta", ("conflicting",))


def test_readers_see_which_of_two_claims_holds():
    head = meta("2026-01-10T08:00:00Z", "date") + meta("2026-02-20T08:00:00Z")
    dates = find(head, "<p>10 January 2026</p>")
    assert dates.published.at == utc(2026, 1, 10, 8)
    assert dates.published.flags == ("conflicting",)


UTC_STAMP = meta("2026-03-02T02:25:40Z")


@pytest.mark.parametrize(
    ("head", "body", "minutes"),
    [
        (meta("2026-03-01T21:25:40-05:00"), "", -300),
        (meta("2026-03-02T07:55:40+0530"), "", 330),
        # another stamp of the same instant, or of some minutes later
        (UTC_STAMP, "<time datetime='2026-03-01T21:25-05:00'>Sunday</time>", -300),
        (UTC_STAMP + meta("2026-03-01T21:44:00-05:00", "article:modified_time"), "", -300),
        # the clock that readers see
        (UTC_STAMP, "<p>March 1, 2026 9:25 pm</p>", -300),
        (UTC_STAMP, "<p>9:25 PM EST, Sun March 1, 2026</p>", -300),
        (UTC_STAMP, "<span>2. März 2026</span> <span>03:25 Uhr</span>", 60),
        (UTC_STAMP, "<p>2 मार्च 2026, 07:55</p>", 330),
        (UTC_STAMP, "<p>2026年3月2日 11時25分</p>", 540),
        (UTC_STAMP, "<p>2026-03-02 11:25</p>", 540),
        (UTC_STAMP.replace("02:25", "12:25"), "<p>2026年3月2日 下午8:25</p>", 480),
        # UTC alone says nothing of where the outlet is
        (UTC_STAMP, "", None),
        (meta("2026-03-02T02:25:40+00:00"), "<p>2 March 2026, 02:25</p>", None),
        # another minute, another day, two clocks, the clock of a later change
        (UTC_STAMP, "<p>March 1, 2026 9:31 pm</p>", None),
        (UTC_STAMP, "<p>March 4, 2026 9:25 pm</p>", None),
        (UTC_STAMP, "<p>March 1, 2026 9:25 pm</p><p>March 1, 2026 8:25 pm</p>", None),
        (
            UTC_STAMP + meta("2026-03-02T04:25:40Z", "article:modified_time"),
            "<p>Updated March 1, 2026 11:25 pm</p>",
            None,
        ),
        # a day is the day where it was written, a time without a zone nobody knows
        (meta("2026-03-02T00:00:00+01:00"), "", None),
        (meta("2026-03-02T02:25:40"), "<p>March 1, 2026 9:25 pm</p>", None),
        (meta("2026-03-02T02:25:40+23:00"), "", None),
    ],
)
def test_the_distance_from_utc_is_kept_where_the_page_says_it(head, body, minutes):
    published = find(head, body).published
    assert (published and published.utc_offset) == minutes


def test_a_feed_in_utc_learns_the_zone_from_its_page():
    published = find(meta("2026-03-01T05:00:20-05:00"), published=FED).published
    assert (published.at, published.source, published.utc_offset) == (FED.at, "feed", -300)


def test_the_future_is_clamped_and_said_so():
    published = find(meta("2027-01-01T08:00:00Z")).published
    assert (published.at, published.flags) == (NOW, ("future_clamped",))
    assert find(meta("2027-01-01T08:00:00Z") + meta("2026-03-01", "date")).published.at == utc(
        2026, 3, 1
    )


def test_a_date_near_the_headline_serves_where_there_is_no_other():
    assert find(body="<p>4 March 2026, 9:30</p>").published.at == utc(2026, 3, 4, 9, 30)
    assert find(body="<time datetime='2026-03-04T09:30Z'></time>").published.at == utc(
        2026, 3, 4, 9, 30
    )


def test_a_stamp_beside_the_headline_keeps_its_zone():
    published = find(body="<time datetime='2026-03-01T21:30-05:00'>Sunday</time>").published
    assert (published.at, published.flags) == (utc(2026, 3, 2, 2, 30), ())
    assert published.utc_offset == -300


FAR = f"<p>{'The council of Anytown has voted on the bridge. ' * 60}</p>"


@pytest.mark.parametrize(
    "below",
    [
        "<div>Veröffentlicht am 1. März 2026</div>",
        "<p>Fecha: 1 de marzo de 2026</p>",
        "<p>ANYTOWN, 1 March 2026 – The council has voted.</p>",
        "<p>(1. März 2026) Der Rat hat abgestimmt.</p>",
        '<script>state = {"publishedAt":"2026-03-01T10:00"}</script>',
        '<script>state = "{\\"datePublished\\":\\"2026-03-01\\"}"</script>',
    ],
)
def test_a_labelled_date_far_from_the_headline_serves_as_the_last_but_one(below):
    assert find(body=FAR + below).published.at.date() == datetime(2026, 3, 1).date()


def test_scripts_that_know_of_many_days_know_none():
    body = '<script>[{"publishedAt":"2026-03-01"},{"publishedAt":"2026-03-02"}]</script>'
    assert find(body=FAR + body).published is None


def test_nothing_is_invented():
    dates = find(
        body="<p>The bridge of 1905 was closed in 2019.</p><footer>© 2025 The Daily</footer>"
    )
    assert dates.published is None
    assert dates.modified is None
    assert find(meta("0001-01-01T00:00:00Z")).published is None


def test_modified_is_kept_apart_and_never_before_published():
    later = find(
        meta("2026-03-01T10:00:00Z") + meta("2026-03-02T10:00:00Z", "article:modified_time")
    )
    assert later.published.at + timedelta(days=1) == later.modified.at
    earlier = find(
        meta("2026-03-01T10:00:00Z") + meta("2026-03-01T09:00:00Z", "article:modified_time")
    )
    assert earlier.modified is None


@pytest.mark.parametrize(
    "body",
    [
        "<p>Updated 3 March 2026</p>",
        "<span>Last updated on</span> <span>3 March 2026</span>",
        "<time datetime='2026-03-03'>Zuletzt aktualisiert: 3. März 2026</time>",
        "<label>Letzte Änderung:</label><div>03.03.2026</div>",
        "<p>Diese Seite wurde zuletzt am 3. März 2026 geändert.</p>",
        "<p>Mis à jour le 3 mars 2026</p>",
        "<p>3 Mart 2026 tarihinde güncellendi</p>",
        "<p>更新日：2026年3月3日</p>",
        "<p>2026.03.03 수정</p>",
        "<p>آخر تحديث: 2026/03/03</p>",
        f"{FAR}<p>Page last updated: 3 March 2026</p>",
    ],
)
def test_a_day_of_change_is_no_day_of_publication(body):
    beside = find(body="<p>1 March 2026</p>" + body)
    assert beside.published.at == utc(2026, 3, 1)
    alone = find(body=body)
    assert (alone.published.at, alone.modified.at) == (utc(2026, 3, 3), utc(2026, 3, 3))
    assert "last_change" in alone.published.flags


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("The last meeting took place on 5 February 2026 at the bridge", None),
        ("Der letzte Stammtisch fand am Do. 5. Februar 2026 statt", None),
        ("5 min read | by Jane Doe | 1 March 2026", utc(2026, 3, 1)),
        ("Posted by jane doe in our village news on 1 March 2026", utc(2026, 3, 1)),
    ],
)
def test_a_day_in_a_sentence_is_part_of_the_story(line, day):
    published = find(body=f"<p>{line}</p>").published
    assert (published and published.at) == day


def test_a_field_with_the_day_of_the_last_change_is_no_conflict():
    changed = "2026-03-03T08:00:00Z"
    head = meta("2026-02-01T08:00:00Z") + meta(changed, "date")
    dates = find(head + meta(changed, "article:modified_time"))
    assert (dates.published.at, dates.published.flags) == (utc(2026, 2, 1, 8), ())


FIRST, LAST = "2026-03-01", "2026-03-03"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Published 1 March 2026 | <b>Updated 3 March 2026</b></p>",
        "<p>Updated 3 March 2026 | Published 1 March 2026</p>",
        "<p>Actualizado: 3 de marzo de 2026 | Publicado: 1 de marzo de 2026</p>",
        "<p>更新日：2026年3月3日　公開日：2026年3月1日</p>",
        "<p>입력 2026.03.01 09:00 | 수정 2026.03.03 10:00</p>",
        f"<p><b>Updated:</b> {LAST} <b>Published:</b> {FIRST}</p>",
        f"<p><b>Veröffentlicht:</b> {FIRST} <b>Aktualisiert:</b> {LAST}</p>",
        f"<p>Updated <time datetime={LAST}>Tuesday</time> · Published <time datetime={FIRST}>",
        f"<i>Mis à jour le <time datetime={LAST}></time></i><i>Publié le <time datetime={FIRST}>",
        f"<time datetime={LAST}>3 March 2026 (updated)</time><time datetime={FIRST}></time>",
        f"<p>Updated {LAST}</p><p>{'And so it went. ' * 20}</p><p>Published {FIRST}</p>",
        f"<p>Updated {LAST}</p>{FAR}<p>Published: {FIRST}</p>",
        "<div class=date><i>Published 1 March 2026</i> <i>Updated 3 March 2026</i></div>",
    ],
)
def test_both_days_are_told_apart(body):
    dates = find(body=body)
    assert dates.published.at.date() == utc(2026, 3, 1).date()
    assert dates.modified.at.date() == utc(2026, 3, 3).date()
    assert "last_change" not in dates.published.flags


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


@pytest.mark.parametrize(
    "line",
    [
        "Date modified: 3 March 2026",
        "Data aktualizacji: 3 marca 2026",
        "Fecha de actualización: 3 de marzo de 2026",
        "Дата обновления: 3 марта 2026",
        "ΤΕΛΕΥΤΑΙΑ ΕΝΗΜΕΡΩΣΗ: 3 Μαρτίου 2026",
        "Datum laatste wijziging: 3 maart 2026",
    ],
)
def test_a_date_of_change_is_none_of_publication_wherever_it_stands(line):
    dates = find(body=f"{FAR}<p>{line}</p>")
    assert (dates.modified.at, dates.published.flags) == (utc(2026, 3, 3), ("last_change",))


@pytest.mark.parametrize(
    "body",
    [
        "<div class=related><a href=/o>Old</a><time datetime=2026-02-10></time></div>",
        "<figure><img><figcaption>Anytown, 10 February 2025</figcaption></figure>",
        "<div class=comment><time datetime=2026-02-10></time></div>",
        "<div class=event><span>When</span> <span>10 February 2026</span></div>",
        "<p>Released 10 January 2020 in cinemas</p>",
        "<table><tr><td>Born</td><td>10 January 1999</td></tr></table>",
        "<p>新闻发布会 2024-01-10 现场</p>",
        "<p>劇場公開 2024年1月10日</p>",
    ],
)
def test_other_days_near_the_headline_do_not_outweigh_a_stamp(body):
    stamp = meta("2026-02-20T08:00:00+01:00")
    assert find(stamp, body).published.at == utc(2026, 2, 20, 7)


def test_a_long_word_is_searched_for_a_dispatch_in_no_time():
    assert find(body=f"<p>{'a' * 100_000}</p>").published is None


def test_the_clock_of_a_change_is_that_of_the_place():
    body = "<p>Published March 1, 2026 9:25 pm</p><p>Updated March 1, 2026 11:40 pm</p>"
    dates = find(UTC_STAMP, body)
    assert (dates.published.utc_offset, dates.modified.at) == (-300, utc(2026, 3, 2, 4, 40))


def test_stamps_written_anew_give_way_to_an_earlier_day_right_at_the_headline():
    moved = meta("2026-02-20T08:00:00Z")
    published = find(moved, "<p class='date'>Tuesday, 10 February 2026</p>").published
    assert (published.at.date(), published.flags) == (utc(2026, 2, 10).date(), ("conflicting",))
    told = find(moved, "<p>The bridge of Anytown was closed on 10 February 2026.</p>").published
    assert told.at == utc(2026, 2, 20, 8)
    eastern = find(moved.replace("T08", "T03"), "<p>19 February 2026</p>").published
    assert eastern.at == utc(2026, 2, 20, 3)


def test_of_two_marked_days_the_one_of_a_change_is_not_that_of_publication():
    body = f"<time class=updated datetime={LAST}></time><time class=date datetime={FIRST}></time>"
    assert find(body=body).published.at == utc(2026, 3, 1)
    assert find(body=f"<time class=updated datetime={LAST}></time>").published.at == utc(2026, 3, 3)


def test_a_field_for_machines_that_may_be_two_days_gives_way_to_what_readers_see():
    published = find(meta("02/01/2026"), "<p>1 February 2026</p>").published
    assert (published.at, published.source) == (utc(2026, 2, 1), "time")


def test_a_stamp_without_a_zone_is_kept_as_it_is_written():
    zoned = meta("2026-03-01T10:00:00-05:00")
    dates = find(zoned + meta("2026-03-02T10:00:00", "article:modified_time"))
    assert dates.modified.at == utc(2026, 3, 2, 10)


def test_numbers_that_are_two_days_are_the_one_that_a_stamp_says():
    # In a page without a language "02/01/2026" is the second of January.
    published = find(meta("2026-02-01T08:00:00Z"), "<p class='date'>02/01/2026</p>").published
    assert (published.at, published.flags) == (utc(2026, 2, 1, 8), ())


def test_the_day_of_the_story_before_in_a_list_is_not_taken():
    lists = "<a>Rain</a><time>1 March 2026</time><a>Wind</a><time>28 February 2026</time>"
    outline = read_outline(f"<body>{lists}<h1>Bridge</h1><time>2 February 2026</time></body>")
    near = near_headline(outline, find_headline(outline, "Bridge"))
    assert dates_beside_headline(outline, near, "en").published.at == utc(2026, 2, 2)


def test_a_box_of_day_month_and_year_is_a_date():
    box = "<div class='date'><b>Mar</b><b>02</b><b>2026</b></div>"
    assert find(body=box).published.at == utc(2026, 3, 2)


@pytest.mark.parametrize("value", ["March 2, 2026", "2. März 2026", "13/02/2026"])
def test_fields_for_machines_may_hold_what_people_write(value):
    published = find(meta(value, "published")).published
    assert published.source == "meta"
    assert published.at in (utc(2026, 3, 2), utc(2026, 2, 13))


STORY = "The council of Anytown has voted on the bridge and on two ferries. " * 4


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


def test_an_article_inside_of_the_article_is_another_one():
    body = (
        "<article><h1>Bridge closed</h1><p>By Jane Doe · <span>22 February 2026</span></p>"
        "<p>It is.</p><article><time class='published' datetime='2009-04-11 18:06:36'>Old</time>"
        "</article></article>"
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


@pytest.mark.parametrize(
    "line",
    [
        "Pressemitteilung vom 1. März 2026 | Anytown – ",
        "Press release, 1 March 2026 - ",
        "Communiqué de presse du 1er mars 2026 — ",
        "Comunicado de prensa, 1 de marzo de 2026: ",
        "ANYTOWN, 1 March 2026 /Newswire/ ",
        "1. März 2026, Anytown (dpa) – ",
        "(01.03.2026) ",
    ],
)
def test_a_day_opens_a_release_whatever_its_length(line):
    for text in (line + "Works begin.", line + STORY, f"<b>{line}</b>{STORY}"):
        assert find(body=f"<div class='teaser-text'><p>{text}</p></div>").published.at == utc(
            2026, 3, 1
        )


@pytest.mark.parametrize(
    "shown",
    [
        "Published <time datetime='2026-03-03T10:18:46Z'>1 March 2026</time>",
        "Publié le <time datetime='2026-03-03'>1 mars 2026</time>",
        "<span>Veröffentlicht:</span> <time datetime='2026-03-03T09:00+01:00'>1. März 2026</time>",
    ],
)
def test_what_readers_see_outweighs_a_later_stamp_of_the_same_element(shown):
    assert find(body=f"<div>{shown}</div>").published.at == utc(2026, 3, 1)


@pytest.mark.parametrize(
    ("value", "at", "offset"),
    [
        ("2026-03-01 06:30:00 EST", utc(2026, 3, 1, 11, 30), -300),
        ("Sun Mar 01 2026 23:30:00 GMT-0500 (Eastern Standard Time)", utc(2026, 3, 2, 4, 30), -300),
        ("Sun, 01 Mar 2026 10:20:30 CET", utc(2026, 3, 1, 9, 20, 30), 60),
        ("March 1, 2026 6:30 PM PST", utc(2026, 3, 2, 2, 30), -480),
        ("2026-03-01T10:20:30 JST", utc(2026, 3, 1, 1, 20, 30), 540),
    ],
)
def test_zones_are_read_on_pages_as_in_feeds(value, at, offset):
    for dates in (find(meta(value, "date")), find(article={"datePublished": value})):
        published = dates.published
        assert (published.at, published.utc_offset, published.flags) == (at, offset, ())


def test_zones_are_read_where_readers_see_them():
    published = find(body="<p>Published March 1, 2026, 6:30 a.m. EST</p>", lang="en").published
    assert (published.at, published.utc_offset) == (utc(2026, 3, 1, 11, 30), -300)
    published = find(body="<p>1. März 2026, 18:30 Uhr MEZ</p>", lang="de").published
    assert (published.at, published.utc_offset) == (utc(2026, 3, 1, 17, 30), 60)


@pytest.mark.parametrize(
    "script",
    [
        'push([1,"{\\"publishedAt\\":\\"2026-03-01T23:30:00-05:00\\"}"])',
        'x = {"datePublished": "2026-03-01T23:30:00-05:00"}',
        "x = '{&quot;datePublished&quot;:&quot;2026-03-01T23:30:00-05:00&quot;}'",
        'x = {"publish_date":"Sun Mar 01 2026 23:30:00 GMT-0500"}',
        'x = {"published":"2026-03-01T23:30:00-05:00"}',
    ],
)
def test_dates_in_scripts_keep_their_offset(script):
    published = find(body=f"{FAR}<script>{script}</script>").published
    assert (published.at, published.utc_offset) == (utc(2026, 3, 2, 4, 30), -300)


DOUBTFUL = ("day_month_ambiguous",)


@pytest.mark.parametrize(
    ("lang", "url", "value", "day", "flags"),
    [
        ("en-US", None, "2/3/2026", utc(2026, 2, 3), ()),
        ("en-GB", None, "2/3/2026", utc(2026, 3, 2), ()),
        ("en", "https://daily.example.co.uk/x", "2/3/2026", utc(2026, 3, 2), ()),
        ("en", "https://daily.example.com.au/x", "2/3/2026", utc(2026, 3, 2), ()),
        ("en", None, "2/3/2026", utc(2026, 2, 3), DOUBTFUL),
        ("en-CA", None, "2/3/2026", utc(2026, 2, 3), DOUBTFUL),
        ("en-US", "https://daily.example.co.nz/x", "2/3/2026", utc(2026, 2, 3), DOUBTFUL),
        ("de", None, "2/3/2026", utc(2026, 3, 2), DOUBTFUL),
        ("en", None, "2/2/2026", utc(2026, 2, 2), ()),
        ("en", None, "2/13/2026", utc(2026, 2, 13), ()),
        ("en", None, "02.03.2026", utc(2026, 3, 2), ()),
    ],
)
def test_day_and_month_are_told_apart_by_the_country(lang, url, value, day, flags):
    published = find(meta(value, "pubdate"), lang=lang, url=url).published
    assert (published.at, published.flags) == (day, flags)


def test_am_and_pm_are_american_where_nothing_says_otherwise():
    published = find(meta("2/3/2026 6:30:00 AM", "pubdate"), lang="en-US").published
    assert (published.at, published.flags) == (utc(2026, 2, 3, 6, 30), ("timezone_assumed",))
    published = find(meta("2/3/2026 6:30:00 PM", "pubdate"), lang="en-GB").published
    assert published.at == utc(2026, 3, 2, 18, 30)


def test_numbers_that_may_be_two_days_give_way_to_the_day_in_the_address():
    url = "https://daily.example/2026/march/02/bridge"
    published = find(body="<p class=date>2/3/2026</p>", lang="en", url=url).published
    assert (published.at, published.flags) == (utc(2026, 3, 2), ())


def test_a_bare_day_right_below_the_headline_is_the_first_that_is_known():
    moved = meta("2026-02-20T08:00:00Z")
    assert find(moved, "<div>10 February 2026</div>").published.at == utc(2026, 2, 10)
    cell = "<table><tr><td>Founded</td><td>10 February 2026</td></tr></table>"
    assert find(moved, cell).published.at == utc(2026, 2, 20, 8)


def test_scripts_may_count_seconds():
    published = find(body=f'{FAR}<script>x={{"publishedAt":1772360430000}}</script>').published
    assert (published.at, published.source) == (utc(2026, 3, 1, 10, 20, 30), "script")


def test_one_field_alone_does_not_hold_against_the_last_change_that_readers_see():
    article = {"datePublished": "2025-06-01", "dateModified": "2026-02-20T08:00:00Z"}
    shown = "<p class=date>20 February 2026</p>"
    published = find(body=shown, article=article).published
    assert published.at == utc(2026, 2, 20, 8)
    assert published.flags == ("last_change", "conflicting")
    assert find(meta("2025-06-01T08:00Z"), shown, article=article).published.at == utc(
        2025, 6, 1, 8
    )
    changed = "<p>Updated 20 February 2026</p>"
    assert find(body=changed, article=article).published.at == utc(2025, 6, 1)


def test_a_day_that_nothing_names_is_a_guess_and_flagged():
    published = find(body=f"{FAR}<div>1 March 2026</div>").published
    assert (published.at, published.flags) == (utc(2026, 3, 1), ("unlabelled",))
    picture = meta("https://img.example/2026/03/01/bridge.jpg", "og:image")
    assert find(picture).published.flags == ("unlabelled",)


def test_a_date_may_have_an_element_of_its_own_in_the_headline():
    outline = read_outline("<body><h1>Bridge <small>1 March 2026</small></h1><p>It is closed.")
    headline = find_headline(outline, "Bridge")
    shown = dates_beside_headline(outline, near_headline(outline, headline), "en", headline)
    assert shown.published.at == utc(2026, 3, 1)


def test_lines_that_say_nothing_but_dates_are_told():
    body = f"<p>Published 1 March 2026 | Updated 3 March 2026</p><p>By Jane Doe</p><p>{STORY}</p>"
    assert find(body=body).blocks == (1,)


@pytest.mark.parametrize("word", ["a" * 100_000, "1" * 100_000, "1 " * 50_000, "\\" * 100_000])
def test_long_words_are_read_in_no_time(word):
    for place in (f"<p>{word}</p>", f"<time>{word}</time>", f"<script>{word}</script>"):
        start = time.process_time()
        assert find(meta(word, "date"), FAR + place).published is None
        assert time.process_time() - start < 1
