"""Measures of Gopher, C4 and FineWeb: values worked out by hand, and the rules by them."""

import pytest

from newsbeam.transforms.core.quality_rules import QUALITY_RULES
from newsbeam.transforms.core.settings import QualitySettings
from newsbeam.transforms.text.quality import failed_rules, measure_quality, named_measures

#: 71 words in six sentences and four paragraphs, nothing said twice.
REPORT = """\
The council of Anytown voted on the new bridge over the river on Tuesday night. It will cost nine \
million, and the work is to begin in March.

Residents of the lower town had waited for this since the old ferry sank. “We have been cut off \
from the market,” said Ada Moreno, who sells fish there.

Two members voted against it.

They want a tunnel instead, with room for trams."""

GERMAN = REPORT.replace("the", "der").replace("of", "von").replace("and", "und")
CHINESE = "市议会周二晚上投票通过了新桥。工程将于三月开始。\n\n居民等了很久。" * 3
THAI = "สภาเมืองลงมติเรื่องสะพานใหม่เมื่อคืนวันอังคาร งานจะเริ่มในเดือนมีนาคม\n\nชาวเมืองรอมานานแล้ว"


def test_a_report_fails_nothing():
    assert failed_rules(measure_quality(REPORT, "en")) == ()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        # tokens of 3, 5, 4 letters
        ("The house fell.", "mean_word_chars", 4.0),
        ("a #b #c d", "symbols_per_word", 2 / 4),
        ("Well… so... it goes", "symbols_per_word", 2 / 4),
        ("• one\n\n• two\n\nthree\n\n- four", "bullet_lines", 3 / 4),
        ("To be…\n\nor not.\n\n“Not…”\n\nNo...", "ellipsis_lines", 3 / 4),
        ("a1 22 3,3 d", "letter_words", 2 / 4),
        ("The end of the day", "stop_words", 2),
        # of four lines one repeats: 4 of 16 characters
        ("same\n\nsame\n\nmore\n\nless", "repeated_lines", 1 / 4),
        ("same\n\nsame\n\nmore\n\nless", "repeated_line_chars", 4 / 16),
        # pairs: "a b" twice, 4 of 7 characters; triples: none twice
        ("a b c a b d e", "top_ngram_chars", (4 / 7, 0.0, 0.0)),
        # "one two" twice and longest: 12 of 18
        ("one two a b one two c d a b", "top_ngram_chars", (12 / 18, 0.0, 0.0)),
        # five words, an x between, the same five: 10 of 11, and no six are the same
        ("a b c d e x a b c d e", "repeated_ngram_chars", (10 / 11, 0, 0, 0, 0, 0)),
        # runs that overlap count once: eleven times the same word
        ("a a a a a a a a a a a", "repeated_ngram_chars", (1.0,) * 6),
        # kept: the second; too few words, no end, a policy and an ellipsis are not
        (
            "Too short.\n\nThis line stays here.\n\nNo mark at its end\n\n"
            "See our privacy policy now.\n\nAnd so it goes...",
            "c4_lines",
            1 / 5,
        ),
        ("One is here. Two is there.\n\nThree it is!\n\nNot this", "c4_sentences", 3),
        ("It ends.\n\nSo does it?\n\nNot this\n\n“Nor that”\n\nसमाप्त।", "ended_lines", 4 / 5),
        ("Short.\n\nThis line has more than thirty letters in it.", "short_lines", 1 / 2),
        # sixteen characters of Japanese say as much as thirty-two letters
        ("東京の市議会は橋を決めました。です\n\n短い。", "short_lines", 1 / 2),
        ("one two\n\nthree\n\nfour five", "line_breaks_per_word", 2 / 5),
    ],
)
def test_measures(text, name, value):
    assert getattr(measure_quality(text, "en"), name) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Twenty ships came in. " * 2, {"gopher_word_count", "c4_sentences"}),
        (REPORT.replace(" ", " # "), {"gopher_symbols", "gopher_letters"}),
        ("\n\n".join(f"• {line}" for line in REPORT.split("\n\n")), {"gopher_bullets"}),
        (REPORT.replace(".\n", "...\n"), {"gopher_ellipses", "c4_sentences"}),
        (REPORT + "\n\nLorem ipsum dolor sit amet.", {"c4_lorem_ipsum"}),
        (REPORT + "\n\nfunction() { return }", {"c4_curly_bracket"}),
        (f"{REPORT}\n\n{REPORT}", {"gopher_repeated_lines", "fineweb_repeated_lines"}),
        (f"{REPORT}\n\n{REPORT}", {"gopher_repeated_ngrams"}),
        ("We came, we saw. " * 30, {"gopher_top_ngrams", "gopher_repeated_ngrams"}),
        (REPORT.replace(". ", "\n\n").replace(".", ""), {"fineweb_ended_lines", "c4_sentences"}),
        ("\n\n".join(REPORT.split()), {"fineweb_short_lines", "fineweb_list"}),
        ("Bwrtz ghlpt kzzr vvol. " * 20, {"gopher_stop_words"}),
        ("Donaudampfschifffahrtsgesellschaft fährt. " * 30, {"gopher_word_length"}),
    ],
)
def test_rules(text, rules):
    assert rules <= set(failed_rules(measure_quality(text, "en")))


def test_what_a_script_lacks_is_not_judged():
    chinese, thai = measure_quality(CHINESE, "zh"), measure_quality(THAI, "th")
    assert chinese.mean_word_chars is chinese.letter_words is chinese.stop_words is None
    assert chinese.top_ngram_chars is chinese.repeated_ngram_chars is None
    assert chinese.ended_lines == 1.0
    assert thai.mean_word_chars is thai.ended_lines is thai.c4_sentences is None


def test_function_words_are_judged_where_they_are_known():
    assert measure_quality(GERMAN, "de").stop_words >= 2
    assert measure_quality(REPORT, "xh").stop_words is None


def test_one_word_can_be_measured():
    assert "gopher_word_count" in failed_rules(measure_quality("…", "und"))


def test_the_configuration_knows_all_rules():
    assert QualitySettings(drop=QUALITY_RULES).drop == QUALITY_RULES


def test_a_row_has_the_measures_that_are_judged_by_name():
    named = {each.name: each.value for each in named_measures(measure_quality(REPORT, "en"))}
    assert named["word_count"] == measure_quality(REPORT, "en").word_count
    assert named["lorem_ipsum"] == 0.0
    assert named["top_2gram_chars"] == measure_quality(REPORT, "en").top_ngram_chars[0]
    assert "repeated_10gram_chars" in named
    assert "stop_words" not in {m.name for m in named_measures(measure_quality(CHINESE, "zh"))}
