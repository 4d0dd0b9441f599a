"""Whether a text is reserved against training: what meta elements and headers say of it."""

import re
from collections.abc import Iterable

from newsbeam.transforms.core.records import Page

_NO_AI = re.compile(r"\b(?:noai|noimageai|noml|noaitraining)\b", re.IGNORECASE)


def read_opt_out(reservations: Iterable[str], robots: Iterable[str]) -> bool | None:
    """Return True if a text is reserved against training, False if it is not, None if unsaid.

    ``reservations`` are the values of TDM-Reservation (W3C TDM Reservation Protocol), which go
    before ``robots``, the directives for crawlers.
    """
    told = {part.strip() for value in reservations for part in value.split(",")}
    if "1" in told:
        return True
    if "0" in told:
        return False
    return True if any(_NO_AI.search(value) for value in robots) else None


def is_reserved(page: Page, declared: bool | None) -> bool | None:
    """Return the same of a page, where its text says ``declared``: what either reserves, is."""
    headers = read_opt_out(
        [page.tdm_reservation] if page.tdm_reservation else [],
        [page.robots_tag] if page.robots_tag else [],
    )
    if headers is None or declared is None:
        return declared if headers is None else headers
    return headers or declared
