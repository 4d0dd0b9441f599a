"""How whole the text of a page is, with the evidence; and pages that show no article at all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.core.errors import InputError
from transforms.extraction.metadata import Metadata
from transforms.extraction.paragraphs import coverage, shingles
from transforms.extraction.walls import Walls, hints_at_wall, says_wall

#: A declared paywall lets the first paragraphs through: a text longer than this is past it.
_PAYWALLED_CHARS = 1500
#: An undeclared one is told by its mark-up and a still shorter text.
_MARKED_CHARS = 1000
#: A teaser is a paragraph or two.
_TEASER_CHARS = 600
#: Less is no article, but what a declared paywall lets through, whatever else the page says.
_PREVIEW_CHARS = 600
#: On longer pages, a call to subscribe and read on stands below whole articles too.
_CALLED_CHARS = 4000
_SAMPLE_CHARS = 60
#: The video is the story.
_MAX_VIDEO_CHARS = 1500
#: A text with less than this share of the words that the page itself counts is cut.
_DECLARED_SHARE = 0.6
#: A consent dialogue, a robot check or an error page says little.
_MAX_WALL_CHARS = 4000
_MAX_ERROR_CHARS = 700
_MIN_CONSENT_TERMS = 3
#: A shell has less to read than this outside its scripts.
_MAX_SHELL_CHARS = 400

_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_LOCKED_TIER = re.compile(r"lock|premium|paid|subscri", re.IGNORECASE)
#: Words of consent dialogues in the languages of the European Union and beyond.
_CONSENT = re.compile(
    r"cookies?\b|\bconsent|\bgdpr\b|\bdsgvo\b|\brgpd\b|einwillig|zustimm|datenschutz|widerruf"
    r"|privacy|personali[sz]ed (?:ads|content)|legitimate interest|berechtigt\w+ interesse"
    r"|consentement|confidentialité|traceurs|données personnelles|consentimiento|privacidad"
    r"|datos personales|consenso|trattamento dei dati|consentimento|dados pessoais|toestemming"
    r"|persoonsgegevens|samtykke|personoplysninger|samtycke|personuppgifter|suostumus|zgod[aęy]"
    r"|danych osobowych|souhlas|osobních údajů|согласи|персональных данных|çerez|クッキー"
    r"|tracking|third[- ]party|third parties|vendors?\b|drittanbieter|endgerät|store (?:and|and/or)"
    r" access|our partners|unsere partner|nos partenaires|nuestros socios",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"access denied|are you (?:a |not a )?(?:human|robot)|verify (?:that )?you are|captcha"
    r"|just a moment|checking your browser|unusual (?:traffic|activity)|request (?:was )?blocked"
    r"|(?:40[134]|50[0234])\b.{0,20}(?:error|forbidden|not found|unavailable)|page not found"
    r"|seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada",
    re.IGNORECASE,
)
#: "You need to enable JavaScript": the word is the same in every language.
_NO_SCRIPTS = re.compile(r"\bjava ?scripts?\b", re.IGNORECASE)
_NO_TEXT = frozenset({"script", "style", "noscript", "template", "svg"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How whole a text is: full, teaser, paywalled or truncated, and by what that was told."""

    value: str
    evidence: tuple[str, ...]


def judge_text(
    text: str, *, walls: Walls, metadata: Metadata, cut_by_parser: bool = False
) -> Completeness:
    """Return how whole ``text`` is. Evidence goes into the quality flags of the row."""
    words = len(text.split())
    declared = metadata.declared_words
    evidence = []
    if cut_by_parser:
        evidence.append("parser_limit")
    if metadata.free_access is False:
        evidence.append("paywall_declared")
    if walls.cut or says_wall(walls.behind, calls=len(text) < _CALLED_CHARS):
        evidence.append("paywall_text")
    elif len(text) < _MARKED_CHARS and _is_marked(text, walls, metadata):
        evidence.append("paywall_marked")
    if declared and words < _DECLARED_SHARE * declared:
        evidence.append("shorter_than_declared")
    if _ELLIPSIS.search(text):
        evidence.append("ends_with_ellipsis")
    if len(text) < _TEASER_CHARS and _is_summary(text, metadata.summary):
        evidence.append("only_summary")
    return Completeness(value=_value(evidence, text, walls), evidence=tuple(evidence))


