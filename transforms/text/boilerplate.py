"""Boilerplate: teasers, share bars, sign-up lines and the like, taken out line by line.

Two ways to know them: rules that match a whole line in the languages of large news, each with a
name, and lines that recur over articles of one site (``learn_boilerplate``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from transforms.text.tables import read_table

#: A line longer than this is prose, whatever it begins with.
_MAX_LINE = 320


def _compile_rules() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for name, pattern in read_table("boilerplate.tsv"):
        patterns.setdefault(name, []).append(f"(?:{pattern})")
    return {name: re.compile("|".join(them), re.IGNORECASE) for name, them in patterns.items()}


#: Name of a rule → what it takes: a pattern for the whole line.
RULES: dict[str, re.Pattern[str]] = _compile_rules()


def match_rule(line: str) -> str | None:
    """Return the name of the rule by which ``line`` is boilerplate, None if it is none."""
    if len(line) > _MAX_LINE:
        return None
    for name, pattern in RULES.items():
        if pattern.fullmatch(line):
            return name
    return None


def count_lines(articles: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Return in how many articles each line of a site stands, from (site, text) of each article."""
    counts: Counter[tuple[str, str]] = Counter()
    for site, text in articles:
        counts.update({(site, line.strip()) for line in text.split("\n") if line.strip()})
    return counts


def learn_boilerplate(
    counts: Mapping[tuple[str, str], int], *, least_articles: int = 8
) -> dict[str, frozenset[str]]:
    """Return the boilerplate lines of each site: those that stand in ``least_articles`` or more."""
    learned: dict[str, set[str]] = {}
    for (site, line), count in counts.items():
        if count >= least_articles:
            learned.setdefault(site, set()).add(line)
    return {site: frozenset(lines) for site, lines in learned.items()}
