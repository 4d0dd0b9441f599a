"""IPTC 7901 and ANPA 1312: control characters, charsets, titles, wrapped lines, trailers."""

import pytest

from newsbeam.transforms.wires.detect import detect_telegram
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items

STORY = (
    "Port Ellery (ell) - Die Schleuse öffnet um sechs, sagte die\r\n"
    "Behörde am Dienstag.\r\n\r\n   Kähne warten seit fünf.\r\n"
)


def telegram(
    titles: str = "Die Schleuse öffnet früher =",
    text: str = STORY,
    trailer: str = "030930 GMT Mrz 26",
) -> str:
    return (
        f"\x7f\r\n\x01ell017 3 vm 23  ell 0017\r\n\r\nHafen/Verkehr/\r\n\x02{titles}\r\n\r\n{text}"
        f"\x03{trailer}\r\n\x7f\x04"
    )


def read(text: str, charset: str = "utf-8") -> WireItem:
    body = text.encode(charset)
    assert detect_telegram(body)
    (item,) = read_items(body, "iptc7901")
    return item


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "cp1252"])
def test_a_telegram_is_read_in_its_charset(charset: str):
    item = read(telegram(), charset)
    assert item.headline == "Die Schleuse öffnet früher"
    assert item.paragraphs == (
        "Port Ellery (ell) - Die Schleuse öffnet um sechs, sagte die Behörde am Dienstag.",
        "Kähne warten seit fünf.",
    )
    assert (item.facts.slugline, item.facts.urgency, item.facts.provider) == (
        "Hafen/Verkehr/",
        3,
        "ell",
    )


@pytest.mark.parametrize(
    ("titles", "headline", "marks", "byline"),
    [
        ("2ND LEAD\r\nEin Titel =", "Ein Titel", ("2ND LEAD",), None),
        (
            "Ein Titel\r\nmit zwei Zeilen\r\nVon Ana Moreira, ell =",
            "Ein Titel mit zwei Zeilen",
            (),
            "Von Ana Moreira, ell",
        ),
        ("(Eil)\r\nEin Titel =", "Ein Titel", ("(Eil)",), None),
        ("KILL\r\nEin Titel =", "Ein Titel", ("KILL",), None),
        ("Ein Titel ohne Zeichen", "Ein Titel ohne Zeichen", (), None),
    ],
)
def test_titles_marks_and_bylines_stand_above_the_sign(titles, headline, marks, byline):
    item = read(telegram(titles))
    assert (item.headline, item.facts.signals, item.facts.byline) == (headline, marks, byline)
    assert item.is_withdrawn == ("KILL" in marks)


@pytest.mark.parametrize(
    ("trailer", "expected"),
    [
        ("030930 GMT Mar 26", "2026-03-03T09:30+00:00"),
        ("030930 mrz 26", "2026-03-03T09:30"),
        ("030930 CET mars 26", "2026-03-03T09:30+01:00"),
        ("990930 GMT Mar 26", None),
        ("", None),
    ],
)
def test_the_trailer_says_when(trailer: str, expected: str | None):
    assert read(telegram(trailer=trailer)).facts.version_created == expected


@pytest.mark.parametrize("mark", ["EMBARGO until 1800 GMT", "(Sperrfrist 1800)"])
def test_an_embargo_in_a_mark_holds_back_without_end(mark: str):
    item = read(telegram(f"{mark}\r\nEin Titel ="))
    assert (item.is_embargoed, item.embargo) == (True, None)
    assert item.headline == "Ein Titel"


def test_what_is_not_for_publication_is_not_read():
    notes = "# Notizblock\r\n\r\n- Foto folgt\r\n\r\n* * * *\r\nAutorin: 0555 0100\r\n"
    item = read(telegram(text=STORY + "\r\n" + notes))
    assert [note.text for note in item.facts.notes] == ["- Foto folgt"]
    assert "0555" not in repr(item)


def test_tables_and_points_keep_their_lines():
    table = "| Kai | Uhr |\r\n| 1   | 6   |\r\n\r\n"
    text = table + "  * Erstens gehen die\r\n    Tore auf\r\n  * Zweitens\r\n"
    assert read(telegram(text=text)).paragraphs == (
        "Kai | Uhr",
        "1 | 6",
        "* Erstens gehen die Tore auf",
        "* Zweitens",
    )


@pytest.mark.parametrize(
    ("sender", "provider"),
    [
        ("ell 0017", "ell"),
        ("xxb ELL 260303-89-00065#2", "ELL"),
        ("ell-spe 9", "ell-spe"),
        ("", None),
    ],
)
def test_the_sender_stands_before_its_number(sender: str, provider: str | None):
    item = read(telegram().replace("ell 0017", sender))
    assert item.facts.provider == provider


def test_what_typesetters_are_told_is_no_text():
    text = "\x0cfont 2\x0bPort Ellery (ell) - Die Tore\x08 gehen\x11 auf.\r\n\r\nKai\x1f1\x1f6\r\n"
    assert read(telegram(text=text)).paragraphs == (
        "Port Ellery (ell) - Die Tore gehen auf.",
        "Kai | 1 | 6",
    )


def test_several_messages_stand_in_one_file():
    body = (telegram() + telegram("Ein anderer Titel =")).encode()
    assert [item.headline for item in read_items(body, "iptc7901")] == [
        "Die Schleuse öffnet früher",
        "Ein anderer Titel",
    ]


ANPA = (
    "\x16\x16\x01W0017\x1f_ell\r\nr i\x13\x11 BC-XX--Lock 1stLd-Writethru   03-03 0023\r\n"
    "\x02^BC-XX--Lock, 1st Ld-Writethru,23<\r\n^Lock to open at 6<\r\n^ELL Photo X1<\r\n"
    "^Eds: UPDATES with times.<\r\n^By ANA MOREIRA=\r\n^Harbour Writer=\r\n"
    "\t   PORT ELLERY (ELL) _ The lock opens at six.\r\n \r\n\t   ``Barges queue,'' she said.\r\n"
    "\t   \x03ELL-WF-03-03-26 0930GMT<\r\n\x0c\r\n\x04"
)


def test_anpa_says_what_each_line_is():
    item = read(ANPA)
    facts = item.facts
    assert (facts.format, facts.provider) == ("anpa", "ELL")
    assert (item.headline, facts.byline) == ("Lock to open at 6", "By ANA MOREIRA")
    assert facts.slugline == "BC-XX--Lock, 1st Ld-Writethru"
    assert facts.signals == ("1st Ld-Writethru",)
    assert facts.notes[0].text == "Eds: UPDATES with times."
    assert facts.version_created == "2026-03-03T09:30+00:00"
    assert item.paragraphs == (
        "PORT ELLERY (ELL) _ The lock opens at six.",
        "``Barges queue,'' she said.",
    )


def test_a_kill_takes_a_dispatch_back():
    assert read(ANPA.replace("1st Ld-Writethru", "KILL")).is_withdrawn


def test_a_telegram_that_lost_its_first_sign_is_one():
    item = read(telegram().partition("\x01")[2])
    assert item.headline == "Die Schleuse öffnet früher"
    assert item.facts.slugline == "Hafen/Verkehr/"
