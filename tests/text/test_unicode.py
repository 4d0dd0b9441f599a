"""Characters: what is made of every string, and what stays as written."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.text.unicode import mend_mojibake, normalize, scrub

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
        ("join\u200cless", "joinless"),
        ("“Quotes” «as» „written“ 'here'", "“Quotes” «as» „written“ 'here'"),
        ("CafÃ© â€œyesâ€\x9d, heâ€™s here", "Café “yes”, he’s here"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("Größe, naïve, São Paulo, Åland, coöperate", "Größe, naïve, São Paulo, Åland, coöperate"),
    ],
)
def test_normalize(text, expected):
    assert normalize(text) == expected


def test_mends_only_lines_that_are_broken():
    text = "Ein Café in Zürich.\nUn cafÃ© Ã  ZÃ¼rich."
    assert mend_mojibake(text) == "Ein Café in Zürich.\nUn café à Zürich."


@given(st.text(max_size=200) | st.text("ÃÂâß€¢©ÐŸ\xa0\xad\u200b a\n", max_size=20))
@example("\xa0ß¢")
def test_normalizing_twice_changes_nothing(text):
    once = normalize(scrub(text)[0])
    assert normalize(once) == once
