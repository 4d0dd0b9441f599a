"""How whole the text of a page is, with the evidence; and pages that show no article at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from ahocorasick_rs import AhoCorasick

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.extraction.features import size_of
from newsbeam.transforms.extraction.paragraphs import coverage, shingles
from newsbeam.transforms.extraction.phrases import PHRASES
from newsbeam.transforms.extraction.scrambled import is_scrambled
from newsbeam.transforms.extraction.walls import Walls, hints_at_wall, says_wall
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.pages.outline import Outline

#: A declared paywall lets the first paragraphs through: a text longer than this is past it.
PAYWALLED_CHARS = 1500
#: An undeclared one is told by its mark-up and a still shorter text.
_MARKED_CHARS = 1000
#: A teaser is a paragraph or two.
_TEASER_CHARS = 600
#: Less is no article, but what a declared paywall lets through, whatever else the page says.
_PREVIEW_CHARS = 600
#: On longer pages, a call to subscribe and read on stands below whole articles too.
_CALLED_CHARS = 4000
_SAMPLE_CHARS = 60
#: A text with less than this share of the words that the page itself counts is cut.
_DECLARED_SHARE = 0.6
#: A consent dialogue, a robot check or an error page says little.
_MAX_WALL_CHARS = 4000
_MAX_ERROR_CHARS = 700
_MIN_CONSENT_TERMS = 3
#: A shell has less to read than this outside its scripts.
_MAX_SHELL_CHARS = 400

_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
#: The text is continued on another page. That a story will be continued another day is no such
#: thing: its part is whole.
_CONTINUED = PHRASES["continued"]
#: With the number of a page, these lead there too.
_MORE = PHRASES["more"]
_NEXT = PHRASES["next"]
_PAGE = PHRASES["page"]
_OTHER_PAGE = (
    rf"(?:(?:{_NEXT})\s?(?:{_PAGE})|(?:{_PAGE})\s?(?:{_NEXT}|[2-9](?!\d))|第\s?[2-9]\s?[页頁]"
    r"|[2-9]\s?ページ目?)"
)
_GOES_ON = re.compile(
    rf"(?:^|[.!?…。！？।۔؟”\"»’'“)\]}}>|:–—(\[{{-])\s*(?:{_CONTINUED}"
    rf"|1\W+2(?:\W+\d)*\W+(?:{_NEXT})"
    rf"|(?:(?:{_CONTINUED}|{_MORE}).{{0,25}})?{_OTHER_PAGE}"
    rf"\s?(?:[へに]?(?:続く)?|[로에]|पर(?: जारी)?|weiter))"
    r"[\s\d.…:,>»→›)\]}/|-]*$",
    re.IGNORECASE,
)
_NAMES_PAGE = re.compile(rf"{_PAGE}|^1\W+2\b", re.IGNORECASE)
#: A line that says nothing else: "On the next page: what the town plans".
_NEXT_PAGE_LINE = re.compile(
    rf".{{0,30}}\b(?:{_NEXT})\s?(?:{_PAGE})\b.{{0,60}}(?<![.!?…])", re.IGNORECASE
)
#: "Page 1 of 3": there are more if this is not the last.
_COUNTED = re.compile(
    rf"\b(?:{_PAGE})\s?(\d{{1,2}})\s?(?:/|[^\W\d]{{1,6}})\s?(\d{{1,2}})\W*$", re.IGNORECASE
)
#: What leads from a teaser to its article.
_READ_ON = re.compile(rf"\W*(?:{PHRASES['read_on']})", re.IGNORECASE)
#: It ends with a letter or a comma, where Thai, Lao and Khmer end no sentence with a stop.
_STOPLESS = re.compile(r"(?:,|(?![\u0e00-\u0eff\u1780-\u17ff])\w)$")
_LOCKED_TIER = re.compile(r"lock|premium|paid|subscri", re.IGNORECASE)
#: Words of consent dialogues in the languages of the European Union and beyond.
_CONSENT = re.compile(PHRASES["consent"], re.IGNORECASE)
#: One of these stands in each of those words; they are found a hundred times as fast.
_find_consent = AhoCorasick(PHRASES["consent_stem"].split("|")).find_matches_as_indexes
_ERROR = re.compile(PHRASES["error"], re.IGNORECASE)
#: "You need to enable JavaScript": the word is the same in every language.
_NO_SCRIPTS = re.compile(r"\bjava ?scripts?\b", re.IGNORECASE)
#: More of articleBody than these shares and characters behind the end of the text is missing.
_MISSING_SHARE = 0.12
_MIN_MISSING_CHARS = 300
_NEW_SHARE = 0.7
_KEY_CHARS = 40
_TAG = re.compile(r"<[^<>]{1,500}>")
#: So much at its end may say that a text goes on elsewhere.
_END_CHARS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How whole a text is: full, teaser, paywalled or truncated, and by what that was told."""

    value: str
    evidence: tuple[str, ...]


