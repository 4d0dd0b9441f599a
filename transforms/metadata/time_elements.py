"""Elements that say when: ``time``, its kin of scripts, what is marked as a date and has a stamp.

Scripts write "3 hours ago" into them when a reader comes; when that was, an attribute says.
"""

import re

from newsbeam.transforms.pages.outline import TIMES, Element, named

is_named_date = named(
    r"(?:^|[\s_-])(?:date|time|datum|fecha|data|posted|publish(?:ed)?|created|timestamp)(?:$|[\s_-])"
    r"|pubdate|publi(?:shed|cation)-?date|entry-date|post-date",
)
#: Attributes of an element that is marked as a date.
_STAMPS = (
    *("datetime", "data-datetime", "data-timestamp", "data-date", "data-time", "data-utc"),
    *("data-published", "data-publish-date", "data-pubdate", "data-iso", "content", "title"),
)
#: 2026-03-04T…, 1770110100, 1770110100000; a date for readers is in the text as well.
_STAMP = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T\s].{4,30})?|\d{10}(?:\d{3})?")
#: "Tuesday, 3 March 2026 at 10:15", in what shows when the pointer rests on it.
_TOLD = re.compile(
    r"\D{0,30}\d{1,4}\D{1,20}\d{1,4}(?:\D{1,20}\d{4})?(?:\D{1,10}\d\d?:\d\d.{0,20})?"
)
#: Properties of microdata and RDFa that say when an article came out, and when it was changed.
_PROPERTIES = {
    **dict.fromkeys(("datepublished", "schema:datepublished"), "datepublished"),
    **dict.fromkeys(("dc:date", "dc:created", "dc:issued"), "datepublished"),
    **dict.fromkeys(("dcterms:date", "dcterms:created", "dcterms:issued"), "datepublished"),
    **dict.fromkeys(("datemodified", "schema:datemodified"), "datemodified"),
    **dict.fromkeys(("dc:modified", "dcterms:modified"), "datemodified"),
}


def stamp_of(element: Element) -> str:
    """Return the stamp in an attribute of an element that says when, empty if there is none."""
    if element.tag in TIMES:
        return element.get("datetime") or element.get("title")
    if not element.attrs or not (is_named_date(element.names) or date_property(element)):
        return ""  # most elements: this is asked of all near the headline
    values = (element.get(name).strip() for name in _STAMPS)
    told = element.get("title").strip()
    return next((value for value in values if _STAMP.fullmatch(value)), "") or (
        told if _TOLD.fullmatch(told) else ""
    )


def date_property(element: Element) -> str | None:
    """Return "datepublished" or "datemodified" if an element states that, in any vocabulary."""
    if "itemprop" not in element.attrs and "property" not in element.attrs:
        return None
    names = f"{element.get('itemprop')} {element.get('property')}".lower().split()
    return next((_PROPERTIES[name] for name in names if name in _PROPERTIES), None)
