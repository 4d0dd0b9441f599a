"""The text of an article, cleaned: paragraphs parted by a blank line, and what was done to it.

Steps, in order: forbidden characters out, Unicode normalized, lines made paragraphs, glued
sentences parted, boilerplate out, credits read. They are repeated until nothing changes, so that
cleaning a clean text changes nothing. Each rule that acts has a name and a count; words are lost by
the rules named ``boilerplate_…`` and ``credit`` alone.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from newsbeam.transforms.text.boilerplate import match_rule, strip_prefix
from newsbeam.transforms.text.characters import CJK
from newsbeam.transforms.text.credits import read_head, read_tail
from newsbeam.transforms.text.glued import part_glued
from newsbeam.transforms.text.unicode import normalize, scrub

#: One pass is enough for nearly every text, two for nearly all others.
_MAX_PASSES = 6

#: Lines of a text that was wrapped are this long, a paragraph's last one aside.
_WRAPPED_CHARS = range(40, 121)
_ENDS_SENTENCE = re.compile(r"[.!?…:。！？؟۔।][\"'”’»)\]]*$")
_CJK_BREAK = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A cleaned text, what its credits say, and how often each rule acted."""

    text: str  # paragraphs parted by a blank line
    agency: str | None = None
    dateline_place: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # rule → times
    #: replacement_characters: some could not be decoded; mostly_boilerplate: half of the lines or
    #: more were taken out.
    flags: tuple[str, ...] = ()


def clean_text(
    text: str,
    *,
    language: str | None = None,
    keep_credits: bool = True,
) -> CleanText:
    """Return ``text`` cleaned.

    ``language`` (BCP 47) helps to part glued sentences. ``keep_credits`` leaves datelines and
    agency credits in the text once they are read.
    """
    counts: Counter[str] = Counter()
    text, counts["forbidden_characters"] = scrub(text)
    agency: str | None = None
    place: str | None = None
    for _ in range(_MAX_PASSES):
        joined = _join_lines(normalize(text, counts), counts)
        text, parted = part_glued(joined, language)
        counts["glued_sentences"] += parted
        text, credited = _take_out_boilerplate(text, counts)
        head, tail = read_head(text), read_tail(text)
        if head:
            agency, place = agency or head.agency, place or head.place
        agency = agency or (tail.agency if tail else credited)
        if not keep_credits:
            counts["credit"] += (head is not None) + (tail is not None)
            text = text[: tail.start].rstrip() if tail else text
            text = text[: head.start] + text[head.end :].lstrip() if head else text
        if text == joined:
            break
    return CleanText(
        text=text,
        agency=agency,
        dateline_place=place,
        counts={rule: count for rule, count in counts.items() if count},
        flags=_find_flags(text, counts),
    )


def _join_lines(text: str, counts: Counter[str]) -> str:
    """Return ``text`` with paragraphs parted by a blank line.

    Each line is a paragraph, unless the lines were wrapped (see ``_are_wrapped``). A wrapped
    paragraph ends at a blank line or after a short line that ends a sentence.
    """
    if "\n" not in text:
        return text
    blocks = [block.split("\n") for block in text.split("\n\n")]
    inner = [line for block in blocks for line in block[:-1]]
    if not inner:
        return text
    if not _are_wrapped(inner, [line for block in blocks for line in block[1:]]):
        return "\n\n".join(line for block in blocks for line in block)
    short = 0.7 * max(map(len, inner))
    paragraphs = []
    for block in blocks:
        paragraph = ""
        for line in block:
            paragraph = f"{paragraph} {line}" if paragraph else line
            if len(line) < short and _ends_sentence(line):
                paragraphs.append(paragraph)
                paragraph = ""
        if paragraph:
            paragraphs.append(paragraph)
    counts["wrapped_lines"] += len(inner)
    return "\n\n".join(_CJK_BREAK.sub("", paragraph) for paragraph in paragraphs)


def _are_wrapped(lines: list[str], following: list[str]) -> bool:
    """Whether ``lines``, each with the line that follows it, are pieces of paragraphs.

    They are if there are four or more, nine of ten are 40 to 120 characters long (or a shorter end
    of a sentence), most do not end a sentence, and in a third of those that follow a sentence goes
    on: with a small letter, or, in scripts without, after a line nearly as long as the longest.
    """
    if len(lines) < 4:
        return False
    ends = [_ends_sentence(line) for line in lines]
    fitting = sum(
        len(line) in _WRAPPED_CHARS or (end and len(line) < _WRAPPED_CHARS.start)
        for line, end in zip(lines, ends, strict=True)
    )
    if fitting < 0.9 * len(lines) or sum(ends) > 0.5 * len(lines):
        return False
    full = 0.8 * max(map(len, lines))
    going_on = sum(
        after[0].islower() or (not after[0].isupper() and after[0].isalpha() and len(line) > full)
        for line, after in zip(lines, following, strict=True)
    )
    return 3 * going_on >= len(lines)


def _ends_sentence(line: str) -> bool:
    return _ENDS_SENTENCE.search(line[-8:]) is not None


def _take_out_boilerplate(text: str, counts: Counter[str]) -> tuple[str, str | None]:
    """Return ``text`` without boilerplate, and an agency that a line taken out credits."""
    kept: list[str] = []
    agency: str | None = None
    paragraphs = text.split("\n\n")
    rules = [match_rule(paragraph.strip()) for paragraph in paragraphs]
    # What mostly consists of captions is a story in pictures: they are its text.
    told = 2 * rules.count("caption") > len(rules)
    for paragraph, rule in zip(paragraphs, rules, strict=True):
        line = paragraph.strip()
        if rule and not (told and rule == "caption"):
            counts[f"boilerplate_{rule}"] += 1
            credit = read_tail(line) if rule == "copyright" else None
            agency = agency or (credit.agency if credit else None)
            continue
        rest = strip_prefix(line)
        counts["boilerplate_prefix"] += rest != line
        if rest:
            kept.append(rest)
    return "\n\n".join(kept), agency


def _find_flags(text: str, counts: Counter[str]) -> tuple[str, ...]:
    flags = []
    if "\ufffd" in text:
        flags.append("replacement_characters")
    removed = sum(count for rule, count in counts.items() if rule.startswith("boilerplate_"))
    if removed and removed >= text.count("\n\n") + 1:
        flags.append("mostly_boilerplate")
    return tuple(flags)
