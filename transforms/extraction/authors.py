"""The people who wrote an article, out of what its page and its feed call authors."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from transforms.core.identity import normalize_text
from transforms.extraction.markup import text_of
from transforms.extraction.structured import texts_of

#: Names of meta elements that hold authors, most exact first.
META_NAMES = (
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "article:author",
    "citation_author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "cse_author",
    "byl",
    "author",
    "og:author",
    "book:author",
)

#: A byline of more than this is a sentence or a list of something else.
_MAX_NAME_CHARS = 70
_MAX_NAME_WORDS = 7
_MAX_AUTHORS = 20

_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|reviewed|story|words|text|report|analysis)\s+)?"
    r"(?:(?:by|von|par|por|di|da|door|av|af|przez|autor(?:in|a|es)?|author|auteur|autore|text|texte"
    r"|texto|redazione|skrevet av|geschrieben von|veröffentlicht von|erstellt von|ein artikel von"
    r"|eine analyse von|ein gastbeitrag von|interview)\s*[:：]\s*"
    r"|(?:by|von|par|por|di|door|av|af|przez|автор)\s+)+",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[(<\[]?\s*\S+@\S+\.\w+\s*[)>\]]?")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_BRACKETS = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\])")
_SPLIT = re.compile(
    r"\s*[;|•·\n]\s*|\s*/\s*|\s+[-–—]\s+"
    r"|\s*,?\s+(?:and|und|et|och|og|mit|with|sowie|и|i|ja|ve|&)\s+"
    r"|\s*[、，]\s*",
    re.IGNORECASE,
)
#: "y" and "e" also stand inside names: only where both sides are whole names.
_SPLIT_ROMANCE = re.compile(r"(?<=\w)\s+(?:y|e|en)\s+(?=\w+\s+\w)")
_SUFFIX = re.compile(
    r"^(?:jr|sr|ph\.?\s?d|m\.?d|md|msc|ma|ba|b\.?a|m\.?a|esq|rn|ii|iii|iv)\.?$", re.IGNORECASE
)
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|journalist|contributor|producer|bureau"
    r"|chief|director|analyst|fellow|professor|redakteur\w*|korrespondent\w*|reporterin|autor(?:in)?"
    r"|chefredakteur\w*|volontär\w*|volo|journaliste|rédact\w+|correspondant\w*|redactor\w*"
    r"|periodista|corresponsal|editora|giornalista|corrispondente|inviat[oa]|journalistin|fotograf\w*"
    r"|photographer|updated|published|veröffentlicht|aktualisiert|uhr|\d{1,2}:\d{2}|\d{4})\b",
    re.IGNORECASE,
)
#: Bylines that name nobody.
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|root|user|guest|unknown|anonymous|no author|none|null|undefined"
    r"|web ?master|staff(?: writers?| reporters?)?|news ?desk|newsroom|news|(?:die )?redaktion\w*"
    r"|(?:la )?rédaction|redacción|redazione|redação|redactie|editorial(?: team| board| staff)?"
    r"|editors?|web ?desk|web team|online|nachrichten|autor|author|share|default|super user)$",
    re.IGNORECASE,
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|autoren|autorin|auteur|writer)(?:[\s_-]*(?:name|names|link|text|info|wrapper|container)?)(?:$|[\s_-])",
    re.IGNORECASE,
)


def clean_authors(raw: Iterable[str], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names in ``raw`` as a list of people and agencies, each once, in order.

    "By …", roles, places, e-mail addresses, links and handles go; lists are split. A name that is
    the outlet's own, or nobody's, goes where somebody else is named; where it is the whole byline,
    the outlet's stays and nobody's goes.
    """
    known = {normalize_text(name) for name in outlets}
    people: dict[str, str] = {}
    houses: dict[str, str] = {}
    for text in raw:
        for name in _names(text):
            key = normalize_text(name)
            if _NOBODY.match(name) or not key:
                continue
            (houses if key in known else people).setdefault(key, name)
    return tuple((people or houses).values())[:_MAX_AUTHORS]


def names_in(value: Any) -> Iterator[str]:
    """Yield the names in a JSON-LD ``author`` value: strings, nodes, or lists of them."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict) and "name" not in value:
        parts = [value.get("givenName"), value.get("familyName")]
        if all(isinstance(part, str) for part in parts):
            yield " ".join(str(part) for part in parts)
    else:
        yield from texts_of(value)


def find_bylines(tree: HtmlElement) -> Iterator[str]:
    """Yield what stands in elements that are marked as the author's name, most exact first."""
    marked = tree.xpath(
        "//body//*[@rel='author' or @itemprop='author' or contains(@class,'uthor')"
        " or contains(@class,'yline') or contains(@class,'utor') or contains(@class, 'uteur')]"
    )
    for wanted in (_is_author_link, _is_author_class):
        for element in marked[:200]:
            if wanted(element):
                text = text_of(element)
                if 2 < len(text) <= _MAX_NAME_CHARS * 2:
                    yield text


def _is_author_link(element: HtmlElement) -> bool:
    return "author" in (element.get("rel"), element.get("itemprop"))


def _is_author_class(element: HtmlElement) -> bool:
    return bool(_BYLINE_CLASS.search(element.get("class") or ""))


def _names(text: str) -> Iterator[str]:
    text = _URL.sub(" ", _MAIL.sub(" ", _HANDLE.sub(" ", text)))
    text = _BRACKETS.sub("", " ".join(text.split()))
    text = _BY.sub("", text)
    for part in _SPLIT.split(text):
        for piece in _SPLIT_ROMANCE.split(part):
            yield from _comma_names(piece)


def _comma_names(text: str) -> Iterator[str]:
    parts = [part.strip() for part in text.split(",")]
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.match(part):
            names[-1] += f", {part}"
        elif part and not (names and (part[0].islower() or _ROLE.search(part))):
            names.append(part)
    if len(names) == 2 and all(" " not in name for name in names) and len(parts) == 2:
        names = [f"{names[1]} {names[0]}"]  # "Doe, Jane"
    for each in names:
        name = _BY.sub("", each).strip(" .,:;-–—|/*'\"")
        if name and len(name) <= _MAX_NAME_CHARS and len(name.split()) <= _MAX_NAME_WORDS:
            yield name
