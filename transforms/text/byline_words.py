"""The vocabulary of bylines, and the labels that say who follows: "By", "Text:", "Photos by".

All words stand in ``bylines.tsv``, by kind and language.
"""

import re
from collections.abc import Iterable

from newsbeam.transforms.text.tables import read_table


class Words:
    """The words of a kind, some with a ``*`` at one end for more letters."""

    def __init__(self, kind: str) -> None:
        words = read_words(kind)
        self.exact = frozenset(word for word in words if "*" not in word)
        self._starts = tuple(word[:-1] for word in words if word.endswith("*"))
        self._ends = tuple(word[1:] for word in words if word.startswith("*"))

    def __contains__(self, word: str) -> bool:
        return word in self.exact or word.startswith(self._starts) or word.endswith(self._ends)


def read_words(kind: str, table: str = "bylines.tsv") -> frozenset[str]:
    """Return the words of one kind in all languages."""
    return frozenset(
        word for name, _, words in read_table(table) if name == kind for word in words.split("|")
    )


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of ``words``."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word).replace(r"\*", r"\w+").replace(r"\ ", r"\s+") for word in longest_first
    )


ROLES = Words("role")
HOUSES = Words("house")
NOBODY = Words("nobody")
PAGE = Words("page")
#: Words of which no name of a person is made.
NO_NAME = (ROLES, HOUSES, PAGE)

_LABELS = read_words("label") - HOUSES.exact
_PREPOSITION = f"(?:{either(read_words('by'))})"
#: "Fotografía de Juan Ruiz": before who helped, words that also stand inside of names.
_HELPED_BY = f"(?:{either(read_words('by') | {'de', 'di', 'do', 'da'})})"
_LOCAL = {
    word: language
    for kind, language, words in read_table("bylines.tsv")
    if kind == "local"
    for word in words.split("|")
}
_COLON = r"\s*[:：|=＝]\s*"
#: "written by", "ein artikel von", "text:", "by", at the start; in Chinese a stroke may follow it.
#: Labels are matched in small letters: without regard to case it takes four times as long.
_BY = re.compile(
    rf"^\W*(?:(?:(?:{either(read_words('wrote'))})\s+)?{_PREPOSITION}(?:{_COLON}|\s+|$)"
    rf"|(?:{either(read_words('label'))})(?:{_COLON}|\s*[／/・]\s*))"
)
#: "13:30 Uhr", "7:11 AM PST"
_CLOCK = r"\s*(?:uhr|h|[ap]\.?m\.?)?(?:\s(?:[a-z]{1,3}t|utc))?"
#: "6.11.2025 13:30 von Olga"
_MOMENT_BY = re.compile(rf"^\W*(?:on\s+)?\d[\d\s.:,/-]*{_CLOCK}\s+{_PREPOSITION}\s+")
#: "posted on 6 november 2025 by olga"
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_BY = re.compile(rf"^[^\n]{{0,40}}?\b(?:19|20)\d\d\b[\d\s.:,/|-]*{_CLOCK}\s+{_PREPOSITION}\s+")
_AFTER_MOMENT = re.compile(rf"\d[:.]\d\d{_CLOCK},?\s+(?={_PREPOSITION}\s)", re.IGNORECASE)
#: "ByJane Doe": a style sheet parts them.
_GLUED_BY = re.compile(r"^(?:By|BY|Von|VON|Par|Por)(?=[^\W\d_a-zß-öø-ÿ][\w'’.-]*[a-zß-öø-ÿ]*\s)")
#: "記者王小明": nothing parts label and name in Chinese.
_DENSE_BY = re.compile(
    rf"^(?:{either(word for word in _LABELS if len(word) > 1 and '㐀' < word[0] < '鿿')})\s*"
    r"(?=[㐀-鿿]{2,4}(?:$|[\s／/、,，]))"
    # "글·사진 김철수": in Korean a space does.
    r"|^(?:글·사진|글/사진|글|기자)\s+(?=[가-힣]{2,4}(?:$|[\s,·]))"
)
#: "Source: agency Author: Jane Doe", "来源：通讯社 作者：王小明": within a line.
LABEL_WITHIN = re.compile(
    rf"(?<=\s)(?:(?:{either(word for word in _LABELS if word.startswith(('aut', 'авт')))})\s*:"
    rf"|(?:{either(word for word in _LABELS if len(word) > 1 and '㐀' < word[0] < '鿿')}))",
    re.IGNORECASE,
)
#: "Edited by John Roe", "Fotos: Max Moe", to the end.
_HELPER = re.compile(
    rf"(?:^|(?<=[\s,;(.]))(?:{either(read_words('helper'))})"
    rf"(?:\s+(?:&|and|und|et|y|e)\s+\w+)?\s*(?:{_HELPED_BY}\b|[:：／©]).*",
    re.IGNORECASE | re.DOTALL,
)
#: "Photos" alone, or "Reviewed by": the next thing is no author.
_HELPER_ALONE = re.compile(
    rf"^\W*(?:{either(read_words('helper'))})\s*(?:{_HELPED_BY})?\s*[:：]?\s*$", re.IGNORECASE
)
#: "By Jane Doe | Reviewed by", "Contributions from: John Roe and"
_ENDS_WITH_HELPER = re.compile(
    rf"(?:^|[\s,;(.|])(?:{either(read_words('helper'))})\s*(?:{_HELPED_BY}\s*[:：]?|[:：])"
    rf"(?:[^|—–·•:.\n]*(?:,|&|\s(?:{either(read_words('and') - {'&'})})))?\s*$",
    re.IGNORECASE,
)


