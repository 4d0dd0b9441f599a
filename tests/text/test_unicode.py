"""Characters: what is made of every string, and what stays as written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsbeam.transforms.text.unicode import mend_mojibake, normalize, scrub

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@given(ANY_TEXT)
def test_scrubbed_text_can_be_stored(value):
    scrubbed, count = scrub(value)
    scrubbed.encode("utf-8")
    assert "\x00" not in scrubbed
    assert scrub(scrubbed) == (scrubbed, 0)
    assert count > 0 or scrubbed == value


@pytest.mark.parametrize(
    ("value", "scrubbed", "count"),
    [
        ("plain", "plain", 0),
        ("tab\tand\r\nlines\n", "tab\tand\r\nlines\n", 0),
        ("half a pair \ud83d", "half a pair \ufffd", 1),
        ("nul\x00 and bell\x07", "nul and bell", 2),
        ("form\x0cfeed", "form feed", 1),
        ("non\ufffe\U0001ffffcharacter", "noncharacter", 2),
        ("\x93quoted\x94 \x96 once", "“quoted” – once", 3),
    ],
)
def test_scrub(value, scrubbed, count):
    assert scrub(value) == (scrubbed, count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafe\u0301", "café"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u00a0b\u2009c\u3000d\te", "a b c d e"),
        ("one  two \n  three\r\n\r\n\r\nfour", "one two\nthree\n\nfour"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("❤\ufe0f\u200d🔥 🏴\U000e0067\U000e0062\U000e007f 1\ufe0f\u20e3", None),
        ("🫩 \U0001fac6", None),
        ("ශ\u0dca\u200dර අവ\u0d7b ན\u200c \u1b13\u1b44\u200c\u1b13 \ua992\ua9c0\u200c\ua992", None),
        ("\U00011103\U00011133\u200d \U0001e900\u200d\U0001e901 \U00010d00\u200d", None),
        ("\u0710\u200d \u07ca\u200c \u0840\u200d \u1828\u180e\u1820", None),
        ("\u0600١٢ \u06dd٣ \u0601 \u08e2", None),  # Arabic signs of numbers, verses, years
        ("\ue000 logo \uf8ff \U000f0001", None),
        ("葛\U000e0100城 ☎\ufe0e", None),
        ("a\u180eb", "ab"),
        ("join\u200cless", "joinless"),
        ("“Quotes” «as» „written“ 'here'", "“Quotes” «as» „written“ 'here'"),
        ("CafÃ© â€œyesâ€\x9d, heâ€™s here", "Café “yes”, he’s here"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("Größe, naïve, São Paulo, Åland, coöperate", "Größe, naïve, São Paulo, Åland, coöperate"),
    ],
)
def test_normalize(text, expected):
    assert normalize(text) == (text if expected is None else expected)


def test_mends_only_lines_that_are_broken():
    text = "Ein Café in Zürich.\nUn cafÃ© Ã  ZÃ¼rich."
    assert mend_mojibake(text) == "Ein Café in Zürich.\nUn café à Zürich."


@given(st.text(max_size=200) | st.text("ÃÂâß€¢©ÐŸ\xa0\xad\u200b a\n", max_size=20))
@example("\xa0ß¢")
def test_normalizing_twice_changes_nothing(text):
    once = normalize(scrub(text)[0])
    assert normalize(once) == once
