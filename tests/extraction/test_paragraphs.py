import pytest

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.extraction.paragraphs import coverage, is_head, shingles, split_paragraphs

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
    ("line", "kind"),
    [
        (TITLE, "headline"),
        ("COUNCIL VOTES ON THE NEW BRIDGE", "headline"),
        ("Anytown: Council votes on the new bridge", "headline"),
        ("By Jane Doe", "byline"),
        ("Jane Doe and John Roe, Anytown", "byline"),
        ("Published on 4 March 2026, 9:30", "date"),
    ],
)
def test_headline_byline_and_date_are_columns_of_their_own(line, kind):
    assert is_head(line, {normalize_text(TITLE)}, ["jane doe", "john roe"]) == kind


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe said that the bridge would be built.",
        "It was on 4 March 2026 that the bridge fell.",
        "Council votes",
        "Yes.",
    ],
)
def test_sentences_are_text(line):
    assert is_head(line, {normalize_text(TITLE)}, ["jane doe"]) is None


def test_coverage():
    assert coverage(shingles(TEXT), shingles(TEXT + " And more.")) == 1
    assert coverage(shingles(TEXT), shingles("Something else entirely happened here.")) == 0
    assert coverage(shingles("橋の建設が承認された"), shingles("町で橋の建設が承認された")) == 1
    assert coverage(shingles(""), shingles(TEXT)) == 0
