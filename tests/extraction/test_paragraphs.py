import pytest

from transforms.extraction.paragraphs import (
    coverage,
    drop_head,
    drop_repeats,
    shingles,
    split_paragraphs,
)

TITLE = "Council votes on the new bridge"
TEXT = "The council of Anytown voted on Tuesday on the new bridge."


def test_lines_without_a_word_go():
    assert split_paragraphs("One\n\n  \n|\n¯\nTwo\n") == ["One", "Two"]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("| Name | Votes |", "Name | Votes"),
        ("| | The council has voted. | |", "The council has voted."),
        (r"| Home \| News \| Sport |", "Home | News | Sport"),
        ("News | Sport", "News | Sport"),
    ],
)
def test_tables_are_shown_without_their_frame(row, line):
    assert split_paragraphs(f"{row}\n|---|---|") == [line]


@pytest.mark.parametrize(
    "line",
    [
        TITLE,
        "COUNCIL VOTES ON THE NEW BRIDGE",
        "Anytown: Council votes on the new bridge",
        "By Jane Doe",
        "Jane Doe and John Roe, Anytown",
        "Published on 4 March 2026, 9:30",
    ],
)
def test_headline_byline_and_date_are_columns_of_their_own(line):
    assert drop_head([line, TEXT], titles=[TITLE, None], authors=["Jane Doe", "John Roe"]) == [TEXT]


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe said that the bridge would be built.",
        "It was on 4 March 2026 that the bridge fell.",
        "Council votes",
        "Yes.",
    ],
)
def test_sentences_stay(line):
    assert drop_head([line, TEXT], titles=[TITLE], authors=["Jane Doe"]) == [line, TEXT]


def test_far_below_the_headline_nothing_is_judged():
    paragraphs = [f"Paragraph {n}." for n in range(10)] + [TITLE]
    assert drop_head(paragraphs, titles=[TITLE], authors=[]) == paragraphs


def test_the_last_line_does_not_announce_what_is_not_there():
    paragraphs = [f"Paragraph {n}." for n in range(10)]
    assert drop_head([*paragraphs, "More on this:"], titles=[], authors=[]) == paragraphs
    said = [*paragraphs, "You find the mayor's paper here:"]
    assert drop_head(said, titles=[], authors=[]) == said


def test_long_repeats_go_and_short_ones_stay():
    assert drop_repeats([TEXT, "No.", TEXT.upper(), "No."]) == [TEXT, "No.", "No."]


def test_coverage():
    assert coverage(shingles(TEXT), shingles(TEXT + " And more.")) == 1
    assert coverage(shingles(TEXT), shingles("Something else entirely happened here.")) == 0
    assert coverage(shingles("橋の建設が承認された"), shingles("町で橋の建設が承認された")) == 1
    assert coverage(shingles(""), shingles(TEXT)) == 0
