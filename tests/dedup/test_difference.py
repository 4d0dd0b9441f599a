import pytest

from newsbeam.transforms.dedup.difference import Change, compare_words, shorten


def told(first: str, second: str) -> list[tuple[str, str]]:
    return [(change.op, change.text) for change in compare_words(first, second)]


@pytest.mark.parametrize(
    ("first", "second", "changes"),
    [
        ("", "", []),
        ("one two", "one  two", [("same", "one two")]),
        ("one two", "two", [("removed", "one"), ("same", "two")]),
        ("a b c", "a x c", [("same", "a"), ("removed", "b"), ("added", "x"), ("same", "c")]),
        ("a\n\nb", "a b", [("same", "a"), ("removed", "\n\n"), ("same", "b")]),
        ("今日は雨", "明日は雨", [("removed", "今"), ("added", "明"), ("same", "日は雨")]),
        ("in 東京 now", "in 東京", [("same", "in 東京"), ("removed", "now")]),
    ],
)
def test_words_that_differ_are_told(first, second, changes):
    assert told(first, second) == changes


def test_both_texts_can_be_read_from_the_changes():
    first, second = "the cat sat on the mat", "a cat sat on a red mat today"
    changes = compare_words(first, second)
    assert " ".join(c.text for c in changes if c.op != "added") == first
    assert " ".join(c.text for c in changes if c.op != "removed") == second


def test_what_is_the_same_is_shortened_beside_each_difference():
    words = [f"w{n}" for n in range(100)]
    changes = compare_words(" ".join(words), " ".join([*words[:50], "new", *words[51:]]))
    short = list(shorten(changes, around=2))
    assert short == [
        Change(op="same", text="… w48 w49", words=50),
        Change(op="removed", text="w50", words=1),
        Change(op="added", text="new", words=1),
        Change(op="same", text="w51 w52 …", words=49),
    ]
