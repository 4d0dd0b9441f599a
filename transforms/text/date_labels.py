"""What stands beside a date and says which one it is: "Published", "Updated on", "Stand:".

All words stand in ``date_labels.tsv``, by kind and language. A word counts only where it is the
date's own: "Market update | 4 March" says nothing of the day.
"""

import re
import unicodedata

from newsbeam.transforms.text.byline_words import either, read_words
from newsbeam.transforms.text.calendar_names import weekdays
from newsbeam.transforms.text.tables import read_table


def _fold(text: str) -> str:
    """Return ``text`` as it is compared: capitals may have lost their accents."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char))


_KINDS = {
    _fold(word): "published" if kind == "heading" else kind
    for kind, _, words in read_table("date_labels.tsv")
    for word in words.split("|")
}
_HEADINGS = frozenset(map(_fold, read_words("heading", "date_labels.tsv")))
_LABEL = f"(?<!\\w)(?P<label>{either(_KINDS)})"
_OF_ARTICLE = either(word for word, kind in _KINDS.items() if kind != "other")
#: Between a label and its date: punctuation, and two little words: "updated on the".
_BEFORE = re.compile(rf"{_LABEL}(?P<rest>(?:[^\w]+\w{{1,5}}){{0,2}}[^\w]*)$")
#: "4 Mart tarihinde güncellendi", "(updated)"
_AFTER = re.compile(rf"^\W*(?:\w+\s+){{0,2}}{_LABEL}\W*$")
#: "Edited by": what follows is a name. "Vom" also stands before a day.
_NAME_FOLLOWS = re.compile(rf"\b(?:{either(map(_fold, read_words('by') - {'vom'}))})\b")


def _any(kind: str) -> str:
    return either(map(_fold, read_words(kind)))


#: "Published", "Written by", "Author: Jane Doe".
_OPENS = re.compile(
    rf"^\W*(?:(?:{_OF_ARTICLE})(?!\w)|(?:{_any('wrote')})\s+(?:{_any('by')})\s|(?:{_any('label')})\s*[:：])"
)
_CLAUSES = re.compile(r"[|·•;/()\[\]\n～~（）［］【】「」｜]|\s[-–—]+\s")
#: What leads from a label to its date: "Updated - 5 March".
_LEADS = " \t-–—"
#: "Posted 4 March and last updated 5 March"
_AND = re.compile(rf"(?:{_any('and')})")
_WEEKDAYS = frozenset(map(_fold, weekdays()))


def label_before(text: str) -> str | None:
    """Return what ``text`` says of the date right behind it: its kind in the table, or None.

    It says so if its last clause begins with the label, or if a colon or a little word leads from
    the label to the date: "This page was last updated on". In a sentence a press release is one
    that is told of.
    """
    clause = _fold(_CLAUSES.split(text.rstrip(_LEADS))[-1])
    words = (word for word in clause.split() if word.strip(",.") not in _WEEKDAYS)
    clause = " ".join(words)
    match = _BEFORE.search(clause)
    if match is None or _NAME_FOLLOWS.search(match["rest"]):
        return None
    front = clause[: match.start()].strip(" \"'*>–-,.")
    begins = not front or _AND.fullmatch(front) is not None
    colon = ":" in match["rest"] or "：" in match["rest"]
    leads = any(map(str.isalnum, match["rest"])) and match["label"] not in _HEADINGS
    return _KINDS[match["label"]] if begins or colon or leads else None


def label_after(text: str) -> str | None:
    """Return what ``text`` says of the date right before it, if its first clause is the label."""
    clauses = (clause for clause in _CLAUSES.split(_fold(text)) if clause.strip())
    match = _AFTER.match(next(clauses, "")) if text.lstrip()[:1] not in ("|", "·", "•") else None
    return _KINDS[match["label"]] if match else None


def opens_with_label(text: str) -> bool:
    """Say whether ``text`` begins like a line that tells who wrote something, and when."""
    return bool(_OPENS.match(_fold(text)))
