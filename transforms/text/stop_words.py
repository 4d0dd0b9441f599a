"""Function words of large languages: what says nothing of a text's subject.

They serve keywords (not a term) and sentences (a capital on such a word shows that a sentence
begins). A language without a list does without.
"""

from newsbeam.transforms.text.tables import read_table

#: Language (BCP 47 primary subtag) to its function words, lower case.
STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in read_table("stop_words.tsv")
}
STOP_WORDS |= {"no": STOP_WORDS["nb"], "nn": STOP_WORDS["nb"], "ms": STOP_WORDS["id"]}

_NONE: frozenset[str] = frozenset()


def stop_words(language: str | None) -> frozenset[str]:
    """Return the function words of ``language`` (BCP 47), none where there is no list."""
    return STOP_WORDS.get((language or "").split("-")[0], _NONE)


def guess_stop_words(words: list[str]) -> frozenset[str]:
    """Return the list with most of ``words`` (lower case), none if they are of no list."""
    best = max(STOP_WORDS.values(), key=lambda known: sum(word in known for word in words))
    return best if sum(word in best for word in words) > 0.1 * len(words) else _NONE
