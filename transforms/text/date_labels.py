"""What stands beside a date and says which one it is: "Published", "Updated on", "Stand:".

All words stand in ``date_labels.tsv``, by kind and language.
"""

import re

from transforms.text.tables import read_table

_KINDS = {
    word: kind for kind, _, words in read_table("date_labels.tsv") for word in words.split("|")
}
_ANY = tuple(sorted(_KINDS))
_STARTS = tuple(word for word in _ANY if _KINDS[word] != "changed")
_TELLING = {word: kind for word, kind in _KINDS.items() if kind != "date"}
#: Scripts without spaces part no words.
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def last_label(text: str) -> str | None:
    """Return what the last label in ``text`` says of the date behind it: published or changed."""
    text = text.lower()
    found = [
        (at + len(word), kind)
        for word, kind in _TELLING.items()
        if (at := text.rfind(word)) >= 0 and _stands_alone(word, text, at)
    ]
    return max(found)[1] if found else None


def starts_with_label(text: str) -> bool:
    """Say whether ``text`` opens like a line that tells a date: "Published:", "Datum:"."""
    start = re.sub(r"^\W+", "", text[:60].lower())
    return start.startswith(_STARTS) and any(
        start.startswith(word) and _stands_alone(word, start, 0) for word in _STARTS
    )


def _stands_alone(word: str, text: str, at: int) -> bool:
    if _DENSE.match(word):
        return True
    end = at + len(word)
    return not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
