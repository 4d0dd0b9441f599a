"""The headline of an article, without the name of the site."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.fuzz import partial_ratio, token_set_ratio

from transforms.core.identity import normalize_text

#: What parts a headline from the name of the site or the section.
_SEPARATOR = re.compile(
    r"\s+[-–—|│·•»«:~/<>*]{1,2}\s+|\s*[|│ǀㅣ｜»]\s*|\s*::\s*|(?<=\S):\s+|\s*：\s*|,\s+"
)

_SPACED = re.compile(r"\s+[-–—|│·•»:_]{1,2}\s+|\s*[|│ǀㅣ｜»]\s*|\s*::\s*")
_QUOTE = re.compile(r"\s*[\"'“”„«»]")
#: A day in front of a headline is a column of its own.
_DATE = re.compile(r"^\d{1,2}\.\s?\d{1,2}\.\d{4}\s*[-–—|:]\s*(?=\S)")
#: Share of words, of 100, from which a heading is the title in other words.
_ALIKE = 60


def choose_title(
    *,
    open_graph: Sequence[str],
    headline: str | None,
    headings: Sequence[str],
    element: str | None,
    others: Iterable[str] = (),
    site_names: Iterable[str] = (),
) -> str | None:
    """Return the headline out of what a page offers.

    What JSON-LD (``headline``) and the page itself (one of ``headings``) agree on is the headline,
    unless Open Graph has a shorter form of it. A page without JSON-LD is believed where its first
    heading is Open Graph's title in other words. Else Open Graph's is the one that publishers write
    with most care; then come the page's, if the title element has it too, JSON-LD's, the page's
    alone, ``others``, and the title ``element``.
    """
    names = list(_names_of_site(site_names, headings, (element, *open_graph)))
    structured = strip_site_name(headline, names, ())
    seen = {normalize_text(heading) for heading in headings}
    claimed = next((text for text in open_graph if normalize_text(text) in seen), None)
    og = strip_site_name(
        claimed or next(iter(open_graph), None), names, [text for text in (structured,) if text]
    )
    heading = _choose_heading(headings, (og, structured, element), names)
    shown = sorted((text for text in (og, structured, heading) if text), key=len, reverse=True)
    title = strip_site_name(element, names, shown)
    if heading and _same(heading, structured):
        return og if og and _is_part(og, heading) and not _same(og, title) else heading
    if og and heading and structured is None:
        og = strip_site_name(og, names, [heading])
        if _says_the_same(heading, og):
            return heading
    titled = heading if heading and element and _is_part(heading, element) else None
    rest = (strip_site_name(other, names, shown) for other in others)
    claims = (og, titled, structured, heading, *rest, _cut_last_part(title))
    return next((_DATE.sub("", _uncut(text, headings)) for text in claims if text), None)


def _names_of_site(
    names: Iterable[str], headings: Sequence[str], titles: Iterable[str | None]
) -> Iterator[str]:
    """Yield the site's names, normalized; some pages give their own headline for one."""
    shown = {normalize_text(heading) for heading in headings}
    own = shown.intersection(normalize_text(title) for title in titles if title)
    return (name for name in map(normalize_text, names) if name and name not in own)


def _says_the_same(heading: str, title: str | None) -> bool:
    """Say whether a heading is a form of ``title``, and none with something before or behind."""
    if title is None or _is_part(title, heading):
        return False
    if _is_part(heading, title):
        return 3 * len(heading) > len(title) or len(heading.split()) > 2
    return token_set_ratio(normalize_text(heading), normalize_text(title)) >= _ALIKE


def _uncut(title: str, headings: Sequence[str]) -> str:
    """Return a heading that goes on with a quote where ``title`` ends: the mark ended its value."""
    return next(
        (
            text
            for text in headings
            if re.match(_QUOTE, text[len(title) :]) and text.startswith(title)
        ),
        title,
    )


def strip_site_name(title: str | None, names: Iterable[str], shown: Iterable[str]) -> str | None:
    """Return ``title`` without the parts before or behind it that name the site or the section.

    ``names`` are normalized names of the site; ``shown`` are other forms of the headline: where
    the title is one of them with something added, the addition goes. None if nothing is left.
    """
    if not title:
        return None
    title = " ".join(title.split())
    if normalize_text(title) in names:
        return None
    for text in shown:
        wanted = normalize_text(text)
        if len(wanted) < 2 or wanted == normalize_text(title):
            continue
        if title.startswith(text) and normalize_text(title[len(text) :]).endswith(tuple(names)):
            return text
        for part in _parts(title):
            if normalize_text(part) == wanted:
                return part
    while cut := _cut_name(title, names):
        title = cut
    return title


def _parts(title: str) -> Iterator[str]:
    """Yield what is left of ``title`` when parts are cut off at either end."""
    cuts = list(_SEPARATOR.finditer(title))
    for first in (None, *cuts):
        for last in (None, *cuts):
            start, end = first.end() if first else 0, last.start() if last else len(title)
            if start < end:
                yield title[start:end].strip()


def _cut_name(title: str, names: Iterable[str]) -> str | None:
    cuts = list(_SEPARATOR.finditer(title))
    for cut in cuts:
        if _names_site(normalize_text(title[: cut.start()]), names) and title[cut.end() :].strip():
            return title[cut.end() :].strip()
    for cut in reversed(cuts):
        tail = normalize_text(title[cut.end() :])
        if (not tail or _names_site(tail, names)) and title[: cut.start()].strip():
            return title[: cut.start()].strip()
    return None


def _names_site(part: str, names: Iterable[str]) -> bool:
    """Say whether a part of a title is the site: "La Stampa" is the name of lastampa.example."""
    compact = part.replace(" ", "")
    return any(part == name or compact == name.replace(" ", "") for name in names)


def _cut_last_part(title: str | None) -> str | None:
    """Return a bare title element without its last, shorter part: mostly the site's name."""
    cuts = list(_SPACED.finditer(title or ""))
    if title and cuts:
        first, last = title[: cuts[-1].start()], title[cuts[-1].end() :]
        if len(first.split()) >= max(3, len(last.split())):
            return first.strip()
    return title


def _choose_heading(
    headings: Sequence[str], others: Sequence[str | None], names: Sequence[str]
) -> str | None:
    """Return the heading that is the headline, and not the site's name or a menu's.

    The longest that is part of another form of the headline; else the first that resembles one.
    """
    parts = [
        heading
        for heading in headings
        if normalize_text(heading) not in names
        and any(other and _is_part(heading, other) for other in others)
    ]
    if parts:
        return max(parts, key=len)  # the first of equals
    return next((h for h in headings[:1] if _is_headline(h, others, names)), None)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and normalize_text(one) == normalize_text(other)


def _is_part(part: str, whole: str) -> bool:
    """Say whether ``part`` is some of the words of ``whole``, one after another."""
    return f" {normalize_text(part)} " in f" {normalize_text(whole)} "


def _is_headline(heading: str, others: Iterable[str | None], names: Iterable[str]) -> bool:
    """Say whether the page's first heading is its headline and not its name or a menu's."""
    text = normalize_text(heading)
    if len(text) < 2 or text in names:
        return False
    known = [normalize_text(other) for other in others if other]
    if not known:
        return True
    return any(token_set_ratio(text, k) >= 40 or partial_ratio(text, k) >= 60 for k in known)
