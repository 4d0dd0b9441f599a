"""Sentences: parting those that lost the paragraph break between them, splitting and counting.

A page's paragraphs often arrive with nothing between them: "…in Gaza.He said". ``part_glued`` puts
the breaks back where it is certain. The evidence is the characters on both sides, the rest of the
same document, and function words; what looks like a name, a URL, an abbreviation or a number stays.
Chinese and Japanese write no space after a full stop, so nothing there is taken for a lost break.
"""

import re
from functools import cached_property
from itertools import pairwise

from transforms.text.characters import ARABIC, CJK, HANGUL, LOWER, UPPER
from transforms.text.stop_words import STOP_WORDS, stop_words
from transforms.text.tables import WORD_LISTS

_OPENING = "“„‚‘«‹「『(["
_CLOSING = "”’»›」』)]"
_MARKS = "\"'“”„‟‚‘’«»‹›()\\[\\]"

#: A sentence's end with something other than a space after it.
_AFTER_END = re.compile(rf"([.!?…؟۔।॥։]+)([{_MARKS}]*)(?=[^\W_]|https?://|[-–—•] ?[^\W_])")
#: A lower case letter and a capital within a word.
_IN_WORD = re.compile(rf"(?<=[{LOWER}])(?=[{UPPER}]['’{LOWER}\s])")

_LAST_WORD = re.compile(r"[^\W\d_]+$")
_LAST_DIGITS = re.compile(r"\d+$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FIRST_WORD = re.compile(r"[^\W\d_]+")

#: Abbreviations that a name or number follows, so that no sentence ends with them.
_TITLES = WORD_LISTS["abbreviations"]
#: What follows a dot in names of sites, files and programs, in capitals too.
_AFTER_DOT = WORD_LISTS["file_and_site_endings"]
#: Languages that write a capital within a word: after a prefix (Bantu, Irish, Gaelic).
_INNER_CAPITALS = frozenset(
    re.findall(r"\w+", "zu xh ss nr nd st tn nso ts ve sw rw rn ny sn lg ga gd")
)
#: Beginnings of names with a capital in them.
_NAME_PREFIX = re.compile(
    r"(?:Mc|Mac|De|Di|Du|Da|La|Le|Lo|Van|Von|Fitz|O|Des|Del|Ver|Ab|Ben|Al|El|St|Mbe?)$"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")


class _Document:
    """What a document knows of its own words; computed only when asked for."""

    def __init__(self, text: str, language: str | None) -> None:
        self.text = text
        self.language = (language or "").split("-")[0] or None

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.text))

    @cached_property
    def _function_words(self) -> frozenset[str]:
        if self.language in STOP_WORDS:
            return stop_words(self.language)
        return frozenset()

    def has(self, word: str) -> bool:
        """Whether ``word`` stands in the document by itself, as written."""
        return word in self._words

    def is_common(self, word: str) -> bool:
        """Whether ``word`` is written small elsewhere, so that a capital begins a sentence."""
        lower = word.lower()
        return lower in self._function_words or lower in self._words


def part_glued(text: str, language: str | None = None) -> tuple[str, int]:
    """Return ``text`` with a blank line wherever sentences lost the break, and how many.

    ``language`` (BCP 47) helps where it is known. No character is changed or lost.
    """
    document = _Document(text, language)
    cuts = {cut for match in _AFTER_END.finditer(text) if (cut := _cut_after_end(document, match))}
    if document.language not in _INNER_CAPITALS:
        cuts.update(
            match.start() for match in _IN_WORD.finditer(text) if _is_joint(document, match.start())
        )
    if not cuts:
        return text, 0
    places = [0, *sorted(cuts), len(text)]
    parts = [text[start:end] for start, end in pairwise(places)]
    return "\n\n".join(parts), len(cuts)


def _token_before(text: str, end: int, limit: int = 60) -> str:
    """Return what stands before ``end`` back to a space, at most ``limit`` characters."""
    before = text[max(0, end - limit) : end]
    return before[len(before.rstrip()) :] if before[-1:].isspace() else before.split()[-1]


