"""What an item of ninjs says in words: headlines, descriptions and the one of its bodies."""

import re
from typing import Any

from newsbeam.transforms.wires.bodies import Body, read_plain, read_text
from newsbeam.transforms.wires.ninjs_keys import Getter, roles_of
from newsbeam.transforms.wires.xml_tree import tidy

#: Roles of a headline or description that is another one's companion.
_SUB_ROLES = ("sub", "subheadline", "subhead", "subtitle", "deck")
_NO_SUMMARY = ("creditline", "writer", "slugline", "credit")
#: Bodies that say the same, best first: markup has the paragraphs that plain text may lack.
_MARKUP = re.compile(r"html|nitf|xml|richtext", re.I)


def read_headlines(get: Getter) -> tuple[str | None, str | None]:
    """Return the headline and the one below it."""
    mains, subs = [], [get.text("subhead", "subheadline")]
    for role, value, kind in roles_of(get, "headlines", "headline"):
        text = _plain(value, kind)
        if text and role.lower() in _SUB_ROLES:
            subs.append(text)
        elif text:
            mains.append((role.lower() not in ("", "main"), text))
    mains.sort(key=lambda pair: pair[0])
    headline = mains[0][1] if mains else get.text("title")
    return headline, next(filter(None, subs), None)


def _plain(value: Any, kind: str) -> str | None:
    if not isinstance(value, str):
        return None
    if "<" in value and (_MARKUP.search(kind) or "</" in value):
        return tidy(" ".join(each.text for each in read_text(value).paragraphs))
    return tidy(value)


def read_summary(get: Getter) -> str | None:
    """Return the first description; one that is called a caption only where there is no other."""
    found = []
    for role, value, kind in roles_of(get, "descriptions", "description"):
        if not any(word in role.lower() for word in _NO_SUMMARY) and (text := _plain(value, kind)):
            found.append(("caption" in role.lower(), text))
    found.sort(key=lambda pair: pair[0])
    return get.text("abstract", "summary") or (found[0][1] if found else None)


def read_described(get: Getter, role: str) -> str | None:
    """Return the description of this role."""
    found = (_plain(v, k) for r, v, k in roles_of(get, "descriptions", "description") if r == role)
    return next(filter(None, found), None)


def read_body(get: Getter) -> Body:
    """Return the best of the bodies that say the same: markup before plain text."""
    found: list[tuple[bool, bool, int, str, str]] = []
    for role, value, kind in roles_of(get, "bodies", "body"):
        if not isinstance(value, str) or not value.strip():
            continue
        is_markup = bool(_MARKUP.search(kind) or (not kind and _MARKUP.search(role)))
        is_other = "teaser" in role.lower() or "nonpublic" in role.lower()
        found.append((is_other, not is_markup, len(found), value, kind))
    for *_, value, kind in sorted(found):
        body = read_plain(value) if kind == "text/plain" and "</" not in value else read_text(value)
        if body.paragraphs:
            return body
    return Body()
