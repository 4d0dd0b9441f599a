"""The text of an article, cleaned: paragraphs parted by a blank line, and what was done to it.

Steps, in order: forbidden characters out, Unicode normalized, lines joined to paragraphs,
boilerplate lines out, glued sentences parted, credits read. Each rule that changes anything has a
name and a count. Words are lost by named rules alone; cleaning a clean text changes nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from transforms.text.boilerplate import match_rule
from transforms.text.characters import CJK
from transforms.text.credits import read_head, read_tail
from transforms.text.sentences import part_glued
from transforms.text.unicode import normalize, scrub


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A cleaned text, what its credits say, and how often each rule acted."""

    text: str  # paragraphs parted by a blank line
    agency: str | None = None
    dateline_place: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # rule -> times
    flags: tuple[str, ...] = ()


def clean_text(
    text: str,
    *,
    language: str | None = None,
    keep_credits: bool = True,
    learned: Collection[str] = (),
) -> CleanText:
    """Return ``text`` cleaned.

    ``language`` (BCP 47) helps to part glued sentences. ``keep_credits`` leaves datelines and
    agency credits in the text once they are read. ``learned`` are boilerplate lines of the site.
    """
    counts: Counter[str] = Counter()
    text, counts["forbidden_characters"] = scrub(text)
    text = normalize(text)
    paragraphs = _take_out_boilerplate(_part_paragraphs(text, counts), learned, counts)
    text, counts["glued_sentences"] = part_glued("\n\n".join(paragraphs), language)
    text = "\n\n".join(
        _take_out_boilerplate([line.strip() for line in text.split("\n\n")], learned, counts)
    )
    head, tail = read_head(text), read_tail(text)
    if not keep_credits:
        if tail:
            text = text[: tail.start].rstrip()
            counts["credit"] += 1
        if head:
            text = text[head.end :].lstrip()
            counts["credit"] += 1
    agency = (head.agency if head else None) or (tail.agency if tail else None)
    return CleanText(
        text=text,
        agency=agency,
        dateline_place=head.place if head else None,
        counts={rule: count for rule, count in counts.items() if count},
    )


def _part_paragraphs(text: str, counts: Counter[str]) -> list[str]:
    """Return the paragraphs of ``text``, which stand on a line each or are parted by blank lines.

    Lines are hard-wrapped, and joined, where a text has blank lines and, among at least four line
    breaks within blocks, nine of ten lines before a break are 50 to 100 characters long.
    """
    blocks = [block.split("\n") for block in text.split("\n\n")]
    inner = [line for block in blocks for line in block[:-1]]
    if len(inner) >= 4 and sum(50 <= len(line) <= 100 for line in inner) >= 0.9 * len(inner):
        counts["hard_wrapped_lines"] = len(inner)
        joined = [" ".join(block) for block in blocks]
        return [re.sub(rf"(?<=[{CJK}]) (?=[{CJK}])", "", one) for one in joined]
    return [line for block in blocks for line in block if line]


def _take_out_boilerplate(
    paragraphs: list[str], learned: Collection[str], counts: Counter[str]
) -> list[str]:
    kept = []
    for paragraph in paragraphs:
        if not paragraph:
            continue
        rule = "learned" if paragraph in learned else match_rule(paragraph)
        if rule:
            counts[f"boilerplate_{rule}"] += 1
        else:
            kept.append(paragraph)
    return kept