def _cut_after_end(document: _Document, match: re.Match[str]) -> int | None:
    """Return where to part at a sentence's end without a space after it, None for not at all."""
    text, start, end = document.text, match.start(), match.end()
    if start == 0 or text[start - 1].isspace():
        return None
    stop, marks = match.group(1), match.group(2)
    cut = end - len(marks) + _closing_marks(document, start, marks)
    before = _token_before(text, start)
    after = text[end : end + 60]
    first = _FIRST_WORD.match(after)
    if "://" in before or before.startswith("www.") or "@" in before:
        return None
    last = _LAST_WORD.search(before)
    if after[0] in "-–—•":
        return (
            cut
            if last and len(last.group()) > 2 and (after[1:2] == " " or after[1:2].isupper())
            else None
        )
    if after.startswith(("http://", "https://")):
        return cut
    if first is None:  # a number
        return cut if _may_precede_number(last, marks, stop) else None
    word = first.group()
    if re.match(f"[{HANGUL}]", word):
        return cut if stop != "." or before[-1] in "다요까죠음함됨임" or marks else None
    if re.match(f"[{ARABIC}]", word):
        return cut if last and len(last.group()) > 2 else None
    if re.match(f"[{CJK}]", word):
        return None
    if stop[0] in "।॥":
        return cut
    if not word[0].isupper():
        return None
    if after[len(word) : len(word) + 1] in ("=", "/", "@", "_") or word.lower() in _AFTER_DOT:
        return None
    if marks or stop != "." or before[-1] in _CLOSING + '"':
        return cut if len(before) > 1 or marks else None
    if last is None:
        digits = _LAST_DIGITS.search(before)
        return (
            cut
            if digits and (len(digits.group()) > 2 or before[-1] in "%") and word[1:2].islower()
            else None
        )
    if len(last.group()) == 1 and last.group() not in CJK:
        initials = _INITIALS.search(before)
        known = document.is_common(word) and word[1:].islower() and len(word) > 1
        if initials and initials.group().lower() in ("a.m", "p.m"):
            return cut if word[1:2].islower() or known else None
        return cut if known and (last.group().isupper()) else None
    if last.group().lower() in _TITLES:
        return None
    if len(word) == 1 and after[1:2] == ".":
        return cut if last.group().islower() and len(last.group()) > 2 else None
    return cut


def _may_precede_number(last: re.Match[str] | None, marks: str, stop: str) -> bool:
    if last is None:
        return False
    word = last.group()
    return bool(marks) or stop != "." or (len(word) > 3 and word.lower() not in _TITLES)


def _closing_marks(document: _Document, start: int, marks: str) -> int:
    """Return how many of the quotation marks and brackets after an end belong to what ended."""
    if not marks:
        return 0
    text = document.text
    begin = max(text.rfind("\n", 0, start) + 1, start - 5000)
    count = 0
    for mark in marks:
        if mark in "\"'":
            # the one that closes has an odd number of its kind before it
            if mark == '"' and (text.count('"', begin, start) + count) % 2 == 0 and len(marks) == 1:
                break
            if len(marks) > 1 and count == (len(marks) + 1) // 2:
                break
        elif mark == "“":
            if text.rfind("„", begin, start) <= text.rfind("“", begin, start):
                break
        elif mark == "«":
            if text.rfind("»", begin, start) <= text.rfind("«", begin, start):
                break
        elif mark == "»":
            if text.rfind("«", begin, start) < text.rfind("»", begin, start):
                break
        elif mark in _OPENING:
            break
        count += 1
    return count


def _is_joint(document: _Document, at: int) -> bool:
    """Whether two words were glued at ``at``, between a lower case letter and a capital."""
    text = document.text
    token = _token_before(text, at)
    left = _LAST_WORD.search(token)
    right = _WORD.match(text, at, at + 60)
    if left is None or right is None:
        return False
    head = token[: -len(left.group())]
    if head[-1:] in tuple("#@/._-&=?%\\") or "://" in head or "www." in head:
        return False
    first, second = left.group(), right.group()
    if document.has(first + second) and text.count(first + second) > 1:
        return False
    if _NAME_PREFIX.match(first) or len(first) < 2:
        return False
    if second.lower() in ("innen", "in") and (document.language or "de") == "de":
        return False
    if re.search(rf"[{UPPER}]", first[1:]) or re.search(rf"[{UPPER}]", second[1:]):
        return False
    if document.is_common(second):
        return len(first) > 2 or document.is_common(first)
    known_left = document.has(first) or document.is_common(first)
    if first[0].islower():
        return len(first) > 2 and (known_left or len(first) > 5)
    return known_left and document.has(second)


#: Abbreviations after which a sentence goes on even before a capital.
_GOES_ON = re.compile(r"(?:^|[\s(\"“„])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]|[A-Za-zÀ-ÿА-я]{1,5})$")
_END = re.compile(rf"[。！？｡]+[{_MARKS}」』）]*|[.!?…؟۔।॥։።]+[{_MARKS}]*(?=\s|$)|\n+")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of ``text``, without the space between them, in any script.

    A line break ends a sentence too, so a heading counts as one.
    """
    sentences, start = [], 0
    for match in _END.finditer(text):
        end = match.end()
        if end <= start or (match.group() == "." and _continues(text, start, match.start(), end)):
            continue
        sentence = text[start:end].strip()
        if sentence:
            sentences.append(sentence)
        start = end
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def count_sentences(text: str) -> int:
    """Return how many sentences ``text`` has."""
    return len(split_sentences(text))


def _continues(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the full stop at ``stop`` ends an abbreviation or a number rather than a sentence."""
    after = text[end : end + 20].lstrip(' \t"“„‘«(')
    if not after:
        return False
    if after[0].islower() or after[0] in ",;:":
        return True
    before = text[max(start, stop - 30) : stop]
    if not before or before[-1].isspace():
        return False
    token = before.split()[-1].lstrip('"“„‘«(')
    if token.isdigit():
        return len(token) <= 2 and token != ""
    bare = token.rstrip(".")
    if bare.lower() in _TITLES:
        return True
    return (len(bare) == 1 and bare.isupper() and bare not in CJK) or bool(
        _INITIALS.match(bare) and bare.islower()
    )
