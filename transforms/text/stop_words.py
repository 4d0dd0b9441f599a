"""Function words of large languages: what says nothing of a text's subject.

They serve keywords (not a term) and sentences (a capital on such a word shows that a sentence
begins). A language without a list does without.
"""

from transforms.text.tables import read_table

#: Language (BCP 47 primary subtag) to its function words, lower case.
STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in read_table("stop_words.tsv")
}
STOP_WORDS |= {"no": STOP_WORDS["nb"], "nn": STOP_WORDS["nb"], "ms": STOP_WORDS["id"]}

_NONE: frozenset[str] = frozenset()


def stop_words(language: str | None) -> frozenset[str]:
    """Return the function words of ``language`` (BCP 47), none where there is no list."""
    return STOP_WORDS.get((language or "").split("-")[0], _NONE)