def judge_text(
    text: str, *, walls: Walls, metadata: Metadata, truncated: bool = False
) -> Completeness:
    """Return how whole ``text`` is. Evidence goes into the quality flags of the row.

    ``truncated``: its page was cut when it was captured.
    """
    declared = metadata.declared_words
    free = metadata.free_access is True  # then a call to subscribe is for something else
    evidence = []
    if truncated:
        evidence.append("capture_truncated")
    if metadata.free_access is False:
        evidence.append("paywall_declared")
    if walls.cut or says_wall(walls.behind, calls=len(text) < _CALLED_CHARS and not free):
        evidence.append("paywall_text")
    elif len(text) < _MARKED_CHARS and _is_marked(text, walls, metadata):
        evidence.append("paywall_marked")
    if is_scrambled(text.split("\n\n"), f"{metadata.title or ''}\n{metadata.summary or ''}"):
        evidence.append("scrambled")
    if declared and len(text.split()) < _DECLARED_SHARE * declared:
        evidence.append("shorter_than_declared")
    if metadata.body and missing_from(text, metadata.body):
        evidence.append("shorter_than_article_body")
    trails_off = _ELLIPSIS.search(text[-_END_CHARS:]) is not None
    if trails_off:
        evidence.append("ends_with_ellipsis")
    if goes_on_elsewhere(text, walls.follows) or (trails_off and _READ_ON.match(walls.behind)):
        evidence.append("continued_elsewhere")
    off = len(text) < _TEASER_CHARS and _breaks_off(text, walls.behind)
    if off and _is_summary(text, metadata.summary):
        evidence.append("only_summary")
    return Completeness(value=_value(evidence, text, walls), evidence=tuple(evidence))


def goes_on_elsewhere(text: str, follows: str = "") -> bool:
    """Say whether the last words of ``text``, or the line that ``follows``, lead to more of it."""
    line = text.rpartition("\n")[2]
    # Behind a text, what names no page mostly leads to other articles.
    if len(follows) <= _END_CHARS and _NAMES_PAGE.search(follows) and goes_on_elsewhere(follows):
        return True
    end = line[-_END_CHARS:].strip()
    if (counted := _COUNTED.search(end)) is not None:
        return 0 < int(counted[1]) < int(counted[2])
    if len(line) <= _END_CHARS and _NEXT_PAGE_LINE.fullmatch(end):
        return True
    return _GOES_ON.search(end) is not None


def missing_from(text: str, body: str) -> str:
    """Return what ``body``, an articleBody, goes on with where ``text`` ends; mostly nothing."""
    whole = normalize_text(_TAG.sub(" ", unescape(body)))
    if size_of(whole) < _MIN_MISSING_CHARS:
        return ""
    for paragraph in reversed(text.rsplit("\n\n", 3)[1:] or [text]):
        key = normalize_text(paragraph)[-_KEY_CHARS:]
        at = whole.rfind(key) if len(key) == _KEY_CHARS else -1
        if at >= 0:
            rest = whole[at + len(key) :].strip()
            if size_of(rest) < max(_MIN_MISSING_CHARS, _MISSING_SHARE * size_of(whole)):
                return ""
            known = coverage(shingles(rest), shingles(text))
            return rest if known < 1 - _NEW_SHARE else ""
    return ""


