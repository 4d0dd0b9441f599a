import numpy as np
import pytest

from newsbeam.transforms.dedup.shingles import (
    LETTER_WIDTH,
    WORD_WIDTH,
    hash_runs,
    shingle,
    shingle_hashes,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n\t— … !", 0),
        ("one", 1),
        ("The U.S. economy grew 3.5%", 7),
        ("It's Müller-Lüdenscheidt", 4),
        ("snake_case", 2),
        ("घाट पर लंबी कतार", 4),  # vowel signs do not part a word
        ("العربية لغة", 2),
        ("서울의 겨울은 춥다", 3),  # Korean parts words by spaces
        ("東京", 2),
        ("東京2020年", 4),
        ("กินข้าว", 5),  # each letter with its marks
        ("a\u00adb", 1),  # a soft hyphen is no break
        ("\ud800 x", 1),  # a lone surrogate is no letter
    ],
)
def test_counts_tokens(text: str, count: int) -> None:
    assert len(tokens(text)) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World!", "hello world"),
        ("“Hello”\n\nworld", '"hello" - world'),
        ("ＡＢＣ １２３", "abc 123"),
        ("ΑΘΗΝΑ", "αθηνα"),
        ("ДОЖДЬ идёт", "дождь ИДЁТ"),
        ("العَرَبِيَّةُ", "العربية"),  # vowel points are optional
        ("العـــربية", "العربية"),  # and so is the line that widens a word
        ("می\u200cخواهم", "میخواهم"),  # joiners are typography
        ("東京、大阪", "東京 大阪"),
        ("ｶﾅ", "カナ"),
    ],
)
def test_spelling_that_makes_no_difference(one: str, other: str) -> None:
    assert tokens(one).tolist() == tokens(other).tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ab c", "a bc"),
        ("tide", "tied"),
        ("17 dead", "71 dead"),
        ("कमल", "कमाल"),
        ("が", "か"),
        ("a b", "b a"),
    ],
)
def test_spelling_that_makes_a_difference(one: str, other: str) -> None:
    assert tokens(one).tolist() != tokens(other).tolist()


def test_a_token_has_the_same_hash_wherever_it_stands() -> None:
    hashes = tokens("tide " + "and time and " * 500 + "tide")
    assert hashes[0] == hashes[-1]
    assert len(set(hashes.tolist())) == 3


def test_numbers_are_marked_in_any_digits() -> None:
    marked = shingle("on 3 May ٤٥ people, १२ boats, 2nd try, B52").numeric
    assert marked.tolist() == [False, True, False, True, False, True, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("five plain words stand here", WORD_WIDTH),
        ("彼は New York Times を読む", LETTER_WIDTH),
        ("the paper 朝日 was founded in 1879", WORD_WIDTH),
        ("ตลาดริมน้ำ", LETTER_WIDTH),
        ("대한민국의 수도는 서울이다", WORD_WIDTH),
    ],
)
def test_width_follows_the_script(text: str, width: int) -> None:
    assert shingle(text).width == width


@pytest.mark.parametrize(("words", "count"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2), (105, 101)])
def test_counts_shingles(words: int, count: int) -> None:
    assert len(shingle_hashes(" ".join(f"w{i}" for i in range(words)))) == count


def test_a_shingle_depends_on_its_tokens_and_their_order() -> None:
    text = "a b c d e f g a b c d e"
    hashes = shingle_hashes(text)
    assert hashes[0] == hashes[-1]
    assert len(set(hashes.tolist())) == len(hashes) - 1
    assert shingle_hashes("e d c b a")[0] != hashes[0]


def test_runs_are_hashed_as_shingles_are() -> None:
    text = "one two three four five six"
    assert hash_runs(tokens(text), WORD_WIDTH).tolist() == shingle_hashes(text).tolist()


def test_long_texts() -> None:
    words = [f"w{i}" for i in range(60_000)]
    hashes = shingle_hashes(" ".join(words))
    assert len(np.unique(hashes)) == 59_996
    assert hashes[-1] == shingle_hashes(" ".join(words[-5:]))[0]


# The index stores what follows from these: a change here needs a new signing.ALGORITHM.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word", "cbcf7994f2817531"),
        ("The quick brown fox jumps", "a3626249abb1af2b"),
        ("Straße und Fluß im März", "efe782ff6b797220"),
        ("東京都は三日発表した", "84d988cab2eb7db5"),
        ("हिन्दी में समाचार पढ़ें", "647c2f3160f8e64d"),
        ("أعلنت بلدية المدينة أمس", "b83eb01b8ecdf71f"),
    ],
)
def test_hashes_are_pinned(text: str, expected: str) -> None:
    assert f"{int(shingle_hashes(text)[0]):016x}" == expected