def judge_kinds(text: str, metadata: Metadata, *, is_gallery: bool) -> tuple[str, ...]:
    """Return the kinds of page that ``text`` is from: ``live_blog``, ``gallery``, ``video``."""
    kinds = dict.fromkeys((*metadata.kinds, *(("gallery",) if is_gallery else ())))
    if len(text) > _MAX_VIDEO_CHARS:
        kinds.pop("video", None)  # that is the film to the story
    return tuple(kinds)


def check_wall(text: str, title: str | None) -> None:
    """Raise if ``text`` is a consent dialogue, a robot check or an error page.

    Raises:
        InputError: ``consent_wall``, ``script_shell`` or ``no_article``.
    """
    if len(text) <= _MAX_ERROR_CHARS and (match := _ERROR.search(f"{title or ''}\n{text}")):
        raise InputError("no_article", f"The page is an error or a robot check: “{match[0]}”.")
    if len(text) <= _MAX_ERROR_CHARS and _NO_SCRIPTS.search(text):
        raise InputError("script_shell", "The page only asks for JavaScript; scripts fill it.")
    if len(text) > _MAX_WALL_CHARS or _CONSENT.search(title or ""):
        return
    if len({match.lower() for match in _CONSENT.findall(text)}) < _MIN_CONSENT_TERMS:
        return
    consenting = [line for line in text.split("\n") if len(_CONSENT.findall(line)) >= 2]
    if 2 * sum(map(len, consenting)) > len(text):
        raise InputError("consent_wall", "The page shows a consent dialogue and no article.")


def explain_no_text(tree: HtmlElement, *, has_scripts: bool, linked_chars: int = 0) -> InputError:
    """Return why a page without text has none: it is a shell for scripts, or has no article.

    ``linked_chars`` are those of links that were taken out of ``tree`` before.
    """
    visible = linked_chars + len(" ".join(_visible_texts(tree)))
    if visible < _MAX_SHELL_CHARS and has_scripts:
        return InputError(
            "script_shell", f"The page has {visible} characters to read; scripts fill it."
        )
    return InputError("no_article", "The page has no text that reads like an article.")


def _value(evidence: Sequence[str], text: str, walls: Walls) -> str:
    if "parser_limit" in evidence:
        return "truncated"
    short = "shorter_than_declared" in evidence or "ends_with_ellipsis" in evidence
    if "paywall_text" in evidence or "paywall_marked" in evidence:
        return "paywalled"
    if "paywall_declared" in evidence and (short or _is_preview(text, walls)):
        return "paywalled"
    if "only_summary" in evidence or (short and len(text) < _TEASER_CHARS):
        return "teaser"
    if "shorter_than_declared" in evidence and "ends_with_ellipsis" in evidence:
        return "truncated"
    return "full"


def _is_preview(text: str, walls: Walls) -> bool:
    """Say whether a declared paywall let only ``text`` through; it may also be a short article."""
    if len(text) >= _PAYWALLED_CHARS:
        return False
    if walls.locked_chars is not None:
        return 2 * walls.locked_chars < len(text)
    return len(text) < _PREVIEW_CHARS or hints_at_wall(" ".join((walls.behind, *walls.barriers)))


def _is_summary(text: str, summary: str | None) -> bool:
    return bool(summary) and coverage(shingles(text), shingles(summary or "")) > 0.7


def _is_marked(text: str, walls: Walls, metadata: Metadata) -> bool:
    if metadata.content_tier and _LOCKED_TIER.search(metadata.content_tier):
        return True
    # What is called a paywall may be the part that was behind it.
    sample = " ".join(text.split())[:_SAMPLE_CHARS]
    return any(sample not in barrier for barrier in walls.barriers)


def _visible_texts(tree: HtmlElement) -> Iterator[str]:
    body = tree.find("body")
    for element in body.iter() if body is not None else ():
        if element.tag not in _NO_TEXT and element.text:
            yield from element.text.split()
        if element.tail:
            yield from element.tail.split()
