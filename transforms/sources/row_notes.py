"""What a person should know of how a table was read: names that were guessed, or that lead nowhere.

A table that has other names than ours is read without an error, and may be read wrongly.
"""

import logging
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from newsbeam.transforms.core.records import Entry, Page, Reject
from newsbeam.transforms.sources.fields import find_field, holder_of, look_up

_log = logging.getLogger(__name__)

#: Names that one sentence lists.
_MOST_NAMES = 20
#: What this process has said already.
_said: set[str] = set()


class RowNotes:
    """Looks at the rows of one table; ``tell`` says what was found."""

    def __init__(self, ref: str, names: Mapping[str, str], columns: Iterable[str] = ()) -> None:
        self._ref = ref
        self._names = names
        self._unmet = dict(names)  # what no row had so far
        self._guessed: dict[str, str] = {}
        self._columns = dict.fromkeys(islice(columns, _MOST_NAMES))
        self._texts = 0
        self._dated = False

    def see(self, row: Mapping[str, Any], outcome: Page | Entry | Reject) -> None:
        """Take note of ``row`` and of what it became."""
        if len(self._columns) < _MOST_NAMES and not self._columns.keys() >= row.keys():
            self._columns |= dict.fromkeys(islice(row, _MOST_NAMES))
        if self._unmet:
            self._unmet = {
                field: path for field, path in self._unmet.items() if look_up(row, path) is None
            }
        for field in ("title", "text", "published_at"):
            if field not in self._guessed:
                holder = holder_of(row, self._names, field)
                if holder is not None and holder != self._names.get(field, field):
                    self._guessed[field] = holder
        if isinstance(outcome, Page) and outcome.media == "text":
            self._texts += 1
            self._dated = self._dated or find_field(row, self._names, "published_at") is not None

    def tell(self) -> None:
        """Say what was found, in sentences of the log; the same of many tables is said once."""
        there = f"its fields are {', '.join(self._columns)}"
        if self._guessed:
            guessed = ", ".join(f"{field} from '{name}'" for field, name in self._guessed.items())
            self._say(guessed, f"read {guessed}; read.fields can name others")
        for field, path in self._unmet.items():
            if self._columns:
                self._say(
                    f"{field} {path} {there}",
                    f"no row has '{path}', which read.fields names for {field}; {there}",
                )
        if self._texts and not self._dated:
            self._say(
                f"undated {there}",
                f"no row of {self._texts:,} had a date, so the articles stand under the day on "
                "which they were read; if a field holds their date, set read.fields: "
                f"{{published_at: NAME}}; {there}",
            )

    def _say(self, what: str, sentence: str) -> None:
        if what not in _said:
            _said.add(what)
            _log.warning("%s: %s.", self._ref, sentence)
