"""Boilerplate: teasers, share bars, sign-up lines and the like, taken out line by line.

Two ways to know them: rules that match a whole line in the languages of large news, each with a
name, and lines that recur over articles of one site (``learn_lines``).
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from newsbeam.transforms.text.characters import (
    CJK,
    FULL_WIDTH_ENDS,
    HANGUL,
    LOWER,
    SPACED_ENDS,
    UPPER,
)
from newsbeam.transforms.text.tables import read_table

#: A line longer than this is prose, whatever it begins with.
_MAX_LINE = 320
#: What may stand before a paragraph by mistake: no sentence begins so.
_PREFIX = re.compile(
    r"(?:ADVERTISEMENT|Advertisement(?! )|(?:Story|Article) continues below(?: advertisement)?"
    r"|Continue reading the main story|(?:Story|STORY) (?:highlights|HIGHLIGHTS))\s*"
    rf"(?=[\"“„«'‘]?[{UPPER}][{LOWER}]+[ ,].{{40}})"
)
#: A line shorter than this is furniture even with a full stop: "All rights reserved."
_PROSE_CHARS = 80
_ENDS_SENTENCE = re.compile(rf"[{SPACED_ENDS}{FULL_WIDTH_ENDS}][\"'”’»)\]]*$")
_DENSE = re.compile(f"[{CJK}{HANGUL}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules of the table, as they are looked up; compiled when the first line is judged."""

    plain: re.Pattern[str]  # a whole line in lower case, with a group named for each rule
    by_word: list[tuple[str, re.Pattern[str]]]  # each tried only on lines with one of its words
    words: list[int]  # the rule of each word
    find_words: Callable[..., list[tuple[int, int, int]]]  # looks for all words in one go


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    plain: dict[str, list[str]] = {}
    by_word: list[tuple[str, re.Pattern[str]]] = []
    rule_of_word: list[tuple[str, int]] = []
    for name, words, pattern in read_table("boilerplate.tsv"):
        if words:
            rule_of_word += [(word, len(by_word)) for word in words.split("|")]
            by_word.append((name, re.compile(pattern)))
        else:
            plain.setdefault(name, []).append(pattern)
    groups = (f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in plain.items())
    return _Rules(
        plain=re.compile("|".join(groups)),
        by_word=by_word,
        words=[rule for _, rule in rule_of_word],
        find_words=AhoCorasick([word for word, _ in rule_of_word]).find_matches_as_indexes,
    )


def match_rule(line: str) -> str | None:
    """Return the name of the rule by which ``line`` is boilerplate, None if it is none."""
    return None if len(line) > _MAX_LINE else _match_short(line)


@lru_cache(maxsize=512)  # a text is looked through until nothing changes: twice, mostly
def _match_short(line: str) -> str | None:
    rules, lower = _rules(), line.lower()
    match = rules.plain.fullmatch(lower)
    if match:
        return match.lastgroup
    found = rules.find_words(lower, overlapping=True)
    for rule in sorted({rules.words[index] for index, _, _ in found}) if found else ():
        name, pattern = rules.by_word[rule]
        if pattern.fullmatch(lower):
            return name
    return None


def strip_prefix(paragraph: str) -> str:
    """Return ``paragraph`` without a mark of advertising that was glued to its beginning."""
    match = _PREFIX.match(paragraph)
    return paragraph[match.end() :] if match else paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A line that articles of one site share, and how many of them do."""

    line: str
    articles: int  # of this site, each text counted once
    site_articles: int  # how many there were


def learn_lines(
    texts: Iterable[str], *, least_articles: int, least_prose: int, least_share: float
) -> list[Recurring]:
    """Return the boilerplate lines of one site, sorted, from the ``texts`` of its articles.

    A line is a paragraph of a cleaned text. It is boilerplate if it stands in ``least_articles``
    texts, ``least_prose`` where it reads like a sentence of a report, and in ``least_share`` of all
    texts. A text counts once, and only if more than half of it is its own: the paragraphs of a
    story that a site tells again and again are no boilerplate. The order of texts does not matter.
    """
    documents = [dict.fromkeys(text.split("\n\n")) for text in sorted(set(texts))]
    standing = Counter(line for lines in documents for line in lines)
    counts: Counter[str] = Counter()
    for lines in documents:
        shared = [line for line in lines if standing[line] > 1]
        if 2 * sum(map(len, shared)) < sum(map(len, lines)):
            counts.update(shared)
    site_articles = len(documents)
    found = []
    for line, articles in sorted(counts.items()):
        least = least_prose if _is_prose(line) else least_articles
        if articles >= max(least, least_share * site_articles):
            found.append(Recurring(line=line, articles=articles, site_articles=site_articles))
    return found


def take_out_lines(text: str, lines: Collection[str]) -> tuple[str, int]:
    """Return ``text`` without the paragraphs that are ``lines``, and how many those were.

    A text of which that would take half or more stays as it is: there they are not furniture.
    """
    paragraphs = text.split("\n\n")
    kept = [paragraph for paragraph in paragraphs if paragraph not in lines]
    if 2 * sum(map(len, kept)) <= sum(map(len, paragraphs)):
        return text, 0
    return "\n\n".join(kept), len(paragraphs) - len(kept)


def _is_prose(line: str) -> bool:
    """Whether ``line`` reads like a sentence of a report: long, and with a full stop."""
    dense = len(_DENSE.findall(line))  # scripts without spaces say as much in half the characters
    return len(line) + dense >= _PROSE_CHARS and _ENDS_SENTENCE.search(line[-6:]) is not None