def names_author(text: str, *, colon: bool = True) -> bool:
    """Say whether ``text`` announces an author, and nothing follows: "Written by", "Author:".

    Unless ``colon``, "Author" alone does too.
    """
    bare = text.strip(" :：|(").lower()
    if bare in _LABELS and (not colon or text.rstrip().endswith((":", "："))):
        return True
    return bool(_BY.fullmatch(bare + " "))


def names_helper(text: str) -> bool:
    """Say whether ``text`` announces somebody who is no author: "Reviewed by", "Photos:"."""
    return bool(_HELPER_ALONE.match(text))


def leads_to_helper(text: str) -> bool:
    """Say whether who follows ``text`` is no author: "By Jane Doe | Reviewed by"."""
    return names_helper(text) or bool(_ENDS_WITH_HELPER.search(text))


def starts_with_label(text: str) -> bool:
    """Say whether a byline calls itself one: "By Jane Doe"."""
    return _label(text) > 0


def from_label(text: str) -> str:
    """Return ``text`` from the label behind its date: "News, 6 May 13:30 by Jane Doe"."""
    moment = _AFTER_MOMENT.search(text)
    return text[moment.end() :] if moment else text


def without_label(text: str) -> str:
    """Return ``text`` without the labels at its start."""
    while end := _label(text):
        text = text[end:]
    return text


def without_local_label(name: str, language: str | None) -> str:
    """Return a name without what only in its language announces one: "De Ioana Popescu"."""
    first, _, rest = name.partition(" ")
    is_label = " " in rest and (language or "")[:2].lower() == _LOCAL.get(first.lower())
    return rest if is_label else name


def without_helpers(text: str) -> str:
    """Return ``text`` up to where it names those who helped."""
    return _HELPER.sub("", text)


def _label(text: str) -> int:
    """Return where the label ends that ``text`` begins with, 0 if it begins with none."""
    lower = text.replace("İ", "i").lower()  # each letter stays one
    match = (
        _BY.match(lower)
        or _GLUED_BY.match(text)
        or _MOMENT_BY.match(lower)
        or (_YEAR.search(lower) and _DATE_BY.match(lower))
        or _DENSE_BY.match(lower)
    )
    return match.end() if match else 0
