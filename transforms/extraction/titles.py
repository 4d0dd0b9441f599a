"""The headline of an article, without the name of the site."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz.fuzz import partial_ratio, token_set_ratio

from transforms.core.identity import normalize_text

#: What parts a headline from the name of the site or the section.
_SEPARATOR = re.compile(
    r"\s+[-–—|│·•»«:~/<>*]{1,2}\s+|\s*[|│»]\s*|\s*::\s*|(?<=\S):\s+|\s*：\s*|,\s+"
)

#: A name that a site gives itself is at most this many words.
_MAX_NAME_WORDS = 8


def choose_title(
    *,
    open_graph: str | None,
    headline: str | None,
    heading: str | None,
    element: str | None,
    others: Iterable[str] = (),
    site_names: Iterable[str] = (),
) -> str | None:
    """Return the headline out of what a page offers.

    ``open_graph`` is what publishers write with most care, as other sites show it: it wins, unless
    it is only the title element again and the page shows another headline to its readers. Then
    come JSON-LD's ``headline``, the page's own ``heading``, ``others``, and the title element.
    """
    names = [name for name in map(normalize_text, site_names) if name]
    shown = [text for text in (heading, headline) if text]
    og = strip_site_name(open_graph, names, shown)
    structured = strip_site_name(headline, names, [text for text in (heading,) if text])
    title = strip_site_name(element, names, [text for text in (og, structured, heading) if text])
    if heading and not _is_headline(heading, (og, structured, title), names):
        heading = None
    if (
        og
        and heading
        and _same(og, title)
        and not _same(og, heading)
        and (structured is None or _same(structured, heading))
    ):
        return heading
    rest = (strip_site_name(other, names, shown) for other in others)
    return next((text for text in (og, structured, heading, *rest, title) if text), None)


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
        if len(wanted) > 1 and wanted != normalize_text(title):
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
        if normalize_text(title[: cut.start()]) in names and title[cut.end() :].strip():
            return title[cut.end() :].strip()
    for cut in reversed(cuts):
        tail = normalize_text(title[cut.end() :])
        if (not tail or tail in names) and title[: cut.start()].strip():
            return title[: cut.start()].strip()
    return None


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and normalize_text(one) == normalize_text(other)


def _is_headline(heading: str, others: Iterable[str | None], names: Iterable[str]) -> bool:
    """Say whether the page's first heading is its headline and not its name or a menu's."""
    text = normalize_text(heading)
    if len(text) < 2 or text in names:
        return False
    known = [normalize_text(other) for other in others if other]
    if not known:
        return True
    return any(token_set_ratio(text, k) >= 40 or partial_ratio(text, k) >= 60 for k in known)
