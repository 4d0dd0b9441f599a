"""Sentences and headings that lost the paragraph break between them, parted again.

A page's paragraphs often arrive with nothing between them: "…in Gaza.He said". ``part_glued`` puts
the breaks back where it is certain. The evidence is the characters on both sides, function words,
and the document itself: a word that is also written small begins a sentence when it has a capital;
a token that recurs is a name. What looks like a name, a URL, an abbreviation or a number stays.
Chinese and Japanese write no space after a full stop, so nothing there is taken for a lost break.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from newsbeam.transforms.text.characters import ARABIC, CJK, HANGUL, LOWER, UPPER
from newsbeam.transforms.text.stop_words import guess_stop_words, stop_words
from newsbeam.transforms.text.tables import WORD_LISTS

#: Prose has fewer ends and marks without a space after them than one in so many characters.
_LEAST_MARKS, _CHARS_PER_MARK = 200, 30
#: Characters that tell the language, if it is not known.
_GUESS_CHARS = 500
#: How far back an opening mark is looked for.
_MAX_QUOTATION = 1500
#: Marks that may stand between the end of one sentence and the first letter of the next.
_MARKS = "\"'“”„‟‚‘’«»‹›()\\[\\]"
#: What ends a sentence, or, if more speaks for it, a heading or an item.
_ENDS = ".!?…؟۔।॥։:;"
_CLOSING = "”’»›)]"
#: Marks that close in some languages what the other opens: „German“, ‚German‘, »Danish«.
_OPENED_BY = {"“": "„", "‘": "‚", "«": "»", "»": "«", "‹": "›", "›": "‹"}

#: An end or a mark, with something other than a space after it.
_AFTER_END = re.compile(rf"[{_ENDS}{_MARKS}](?=[^\W_]|[¿¡][^\W_]|« [^\W_]|[-–—•] ?[^\W_])")
#: A capital after a lower case letter or a digit within a word; or the first of a word that is
#: glued to one in capitals.
_CAPITAL = re.compile(
    rf"[{UPPER}](?<=\S.)(?:(?P<in_word>(?<=[{LOWER}\d][{UPPER}])(?=['’{LOWER}\s]))"
    rf"|(?<=[{UPPER}]{{3}})(?=[{LOWER}]{{2}}))"
)

_RUN = re.compile(rf"([{_ENDS}]*)([{_MARKS}]*)$")

_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d[\d.,]*(?:[\s).:%]|h\d\d|$)")
_ITEM = re.compile(f"[{LOWER}];(?: and)?[{UPPER}][{LOWER}]")
_WHOLE_NUMBER = re.compile(r"\W?\d+(?:[.,]\d{3})*(?:[.,:/]\d+)?[%°]?")
#: What may stand between a word and its full stop, and the signs that Indic words end with.
_AFTER_WORD = "”’»›)]\"“‘«'%…"
_VOWEL_SIGN = re.compile("[\u0300-\u036f\u0900-\u0dff]")
#: What scripts without spaces put right before a name: "をiPhone".
_UNSPACED = re.compile(f".*[{CJK}{HANGUL}]")
_IS_UPPER = re.compile(f"[{UPPER}]")
_PATH = re.compile(r"\W?(?:[a-z_]\w+\.)+[a-z_]\w+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_CLOSED_MARK = re.compile(r"(?:(?<=\w)|(?<=[.,!?]))['’](?!\w)")
_OPENED_MARK = re.compile(r"(?<![^\s(\[\"“„—–.!?:])['‘](?=\w)")
#: What German words for persons end with: "LehrerIn", "StudentInnen" are words.
_PERSON = re.compile(
    r"(?:er|[eia]nt|ist|or|eur|ar|[aei]t|log|nom|wirt|[aä]lt|[aä]rzt|ling|kolleg|kund|expert|freund)$"
)
#: Articles that are elided before a vowel: "L'Artico", "Dell’Unione".
_ELIDED = re.compile(r"(?:[LDCNSJMT]|Qu|Un|[DN]ell|[ADS]all|Sull|All|Quest|Quell)['’]")

_ABBREVIATIONS = WORD_LISTS["abbreviations"]
_AFTER_DOT = WORD_LISTS["file_and_site_endings"]
_CAMEL_NAMES = WORD_LISTS["camel_names"]
_NAME_PREFIXES = WORD_LISTS["name_prefixes"]
#: Languages that write capitals within words, after a prefix: Bantu languages, Irish, Gaelic.
_INNER_CAPITALS = WORD_LISTS["languages_with_inner_capitals"]
#: Languages that write ordinal numbers with a dot: "19.Jahrhundert".
_DOTTED_ORDINALS = WORD_LISTS["languages_with_dotted_ordinals"]


class _Document:
    """What a document knows of its own words; computed only when it is asked."""

    def __init__(self, text: str, language: str | None) -> None:
        self.text = text
        primary = (language or "").lower().split("-")[0]
        self.language = "" if primary == "und" else primary

    @cached_property
    def function_words(self) -> frozenset[str]:
        """The function words of its language, which its first words tell if it is not known."""
        if self.language:
            return stop_words(self.language)
        return guess_stop_words(self.text[:_GUESS_CHARS].lower().split())

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(re.findall(r"\w+", self.text))

    @cached_property
    def one_mark(self) -> bool:
        """Whether ” stands on both sides of what is said, as in Swedish and Finnish."""
        return self.language in ("sv", "fi") or ("”" in self.text and "“" not in self.text)

    @cached_property
    def has_list(self) -> bool:
        """Whether items of a list, parted by semicolons, begin with capitals."""
        return len(_ITEM.findall(self.text)) > 1

    def count(self, word: str) -> int:
        """Return how often ``word`` stands in the document by itself, as written."""
        return self._words[word]

    def is_common(self, word: str) -> bool:
        """Whether ``word`` is written small elsewhere, so that its capital begins a sentence."""
        lower = word.lower()
        return lower in self.function_words or lower in self._words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joint:
    """What stands around an end that no space follows."""

    start: int  # of the stop and the marks
    before: str  # back to a space
    left: str  # the word that ``before`` ends with
    stop: str
    closing: str  # marks that belong to what ended
    opening: str  # marks that belong to what begins
    after: str  # from the first letter or digit on


def part_glued(text: str, language: str | None = None) -> tuple[str, int]:
    """Return ``text`` with a blank line wherever sentences lost the break, and how many.

    ``language`` (BCP 47) helps where it is known. No character is changed or lost.
    """
    document = _Document(text, language)
    cuts: set[int] = set()
    last = 0
    ends = [match.end() for match in _AFTER_END.finditer(text)]
    if len(ends) > _LEAST_MARKS + len(text) // _CHARS_PER_MARK:
        return text, 0  # no prose: a table, code
    for end in ends:
        if text[end].islower() and not text.startswith(("http://", "https://"), end):
            continue  # mostly an apostrophe
        cut = _cut_after_end(document, end, last)
        if cut is not None:
            cuts.add(last := cut)
    for match in _CAPITAL.finditer(text):
        at = match.start()
        if match["in_word"] is None:
            is_cut = _is_heading(document, at)
        else:
            is_cut = document.language not in _INNER_CAPITALS and _is_joint(document, at)
        if is_cut:
            cuts.add(at)
    if not cuts:
        return text, 0
    parts = [text[start:end] for start, end in pairwise([0, *sorted(cuts), len(text)])]
    return "\n\n".join(parts), len(cuts)


def _token_before(text: str, end: int, limit: int = 60) -> str:
    """Return what stands before ``end`` back to a space, at most ``limit`` characters."""
    before = text[max(0, end - limit) : end]
    return "" if not before or before[-1].isspace() else before.split()[-1]


def _cut_after_end(document: _Document, end: int, last_cut: int) -> int | None:
    """Return where to part near ``end``, where ends and marks stop, None for not at all."""
    text = document.text
    run = _RUN.search(text, max(last_cut, end - 12), end)
    if run is None or run.start() == last_cut:
        return None
    start, stop, marks = run.start(), run.group(1), run.group(2)
    if not stop and not text[end].isupper():
        return None
    if text[start - 1].isdigit() and text[end].isdigit():
        return None  # a decimal, a time
    before = _token_before(text, start)
    if not before or "://" in before or "@" in before or before.startswith("www"):
        return None
    begin = max(last_cut, start - _MAX_QUOTATION)
    begin = max(begin, text.rfind("\n", begin, start) + 1)
    closing = _count_closing(document, begin, start, marks)
    last = _LAST_WORD.search(before)
    joint = _Joint(
        start=start,
        before=before,
        left=last.group() if last else "",
        stop=stop,
        closing=marks[:closing],
        opening=marks[closing:],
        after=text[end : end + 60].lstrip("¿¡« "),
    )
    return end - len(joint.opening) if _is_end(document, joint) else None


def _is_end(document: _Document, joint: _Joint) -> bool:
    """Whether a sentence ends at ``joint``, by what comes after it."""
    before, after = joint.before, joint.after
    if not (before[-1].isalnum() or before[-1] in _AFTER_WORD or _VOWEL_SIGN.match(before[-1])):
        return False
    if joint.opening.startswith("[") and after[0].isdigit():  # a footnote's number
        return False
    if not joint.stop and not _ends_without_stop(document, joint):
        return False
    if after[0] in "-–—•":
        if before[-1] in ")/]" and after[0] != "•":
            return False  # a credit and its dash: "(EFE).- …", "/TASS/. — …"
        is_end = len(joint.left) > 2 or before[-1] in _CLOSING + '"“'
        return is_end and (after[1] == " " or after[1].isupper())
    if after.startswith(("http://", "https://")):
        return joint.stop[-1:] not in ("", ":", ";")
    first = _FIRST_WORD.match(after)
    if first is None:
        return _ends_before_number(joint)
    if after[0].isupper():
        return _ends_before_capital(document, joint, first.group())
    return _ends_without_case(joint, first.group())


def _ends_before_number(joint: _Joint) -> bool:
    if joint.stop[-1:] in ("", ":", ";", "…") or not _NUMBER.match(joint.after):
        return False
    if joint.closing or joint.opening or joint.stop[-1:] in "!?":
        return True
    is_word = joint.before.lstrip("\"'“‘«„(") == joint.left and len(joint.left) > 3
    return is_word and joint.left.lower() not in _ABBREVIATIONS


def _ends_before_capital(document: _Document, joint: _Joint, right: str) -> bool:
    stop, before, left = joint.stop, joint.before, joint.left
    marks = joint.closing + joint.opening
    following = joint.after[len(right) : len(right) + 2]
    if following[:1] in ("=", "/", "@", "_", "(", "[") or right.lower() in _AFTER_DOT:
        return False  # "note.New(key)"
    if _PATH.fullmatch(before):
        return False  # "java.util.List"
    if len(right) > 1 and following[:1] == "." and following[1:].isalnum():
        return False  # the name of a site: "Halo.Example.org"
    if stop[-1:] in (":", ";"):
        if marks or len(left) < 4 or before.startswith("&"):
            return False
        return right.lower() in document.function_words or document.has_list
    if marks or stop != "." or before[-1] in _CLOSING + '"“‘«':
        return True
    if not left:
        return _ends_with_number(document, joint, right)
    if len(left) == 1:
        return _ends_with_initial(document, before, left, right)
    if left.lower() in _ABBREVIATIONS:
        return False
    if len(left) < 4 and left.isupper() and right.isupper() and following[:1] == ".":
        return False  # a doubled abbreviation: "EE.UU."
    if len(right) == 1 and following[:1] == ".":  # initials
        return len(left) > 3
    return not (len(right) == 1 and left.isupper())  # a share's symbol: "ABC.O"


def _count_closing(document: _Document, begin: int, start: int, marks: str) -> int:
    """Return how many of ``marks``, which stand at ``start``, close what the paragraph opened."""
    text = document.text
    for count, mark in enumerate(marks):
        before = marks[:count]
        if mark == '"' or (mark == "”" and document.one_mark):
            is_closing = (text.count(mark, begin, start) + before.count(mark)) % 2 == 1
        elif mark == "'":
            opened = [m.start() for m in _OPENED_MARK.finditer(text, begin, start)]
            closed = [m.start() for m in _CLOSED_MARK.finditer(text, begin, start)]
            is_closing = "'" not in before and bool(opened) and opened[-1] > max(closed or [-1])
        elif mark in _OPENED_BY:
            other = _OPENED_BY[mark]
            is_closing = text.rfind(other, begin, start) > text.rfind(mark, begin, start)
            is_closing |= mark in _CLOSING and not text.count(other, begin, start)
        else:
            is_closing = mark in _CLOSING
        if not is_closing:
            return count
    return len(marks)


def _ends_without_stop(document: _Document, joint: _Joint) -> bool:
    """Whether closing marks without a full stop end a heading or a quotation of its own."""
    if not joint.closing or not joint.after[0].isupper() or not joint.after[1:2].islower():
        return False
    text, start = document.text, joint.start
    if not (text[start - 1].isalnum() or text[start - 1] in "%…"):
        return False
    if joint.closing == ")":
        opened = text.rfind("(", max(0, start - 200), start)
        return start - opened > 3 and opened > 0 and text[opened - 1].isspace()
    if joint.closing == "’":  # an apostrophe, unless something was opened
        begin = max(0, start - 400)
        return text.rfind("‘", begin, start) > text.rfind("’", begin, start)
    return joint.closing != "]"


def _ends_without_case(joint: _Joint, right: str) -> bool:
    """Whether a sentence ends before ``right`` in a script that has no capitals."""
    if joint.stop in ("", ":", ";", "…"):
        return False
    if re.match(f"[{HANGUL}]", right):  # after a quotation that closes, the sentence goes on
        ends = joint.before[-1] in "다요까죠음함됨임" or joint.opening or joint.stop in ("?", "!")
        return bool(ends) and not joint.closing
    if re.match(f"[{ARABIC}]", right):
        return len(joint.left) > 2
    return joint.stop[0] in "।॥" and not re.match(f"[{CJK}]", right)


def _ends_with_number(document: _Document, joint: _Joint, right: str) -> bool:
    """Whether "19.Six" is the end of a sentence: no ordinal, no item of a list, no version."""
    if not _WHOLE_NUMBER.fullmatch(joint.before) or not right[1:2].islower():
        return False
    dotted = not document.language or document.language in _DOTTED_ORDINALS
    if dotted and len(joint.before) < 3 and not document.is_common(right):
        return False
    begin = joint.start - len(joint.before)
    earlier = document.text[max(0, begin - 3) : begin].rstrip(" ")
    return len(joint.before) > 3 or earlier[-1:] not in (
        "",
        "\n",
        ".",
        "!",
        "?",
        ":",
        ";",
    )  # else an item of a list


def _ends_with_initial(document: _Document, before: str, left: str, right: str) -> bool:
    """Whether a sentence ends with a letter: "at 5 p.m.The", "the U.S.The", not "J.K.Rowling"."""
    common = len(right) > 1 and right[1:].islower() and document.is_common(right)
    initials = _INITIALS.search(before)
    if initials and initials.group().lower() in ("a.m", "p.m"):
        return right[1:2].islower()
    return common and left.isupper() and not (initials and initials.group()[0].islower())


def _is_joint(document: _Document, at: int) -> bool:
    """Whether two words were glued at ``at``, where a capital follows a small letter or digit."""
    text = document.text
    token = _token_before(text, at)
    elided = _ELIDED.match(text, at)
    right = _FIRST_WORD.match(text, elided.end() if elided else at, at + 60)
    if right is None or "://" in token or "www." in token:
        return False
    second = right.group()
    if _IS_UPPER.search(second, 1):
        return False
    if (
        text[right.end() : right.end() + 1] == "."
        and text[right.end() + 1 : right.end() + 2].isalpha()
    ):
        return False  # the name of a site
    if token.isdigit():
        once = document.count(token + second) == 1
        return once and len(second) > 2 and document.is_common(second)
    left = _LAST_WORD.search(token)
    if left is None or token[: -len(left.group())][-1:] in tuple("#@/._&=?%\\0123456789"):
        return False
    first = _UNSPACED.sub("", left.group())
    if (
        len(first) < 2
        or first in _NAME_PREFIXES
        or first + second in _CAMEL_NAMES
        or (second in ("In", "Innen") and _PERSON.search(first) and document.language in ("de", ""))
        or _IS_UPPER.search(first, 1)
    ):
        return False
    begins = bool(elided) or (second != "I" and second.lower() in document.function_words)
    if not begins and first.lower() in document.function_words:
        return document.has_list and first == "and"  # else a space was lost, not a break
    known = document.count(first) or document.is_common(first)
    if document.count(first + second) > 1:  # a name, unless both are words
        return bool(first.islower() and len(first) > 3 and known and document.count(second))
    if begins:
        return len(first) > 2 or bool(known)
    if not first.islower():
        # "KiwiRail" is no joint, but where nouns have capitals two of them may be glued
        nouns = document.language in ("de", "lb") and known and document.count(second)
        return bool(nouns and not document.is_common(second))
    also = document.count(second) or document.is_common(second)
    if len(first) < 5:  # what names of products begin with: "airBaltic", "myToys"
        return len(first) > 2 and bool(known and also)
    return bool(known or also or (len(first) > 8 and document.function_words))


def _is_heading(document: _Document, at: int) -> bool:
    """Whether words in capitals, a heading or a dateline, end at ``at`` and a sentence begins."""
    text = document.text
    left = _LAST_WORD.search(_token_before(text, at))
    right = _FIRST_WORD.match(text, at, at + 60)
    if left is None or right is None or not left.group().isupper():
        return False
    heading, second = left.group(), right.group()
    before = _token_before(text, at - len(heading) - 1)
    longer = len(before) > 1 and before.isupper() and text[at - len(heading) - 1] == " "
    if len(heading) <= (2 if longer else 4):
        return False
    return bool(document.count(second) or document.is_common(second))
