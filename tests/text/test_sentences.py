"""Sentences of all scripts."""

import pytest

from newsbeam.transforms.text.sentences import count_sentences, split_sentences

SENTENCES = [
    ("One. Two! Three? Four…", 4),
    ("“He left,” she said. “Why?” Nobody knew.", 3),
    ("Mr. Smith met Dr. Jones at 5 p.m. on Jan. 3 in the U.S. capital.", 1),
    ("J. K. Rowling wrote it. It sold well.", 2),
    ("It rose 3.5 percent. Then it fell.", 2),
    ("A heading without a stop\n\nA sentence.", 2),
    ("Am 3. Mai ging er z. B. nach Wien. Dann kam er zurück.", 2),
    ("他回家了。没有人知道！为什么？", 3),
    ("「終わりだ。」彼は帰った。", 2),
    ("वह चला गया। कोई नहीं जानता।", 2),
    ("هل غادر؟ لا أحد يعرف.", 2),
    ("그는 갔다. 아무도 모른다.", 2),
    ("Έφυγε. Κανείς δεν ξέρει.", 2),
    ("", 0),
    (" \n ", 0),
]


@pytest.mark.parametrize(("text", "count"), SENTENCES)
def test_counts(text, count):
    assert count_sentences(text) == count == len(split_sentences(text))


def test_splits_without_losing_a_word():
    text = "“He left,” she said.  Nobody knew why.\n\nThe end"
    assert split_sentences(text) == ["“He left,” she said.", "Nobody knew why.", "The end"]
