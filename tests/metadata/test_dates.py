"""What the claims of a page and its feed say, compared: stamps, zones, scripts, day and month."""

from datetime import timedelta

import pytest
from page_dates import FAR, NOW, find, meta, utc

from newsbeam.transforms.core.records import DateClaim

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


def test_the_clock_of_a_change_is_that_of_the_place():
    body = "<p>Published March 1, 2026 9:25 pm</p><p>Updated March 1, 2026 11:40 pm</p>"
    dates = find(UTC_STAMP, body)
    assert (dates.published.utc_offset, dates.modified.at) == (-300, utc(2026, 3, 2, 4, 40))


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


@pytest.mark.parametrize("value", ["March 2, 2026", "2. März 2026", "13/02/2026"])
def test_fields_for_machines_may_hold_what_people_write(value):
    published = find(meta(value, "published")).published
    assert published.source == "meta"
    assert published.at in (utc(2026, 3, 2), utc(2026, 2, 13))


@pytest.mark.parametrize(
    ("value", "at", "offset"),
    [
        ("2026-03-01 06:30:00 EST", utc(2026, 3, 1, 11, 30), -300),
        ("Sun Mar 01 2026 23:30:00 GMT-0500 (Eastern Standard Time)", utc(2026, 3, 2, 4, 30), -300),
        ("Sun, 01 Mar 2026 10:20:30 CET", utc(2026, 3, 1, 9, 20, 30), 60),
        ("March 1, 2026 6:30 PM PST", utc(2026, 3, 2, 2, 30), -480),
        ("2026-03-01T10:20:30 JST", utc(2026, 3, 1, 1, 20, 30), 540),
        ("2/21/2026 6:30:00 PM -05:00", utc(2026, 2, 21, 23, 30), -300),
    ],
)
def test_zones_are_read_on_pages_as_in_feeds(value, at, offset):
    for dates in (find(meta(value, "date")), find(article={"datePublished": value})):
        published = dates.published
        assert (published.at, published.utc_offset, published.flags) == (at, offset, ())


@pytest.mark.parametrize(
    ("url", "lang", "at"),
    [
        ("https://daily.example.com.au/a", "en", utc(2026, 3, 1, 0, 30)),
        ("https://daily.example.com.au/a", "en-US", utc(2026, 3, 1, 0, 30)),
        ("https://daily.example/a", "en-AU", utc(2026, 3, 1, 0, 30)),
        ("https://daily.example/a", "en", utc(2026, 3, 1, 15, 30)),
    ],
)
def test_a_zone_is_that_of_the_country(url, lang, at):
    value = "2026-03-01 10:30:00 EST"
    for dates in (
        find(meta(value), url=url, lang=lang),
        find(article={"datePublished": value}, url=url, lang=lang),
        find(body=f'{FAR}<script>x = {{"publishedAt": "{value}"}}</script>', url=url, lang=lang),
    ):
        assert dates.published.at == at


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T06:30:00-05:00[America/New_York]",
        "Sun Mar 01 2026 12:30:00 GMT+0100 (Central European Standard Time)",
        "Sun Mar 01 12:30:00 CET 2026",
    ],
)
def test_what_java_and_javascript_write_is_read_everywhere(value):
    for dates in (
        find(meta(value)),
        find(article={"datePublished": value}),
        find(body=f"<time datetime='{value}'>Sunday</time>"),
        find(body=f'{FAR}<script>x = {{"published_at":"{value}"}}</script>'),
    ):
        assert dates.published.at == utc(2026, 3, 1, 11, 30)


@pytest.mark.parametrize(
    ("lang", "value", "line"),
    [
        ("th", "2569-03-01T18:30:00+07:00", "1 มีนาคม 2569"),
        ("fa", "1404-12-10T15:00:00+03:30", "یکشنبه ۱۰ اسفند ۱۴۰۴"),
        ("ne", "2082-11-17T17:15:00+05:45", "२०८२ फागुन १७ गते"),
        ("ar", "٢٠٢٦-٠٣-٠١T١١:٣٠:٠٠Z", "الأحد، ١ آذار/مارس ٢٠٢٦"),
        ("ja", "2026年3月1日 20:30 JST", "令和8年3月1日"),
        ("zh-TW", "2026-03-01T19:30:00+08:00", "民國115年3月1日"),
    ],
)
def test_pages_have_the_digits_and_the_calendar_of_their_language(lang, value, line):
    assert find(meta(value), lang=lang).published.at == utc(2026, 3, 1, 11, 30)
    assert find(body=f"<p>{line}</p>", lang=lang).published.at == utc(2026, 3, 1)


@pytest.mark.parametrize(
    "value", ["20226-03-01", "0000-00-00", "0001-01-01T00:00:00Z", "2026-03-32"]
)
def test_a_date_that_cannot_be_is_said_to_be_unreadable(value):
    dates = find(meta(value))
    assert (dates.published, dates.flags) == (None, ("unreadable",))
    dates = find(meta(value), "<p>1 March 2026</p>")
    assert (dates.published.at, dates.flags) == (utc(2026, 3, 1), ())
    assert find(meta("")).flags == ()


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


def test_scripts_may_count_seconds():
    published = find(body=f'{FAR}<script>x={{"publishedAt":1772360430000}}</script>').published
    assert (published.at, published.source) == (utc(2026, 3, 1, 10, 20, 30), "script")


def test_a_local_clock_that_calls_itself_utc_has_the_zone_that_readers_see():
    head = meta("2026-03-01T21:30:00Z")
    head += meta("2026-03-01T22:00:00Z", "article:modified_time")
    dates = find(head, body="<p>March 1, 2026 9:30 PM EST</p>")
    assert (dates.published.at, dates.published.utc_offset) == (utc(2026, 3, 2, 2, 30), -300)
    assert dates.modified.at == utc(2026, 3, 2, 3, 0)
    other = find(head, body="<p>March 1, 2026 4:30 PM EST</p>").published
    assert (other.at, other.utc_offset) == (utc(2026, 3, 1, 21, 30), -300)
