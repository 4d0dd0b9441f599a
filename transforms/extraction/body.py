"""The text of an article out of its page's tree."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from transforms.core.errors import InputError
from transforms.core.identity import normalize_text
from transforms.extraction.completeness import explain_no_text
from transforms.extraction.embedded import embedded_paragraphs
from transforms.extraction.frame import SILENT, drop_asides, drop_frame, drop_teasers
from transforms.extraction.gaps import fill_gaps
from transforms.extraction.headline import Near
from transforms.extraction.metadata import Metadata
from transforms.extraction.paragraphs import (
    coverage,
    drop_head,
    drop_repeats,
    shingles,
    split_paragraphs,
)
from transforms.extraction.prose import find_prose, whole_prose
from transforms.extraction.walls import (
    Walls,
    cut_at_wall,
    locked_chars,
    read_behind,
)

# They report each step; what matters reaches the reject's detail.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

#: JSON-LD's articleBody is the whole article if it covers this much of what was extracted …
_WHOLE = 0.75
#: … and a paragraph of which it has less than this share is not part of the article.
_FOREIGN = 0.2
#: Shorter paragraphs are subheads and the like, which articleBody often leaves out.
_MIN_JUDGED_CHARS = 60
#: An extraction is poor if articleBody is so many times longer.
_POOR = 2.0
_MIN_BODY_CHARS = 500

_STANDFIRST = re.compile(
    r"stand-?first|(?:^|[\s_-])(?:lead|lede|deck?|intro|chapo|subline|ingress|vorspann|anleser|kicker-text"
    r"|entradilla|bajada|sottotitolo|catenaccio|sub-?headline|sub-?title|excerpt|abstract|summary)"
    r"(?:$|[\s_-]|text)|articleIntro|leadText",
    re.IGNORECASE,
)
_TEASER = re.compile(r"(?:^|[\s_-])teaser(?:-?text)?(?:$|\s)", re.IGNORECASE)
_NO_STANDFIRST = frozenset({"title", "script", "style", "a", "li", "h1"})
_MAX_STANDFIRST_CHARS = 1000
_MIN_STANDFIRST_CHARS = 40
#: So far down the text may say it again.
_HEAD = 12
_TAG = re.compile(r"<[^>]{1,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of a page's article."""

    paragraphs: tuple[str, ...]
    extractor: str  # trafilatura, jsonld, script or prose
    walls: Walls
    is_gallery: bool


def extract_body(
    tree: HtmlElement, *, url: str | None, metadata: Metadata, near: Sequence[Near]
) -> Body:
    """Return the article's text. The tree is used up.

    trafilatura's cascade gives the paragraphs. Where JSON-LD has the article too, it decides which
    of them belong to it, and takes their place where they are but a part of it. On a page without
    text, what its scripts would fill in does. Where they are but a small part of the long
    paragraphs below the headline, all of those do.

    Raises:
        InputError: ``no_article`` or ``script_shell`` if there is none, ``extraction_failed`` if
            the page breaks the extractor.
    """
    standfirst = _standfirst(near, metadata)
    _drop_other_articles(tree, near)
    scripts = [script.text for script in tree.iter("script") if script.text]
    etree.strip_elements(tree, *SILENT, with_tail=False)
    page = tree.text_content()
    locked = locked_chars(tree, metadata.locked)
    asides = drop_asides(tree)
    linked_chars = drop_frame(tree) + drop_teasers(tree)
    etree.strip_elements(tree, "img", "picture", "source", with_tail=False)
    structured = _paragraphs_of(metadata.body)
    # Its second opinion is for pages that do not say themselves what their article is.
    told = sum(map(len, structured)) >= _MIN_BODY_CHARS
    paragraphs, extractor = _run_trafilatura(tree, url, fast=told), "trafilatura"
    prose = find_prose(tree, paragraphs)
    paragraphs = fill_gaps(paragraphs, prose, near)
    if _is_poor(paragraphs, structured):
        paragraphs, extractor = structured, "jsonld"
    elif structured:
        paragraphs = _drop_foreign(paragraphs, structured)
    elif sum(map(len, paragraphs)) < _MIN_BODY_CHARS:
        embedded = embedded_paragraphs(scripts)
        if _is_poor(paragraphs, embedded):
            paragraphs, extractor = embedded, "script"
    if extractor == "trafilatura" and not told:
        whole = whole_prose(paragraphs, tree, prose, near)
        if whole != paragraphs:
            paragraphs, extractor = whole, "prose"
    if not paragraphs:
        raise explain_no_text(tree, has_scripts=bool(scripts), linked_chars=linked_chars)
    paragraphs, cut = cut_at_wall(paragraphs)
    behind = read_behind(page, paragraphs)
    above = (*metadata.titles, metadata.subtitle, metadata.section)
    paragraphs = drop_repeats(drop_head(paragraphs, titles=above, authors=metadata.authors))
    if standfirst in above:
        standfirst = None
    if standfirst and coverage(shingles(standfirst), shingles("\n".join(paragraphs[:_HEAD]))) < 0.5:
        paragraphs = [standfirst, *paragraphs]
    return Body(
        paragraphs=tuple(paragraphs),
        extractor=extractor,
        walls=Walls(cut=cut, barriers=asides.barriers, behind=behind, locked_chars=locked),
        is_gallery=asides.is_gallery,
    )


