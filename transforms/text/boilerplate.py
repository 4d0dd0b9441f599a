"""Boilerplate: teasers, share bars, sign-up lines and the like, taken out line by line.

Two ways to know them: rules that match a whole line in the languages of large news, each with a
name, and lines that recur over articles of one site (``learn_boilerplate``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

from transforms.text.characters import LOWER, UPPER
from transforms.text.tables import read_table

#: A line longer than this is prose, whatever it begins with.
_MAX_LINE = 320
#: What may stand before a paragraph by mistake: no sentence begins so.
_PREFIX = re.compile(
    r"(?:ADVERTISEMENT|Advertisement(?! )|(?:Story|Article) continues below(?: advertisement)?"
    r"|Continue reading the main story)\s*"
    rf"(?=[\"“„«'‘]?[{UPPER}][{LOWER}]+[ ,].{{40}})"
)
#: Contexts of a line that are remembered.
_MAX_CONTEXTS = 32


def _compile_rules() -> tuple[re.Pattern[str], list[tuple[str, str, re.Pattern[str]]]]:
    plain: dict[str, list[str]] = {}
    by_word = []
    for name, words, pattern in read_table("boilerplate.tsv"):
        if words:
            compiled = re.compile(pattern)
            by_word += [(word, name, compiled) for word in words.split("|")]
        else:
            plain.setdefault(name, []).append(pattern)
    rules = (f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in plain.items())
    return re.compile("|".join(rules)), by_word


#: One pattern for a whole line in lower case, with a group named for each rule; and further
#: patterns, each tried only on lines with a certain word.
_RULES, _RULES_BY_WORD = _compile_rules()


def match_rule(line: str) -> str | None:
    """Return the name of the rule by which ``line`` is boilerplate, None if it is none."""
    if len(line) > _MAX_LINE:
        return None
    lower = line.lower()
    match = _RULES.fullmatch(lower)
    if match:
        return match.lastgroup
    for word, name, pattern in _RULES_BY_WORD:
        if word in lower and pattern.fullmatch(lower):
            return name
    return None


def strip_prefix(paragraph: str) -> str:
    """Return ``paragraph`` without a mark of advertising that was glued to its beginning."""
    match = _PREFIX.match(paragraph)
    return paragraph[match.end() :] if match else paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCount:
    """In how many articles a line stands, and a sample of the lines around it, as hashes."""

    articles: int
    contexts: frozenset[int]

    def __add__(self, other: "LineCount") -> "LineCount":
        # the smallest hashes: the same sample whatever the order of adding
        contexts = sorted(self.contexts | other.contexts)[:_MAX_CONTEXTS]
        return LineCount(articles=self.articles + other.articles, contexts=frozenset(contexts))


def count_lines(articles: Iterable[tuple[str, str]]) -> dict[tuple[str, str], LineCount]:
    """Return the counts of each (site, line) from the (site, text) of each article.

    Counts of parts of a corpus can be added up.
    """
    counts: dict[tuple[str, str], LineCount] = {}
    for site, text in articles:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        seen: set[str] = set()
        for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
            if line not in seen:
                seen.add(line)
                context = crc32(f"{before}\n{after}".encode("utf-8", "surrogatepass"))
                one = LineCount(articles=1, contexts=frozenset((context,)))
                known = counts.get((site, line))
                counts[site, line] = known + one if known else one
    return counts


def learn_boilerplate(
    counts: Mapping[tuple[str, str], LineCount], *, least_articles: int = 8
) -> dict[str, frozenset[str]]:
    """Return the boilerplate lines of each site: what recurs there in changing company.

    A line counts that stands in ``least_articles`` or more, and between three quarters as many
    different lines: the paragraphs of a story that a site tells again keep their neighbours. Only a
    line in four times as many articles may always have the same ones, as within a block.
    """
    learned: dict[str, set[str]] = {}
    for (site, line), count in counts.items():
        changing = 4 * len(count.contexts) >= 3 * least_articles
        if count.articles >= least_articles and (changing or count.articles >= 4 * least_articles):
            learned.setdefault(site, set()).add(line)
    return {site: frozenset(lines) for site, lines in learned.items()}