def check_wall(text: str, title: str | None) -> None:
    """Raise if ``text`` is a consent dialogue, a robot check or an error page.

    Raises:
        InputError: ``consent_wall``, ``script_shell`` or ``no_article``.
    """
    if len(text) <= _MAX_ERROR_CHARS and (match := _ERROR.search(f"{title or ''}\n{text}")):
        raise InputError("no_article", f"The page is an error or a robot check: “{match[0]}”.")
    if len(text) <= _MAX_ERROR_CHARS and _NO_SCRIPTS.search(text):
        raise InputError("script_shell", "The page only asks for JavaScript; scripts fill it.")
    if len(text) > _MAX_WALL_CHARS:
        return
    if len(_find_consent(text.lower(), overlapping=True)) < _MIN_CONSENT_TERMS:
        return
    if _CONSENT.search(title or ""):
        return
    if len({match.lower() for match in _CONSENT.findall(text)}) < _MIN_CONSENT_TERMS:
        return
    consenting = [line for line in text.split("\n") if len(_CONSENT.findall(line)) >= 2]
    if 2 * sum(map(len, consenting)) > len(text):
        raise InputError("consent_wall", "The page shows a consent dialogue and no article.")


def explain_no_text(outline: Outline) -> InputError:
    """Return why a page without text has none: it is a shell for scripts, or has no article."""
    visible = sum(len(block.text) + 1 for block in outline.blocks if not block.hidden)
    if visible < _MAX_SHELL_CHARS and outline.scripts:
        return InputError(
            "script_shell", f"The page has {visible} characters to read; scripts fill it."
        )
    return InputError("no_article", "The page has no text that reads like an article.")


def _value(evidence: Sequence[str], text: str, walls: Walls) -> str:
    found = frozenset(evidence)
    if "capture_truncated" in found:
        return "truncated"
    short = not found.isdisjoint(
        ("shorter_than_declared", "shorter_than_article_body", "ends_with_ellipsis")
    )
    if not found.isdisjoint(("paywall_text", "paywall_marked", "scrambled")):
        return "paywalled"
    if "paywall_declared" in found and (short or _is_preview(text, walls)):
        return "paywalled"
    goes_on = "continued_elsewhere" in found
    if "only_summary" in found or ((short or goes_on) and len(text) < _TEASER_CHARS):
        return "teaser"
    if goes_on or "shorter_than_article_body" in found:
        return "truncated"
    if "shorter_than_declared" in found and "ends_with_ellipsis" in found:
        return "truncated"
    return "full"


def _is_preview(text: str, walls: Walls) -> bool:
    """Say whether a declared paywall let only ``text`` through; it may also be a short article."""
    if len(text) >= PAYWALLED_CHARS:
        return False
    if walls.locked_chars is not None:
        return 2 * walls.locked_chars < len(text)
    return len(text) < _PREVIEW_CHARS or hints_at_wall(" ".join((walls.behind, *walls.barriers)))


def _is_summary(text: str, summary: str | None) -> bool:
    return bool(summary) and coverage(shingles(text), shingles(summary or "")) > 0.7


def _breaks_off(text: str, behind: str) -> bool:
    """Say whether ``text`` ends within a sentence, or with a way to the rest of it."""
    ends = _ELLIPSIS.search(text[-_END_CHARS:]) or _STOPLESS.search(text)
    return bool(ends or _READ_ON.match(text.rpartition("\n")[2]) or _READ_ON.match(behind))


def _is_marked(text: str, walls: Walls, metadata: Metadata) -> bool:
    if metadata.content_tier and _LOCKED_TIER.search(metadata.content_tier):
        return True
    if metadata.free_access is True:
        return False
    # What is called a paywall may be the part that was behind it.
    sample = " ".join(text.split())[:_SAMPLE_CHARS]
    return any(sample not in barrier for barrier in walls.barriers)
