"""Cleaning a whole text: what a reader of the dataset would notice."""

import pytest

from transforms.text.article_text import clean_text


def test_parts_glued_sentences_and_reads_the_credit():
    cleaned = clean_text(
        "Harbour Times - The ferry to the islands will sail again on Monday, the port said.\n\n"
        "Repairs took nine days.Passengers had waited since the storm.“We are glad,” they said.",
        language="en",
    )
    assert cleaned.agency == "Harbour Times"
    assert cleaned.text.split("\n\n")[1:] == [
        "Repairs took nine days.",
        "Passengers had waited since the storm.",
        "“We are glad,” they said.",
    ]
    assert cleaned.counts == {"glued_sentences": 2}


@pytest.mark.parametrize("line", ["Read more:", "ADVERTISEMENT", "Share this article", "Werbung"])
def test_takes_out_boilerplate_lines_and_says_so(line):
    cleaned = clean_text(f"The council met.\n{line}\nIt will meet again.")
    assert cleaned.text == "The council met.\n\nIt will meet again."
    assert sum(cleaned.counts.values()) == 1


def test_keeps_credits_unless_told_otherwise():
    text = "OSLO, May 3 (Reuters) - The bank kept its rate at four percent on Thursday."
    assert clean_text(text).text == text
    cleaned = clean_text(text, keep_credits=False)
    assert cleaned.text == "The bank kept its rate at four percent on Thursday."
    assert (cleaned.agency, cleaned.dateline_place) == ("Reuters", "OSLO")
