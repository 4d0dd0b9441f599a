"""What readers see: which of the days on a page is the article's, and which is a change."""

import time
from datetime import datetime

import pytest
from page_dates import FAR, STORY, find, meta, utc

from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.metadata.headline import find_headline, near_headline
from newsbeam.transforms.metadata.shown_dates import dates_beside_headline
from newsbeam.transforms.pages.walk import read_outline


def test_a_date_near_the_headline_serves_where_there_is_no_other():
    assert find(body="<p>4 March 2026, 9:30</p>").published.at == utc(2026, 3, 4, 9, 30)
    assert find(body="<time datetime='2026-03-04T09:30Z'></time>").published.at == utc(
        2026, 3, 4, 9, 30
    )


def test_a_stamp_beside_the_headline_keeps_its_zone():
    published = find(body="<time datetime='2026-03-01T21:30-05:00'>Sunday</time>").published
    assert (published.at, published.flags) == (utc(2026, 3, 2, 2, 30), ())
    assert published.utc_offset == -300


@pytest.mark.parametrize(
    "below",
    [
        "<div>Veröffentlicht am 1. März 2026</div>",
        "<p>Fecha: 1 de marzo de 2026</p>",
        "<p>ANYTOWN, 1 March 2026 – The council has voted.</p>",
        "<p>(1. März 2026) Der Rat hat abgestimmt.</p>",
        '<script>state = {"publishedAt":"2026-03-01T10:00"}</script>',
        '<script>state = "{\\"datePublished\\":\\"2026-03-01\\"}"</script>',
        '<script>state = {"published":"2026-03-02T01:00:00\\u002b02:00"}</script>',
    ],
)
def test_a_labelled_date_far_from_the_headline_serves_as_the_last_but_one(below):
    assert find(body=FAR + below).published.at.date() == datetime(2026, 3, 1).date()


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
        "<p>1. března 2026 9:00, aktualizováno 3. března 2026</p>",
        "<p>1 de marzo de 2026. Actualizado 3 de marzo de 2026</p>",
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
        "<p>Updated - March 03, 2026 11:20 am IST | Published - March 01, 2026 09:00 pm IST</p>",
        "<p>Posted at 10:15 PM, Mar 01, 2026 and last updated 8:00 AM, Mar 03, 2026</p>",
        "<p>2026/3/1 10:15（最終更新 2026/3/3 8:00）</p>",
        "<p>เผยแพร่: 01 มี.ค. 2569 ปรับปรุง: 03 มี.ค. 2569</p>",
    ],
)
def test_both_days_are_told_apart(body):
    dates = find(body=body)
    assert dates.published.at.date() == utc(2026, 3, 1).date()
    assert dates.modified.at.date() == utc(2026, 3, 3).date()
    assert "last_change" not in dates.published.flags


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


def test_a_box_of_day_month_and_year_is_a_date():
    box = "<div class='date'><b>Mar</b><b>02</b><b>2026</b></div>"
    assert find(body=box).published.at == utc(2026, 3, 2)


def test_a_day_laid_over_the_picture_is_the_articles():
    body = "<div class='image-wrapper'><img><span class=date>1 March 2026</span></div>"
    assert find(body=body).published.at == utc(2026, 3, 1)


def test_a_day_that_nothing_marks_behind_the_first_paragraphs_is_flagged():
    published = find(body=f"<p>{STORY}</p><p>{STORY}</p><h3>1 March 2026</h3>").published
    assert (published.at, published.flags) == (utc(2026, 3, 1), ("unlabelled",))


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
        "Anytown, 1 de marzo de 2026.- ",
        "Issued on 1 March 2026. ",
        "Tisková zpráva ze dne 1. března 2026: ",
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


def test_a_bare_day_right_below_the_headline_is_the_first_that_is_known():
    moved = meta("2026-02-20T08:00:00Z")
    assert find(moved, "<div>10 February 2026</div>").published.at == utc(2026, 2, 10)
    cell = "<table><tr><td>Founded</td><td>10 February 2026</td></tr></table>"
    assert find(moved, cell).published.at == utc(2026, 2, 20, 8)


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
    shown = dates_beside_headline(outline, near_headline(outline, headline), Locale("en"), headline)
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


@pytest.mark.parametrize(
    "body",
    [
        "<relative-time datetime='2026-03-01T10:00:00Z'>3 days ago</relative-time>",
        "<p><time-ago datetime='2026-03-01T10:00:00Z'>3 days ago</time-ago></p>",
        "<amp-timeago datetime='2026-03-01T10:00:00Z'>1 March</amp-timeago>",
        "<time title='2026-03-01T10:00:00Z'>3 days ago</time>",
        "<abbr class=published title='2026-03-01T11:00:00+01:00'>10:00</abbr>",
        "<span class=date data-date='2026-03-01T10:00:00Z'>3 days ago</span>",
        "<span class=date title='Sunday, March 1, 2026 at 10:00'>3 days ago</span>",
        "<span class=timestamp data-timestamp=1772359200>an hour ago</span>",
        "<i property='dc:date dc:created' content='2026-03-01T10:00:00Z'>Sunday</i>",
        "<span property='schema:datePublished' content='2026-03-01T10:00:00Z'>Sunday</span>",
        "<abbr itemprop=datePublished title='2026-03-01T10:00:00Z'>10:00 AM</abbr>",
        "<script>page = {'articlePublishDate': '2026-03-01T10:00:00Z'}</script>",
    ],
)
def test_a_stamp_in_an_attribute_says_what_the_words_do_not(body):
    assert find(body=body).published.at == utc(2026, 3, 1, 10)


@pytest.mark.parametrize(
    "body",
    [
        "<span data-date='2026-02-01'>Seats</span>",
        "<span class=date data-timestamp=125>Film</span>",
        "<time datetime=PT5M>5 min read</time>",
    ],
)
def test_other_attributes_are_no_stamps(body):
    assert find(body=body).published is None


def test_a_section_above_a_day_is_no_label_of_it():
    assert find(body="<p>Premiere</p><p>1 March 2026</p>").published.at == utc(2026, 3, 1)
    assert find(body="<p>When the bridge is closed</p><p>1 March 2026</p>").published.at == utc(
        2026, 3, 1
    )


def test_a_small_weekday_before_a_date_makes_no_sentence():
    line = "mar 3 mar 2026 10:15 ~ ultimo agg. 5 mar 08:00"
    assert find(body=f"<p>{line}</p>", lang="it").published.at == utc(2026, 3, 3, 10, 15)


def test_a_field_that_is_called_changed_says_when_it_was():
    changed = "<div class='field--name-changed'><time datetime='2026-03-03T10:00Z'>3</time></div>"
    assert find(body=changed + "<p class=date>1 March 2026</p>").published.at == utc(2026, 3, 1)