def _drop_other_articles(tree: HtmlElement, near: Sequence[Near]) -> None:
    """Take out what endless scrolling has put below: articles with first headings of their own."""
    headline = next((each.element for each in near if each.element.tag == "h1"), None)
    if headline is None:
        return
    own = next(headline.iterancestors("article"), None)
    if own is None:
        return
    around = {own, *own.iterancestors()}
    for article in list(tree.iter("article")):
        inside = own in article.iterancestors("article")
        if article not in around and not inside and article.find(".//h1") is not None:
            article.drop_tree()


def _run_trafilatura(tree: HtmlElement, url: str | None, *, fast: bool) -> list[str]:
    try:
        document = bare_extraction(
            tree,
            url=url,
            fast=fast,
            include_comments=False,
            with_metadata=False,
            # It would compare with pages seen before, and so depend on the order of work.
            deduplicate=False,
        )
    # Hostile pages break it in ways that nobody can list.
    except Exception as error:
        raise InputError(
            "extraction_failed", f"The extractor failed: {type(error).__name__}: {error}"
        ) from error
    return split_paragraphs(getattr(document, "text", None) or "")


def _paragraphs_of(structured: str | None) -> list[str]:
    """Return articleBody as paragraphs; pages put escaped HTML into it."""
    if not structured:
        return []
    text = unescape(structured)
    if "</p>" in text or "<br" in text:
        text = re.sub(r"</p>|<br\s*/?>", "\n", text)
    return [" ".join(line.split()) for line in split_paragraphs(unescape(_TAG.sub(" ", text)))]


def _is_poor(paragraphs: Sequence[str], structured: Sequence[str]) -> bool:
    found, whole = sum(map(len, paragraphs)), sum(map(len, structured))
    return whole >= _MIN_BODY_CHARS and whole > _POOR * found


def _drop_foreign(paragraphs: Sequence[str], structured: Sequence[str]) -> list[str]:
    """Return ``paragraphs`` without those that articleBody, being whole, does not have."""
    whole = shingles("\n".join(structured))
    parts = [shingles(paragraph) for paragraph in paragraphs]
    shared = sum((part & whole).total() for part in parts)
    if shared < _WHOLE * sum(part.total() for part in parts):
        return list(paragraphs)
    return [
        paragraph
        for paragraph, part in zip(paragraphs, parts, strict=True)
        if len(paragraph) < _MIN_JUDGED_CHARS or coverage(part, whole) >= _FOREIGN
    ]


def _standfirst(near: Sequence[Near], metadata: Metadata) -> str | None:
    """Return the summary that stands between headline and text, if readers see one."""
    summary = normalize_text(metadata.summary or "")[:200]
    for each in near:
        if each.above or each.element.tag in _NO_STANDFIRST or _in_figure(each.element):
            continue
        marked = bool(_STANDFIRST.search(each.element.get("class") or ""))
        # "teaser" is what some systems call the lead, and others what leads elsewhere.
        if not marked and _TEASER.search(each.element.get("class") or ""):
            marked = each.element.find(".//a") is None
        if not marked and not (summary and each.text):
            continue
        text = " ".join(each.element.text_content().split())
        if not _MIN_STANDFIRST_CHARS <= len(text) <= _MAX_STANDFIRST_CHARS:
            continue
        same = bool(summary) and summary in normalize_text(text)[: len(summary) + 40]
        if text.startswith(metadata.authors):
            continue  # a note on who wrote it
        if same or (marked and text[-1] in '.!?…。”"»“'):
            return text
    return None


def _in_figure(element: HtmlElement) -> bool:
    return next(element.iterancestors("figure", "figcaption"), None) is not None
