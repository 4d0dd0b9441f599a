"""Measures of a text."""

import pytest

from newsbeam.transforms.text.measures import count_characters, count_words, reading_minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Don't count al-Aqsa twice, nor 3.5 or U.S.", 8),
        ("one—two – three / four -- five", 5),
        ("… — !", 0),
        ("他回家了。", 4),
        ("東京のJR駅", 5),
        ("그는 집에 갔다.", 3),
        ("वह चला गया।", 3),
        ("ภาษาไทยไม่มีช่องว่าง", 4),
        ("Zwei\n\nAbsätze hier", 3),
    ],
)
def test_counts_words(text, words):
    assert count_words(text) == words


def test_counts_characters_without_line_breaks():
    assert count_characters("ab\n\ncd e") == 6


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 0),
        ("word", 1),
        ("word " * 238, 1),
        ("word " * 239, 2),
        ("字" * 500, 1),
        ("字" * 501, 2),
    ],
)
def test_minutes_of_reading_are_rounded_up(text, minutes):
    assert reading_minutes(text) == minutes
