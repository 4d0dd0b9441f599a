"""Cleaning a whole text: what a reader of the dataset would notice."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.text.article_text import clean_text


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
    assert cleaned.flags == ()


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
    assert cleaned.counts == {"credit": 1}


def test_a_copyright_line_is_taken_out_but_credits_its_agency():
    cleaned = clean_text("The bank kept its rate.\n\n© 2023 AFP. All rights reserved.")
    assert cleaned.text == "The bank kept its rate."
    assert cleaned.agency == "AFP"


def test_every_line_of_a_dump_is_a_paragraph():
    assert clean_text("A heading\nOne sentence.\nAnother.").text.count("\n\n") == 2


def test_wrapped_lines_are_joined():
    text = (
        "The council agreed on Tuesday to open the bridge again after a year of\n"
        "work on it, and the mayor, who had been against it for as long as anyone\n"
        "can remember, said that she would be the first one to cross it on foot,\n"
        "and the last one to go back.\n"
        "Nobody believed her, for she had said so of the ferry, and of the tunnel\n"
        "under the harbour as well, which was never built."
    )
    cleaned = clean_text(text)
    assert [paragraph[-6:] for paragraph in cleaned.text.split("\n\n")] == [" back.", "built."]
    assert "a year of work on it" in cleaned.text
    assert cleaned.counts == {"wrapped_lines": 5}


def test_mends_and_counts_characters():
    cleaned = clean_text("The cafÃ© is\u200b open.\x00 It\u00a0is  warm.")
    assert cleaned.text == "The café is open. It is warm."
    assert cleaned.counts == {"forbidden_characters": 1, "invisible_characters": 1, "mojibake": 1}


def test_flags_what_cannot_be_mended():
    assert clean_text("Half a pair: \ud83d").flags == ("replacement_characters",)
    assert clean_text("Teilen\n\nAnzeige\n\nEin Satz.").flags == ("mostly_boilerplate",)


def test_lines_that_come_again_are_kept_unless_they_are_labels():
    questions = "\n\n".join(f"Pier {n}\n\nWhat does the pier need?\n\nAnzeige" for n in range(6))
    cleaned = clean_text(questions)
    assert cleaned.text.count("What does the pier need?") == 6
    assert cleaned.counts == {"boilerplate_advertisement": 6}


def test_nothing_is_left_of_nothing():
    assert clean_text("").text == clean_text(" \n\u200b\n").text == ""


# Words and marks from which texts arise that the rules act on.
PIECES = st.sampled_from(
    [
        "He",
        "said",
        "so.",
        "in",
        "Gaza.He",
        "went",
        "on",
        "“Quote.”",
        '"Quote."',
        "'Quote.'",
        "„Zitat“",
        "«citation»",
        "(Reuters)",
        "OSLO",
        "Read",
        "more:",
        "Advertisement",
        "ADVERTISEMENT",
        "U.S.",
        "J.K.Rowling",
        "z.B.",
        "3.5",
        "19.Six",
        "example.com",
        "McDonald",
        "endThe",
        "Harbour",
        "Times",
        "©",
        "2023",
        "AFP",
        "(AFP)",
        "/TASS/.",
        "May",
        "3",
        "cafÃ©",
        "â€™",
        "東京。",
        "他回家了。",
        "다.이",
        "गया।कोई",
        "؟لا",
        "https://example.org/A.B",
        "‘",
        "’",
        "”",
        "“",
        "…",
        "-",
        "–",
        "—",
        ":",
        ";",
        "?",
        "!",
        "HEADINGThe",
        "The",
        "the",
    ]
)
TEXTS = st.lists(
    st.tuples(PIECES, st.sampled_from(["", " ", " ", "\n", "\n\n"])).map("".join), max_size=40
).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS | st.text(max_size=300), st.sampled_from(["en", "de", None]), st.booleans())
def test_cleaning_a_clean_text_changes_nothing(text, language, keep):
    once = clean_text(text, language=language, keep_credits=keep).text
    again = clean_text(once, language=language, keep_credits=keep)
    assert again.text == once
    assert not set(again.counts) - {"credit"}


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_are_lost_by_named_rules_alone(text):
    cleaned = clean_text(text)
    if not any(rule.startswith(("boilerplate_", "mojibake")) for rule in cleaned.counts):
        assert re.sub(r"\s", "", cleaned.text) == re.sub(r"\s", "", text)


@given(st.text(max_size=300))
def test_the_result_has_one_form(text):
    cleaned = clean_text(text).text
    cleaned.encode("utf-8")
    assert "\n" not in cleaned.replace("\n\n", "")
    assert "  " not in cleaned
    assert all(part == part.strip() != "" for part in cleaned.split("\n\n")) or not cleaned
