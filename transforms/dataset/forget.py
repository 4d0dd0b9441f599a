"""Delete what somebody has asked to be deleted, through a commit.

Articles, in all their revisions, go with the duplicates that name them, whose texts are theirs; so
do duplicates and rejects that are themselves among what is to go, the rows of the index that follow
from all of these, and the lines of a site. What a ledger has counted is kept as a tally of what is
gone, so that it balances. The files themselves stay below ``replaced/`` for as long as a pass may
have begun before (``dataset.staging_ttl_s``); then upkeep removes them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forgotten import MASKED, Forgotten, make_marks, new_salt
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.layout import split_data_path
from newsbeam.transforms.dataset.log import Mark, Placed, UnitLine, read_data
from newsbeam.transforms.dataset.projection import COLUMNS, entry_ids, tally_units
from newsbeam.transforms.dataset.recovery import finish, recover_from
from newsbeam.transforms.dataset.replacing import Replacement, commit_replacement
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage
from newsbeam.transforms.dataset.writer import StagedFile, write_rows

_NAMES_ARTICLE = {
    "articles": ("article_id",),
    "duplicates": ("article_id", "duplicate_of"),
}
_OUTCOMES = {"articles": "written", "duplicates": "duplicate", "rejects": "rejected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How many rows of each table were removed."""

    rows: dict[str, int]
    commit: int  # there is one even if nothing was there: it is not read later either


def forget(
    root: str,
    settings: DatasetSettings,
    *,
    urls: Sequence[str] = (),
    domains: Sequence[str] = (),
    publishers: Sequence[str] = (),
    before: datetime | None = None,
) -> Gone:
    """Remove what any of these name, and mark it so that it is not read again.

    ``before`` is a date of publication, or of fetching where that is not known. Raises
    ``UsageError`` if nothing is named, and ``DatasetError``.
    """
    if not (urls or domains or publishers or before):
        raise UsageError(
            "Name what is to be forgotten: --url, --domain, --publisher, --older-than."
        )
    storage = open_storage(root)
    recover_from(storage, settings)
    state = load_state(storage)
    salt = next((mark.salt for mark in state.marks() if mark.salt), None) or new_salt()
    index = IndexFiles(storage, state.files("index"))
    led_to = index.lookup_urls({identity for url in urls if (identity := url_id(url))}).values()
    marks = make_marks(
        salt,
        urls=urls,
        domains=domains,
        publishers=publishers,
        before=before,
        articles={each.article_id for each in led_to if each.article_id},
    )
    unit = f"forget-{new_name('')}"
    removal = _Removal(storage, unit, Forgotten(marks), settings)
    commit = commit_replacement(
        storage, unit, "forget", lambda state: removal.prepare(state, marks)
    )
    if commit is None:
        raise ValueError("a commit with marks is always made")
    finish(storage, commit, ())
    fold_log(storage, settings, least=1)
    return Gone(rows=dict(removal.counts), commit=commit.number)


class _Removal:
    """Makes the files that take the place of those with rows that go."""

    def __init__(
        self, storage: Storage, unit: str, forgotten: Forgotten, settings: DatasetSettings
    ) -> None:
        self._storage = storage
        self._unit = unit
        self._forgotten = forgotten
        self._settings = settings
        self.counts: dict[str, int] = {}

    def prepare(self, state: State, marks: Sequence[Mark]) -> Replacement:
        self.counts = defaultdict(int)
        self._new: list[StagedFile] = []
        self._places: list[int] = []
        self._removed: list[str] = []
        self._tallies: dict[tuple[str, str, str], Tally] = {}
        #: What the rows of the index that go are known by, and the articles that go.
        self._entries: set[str] = set()
        self._ids = self._find_articles(state)
        for table in ("articles", "duplicates", "rejects", "boilerplate", "index"):
            for placed in state.placed(table):
                self._rewrite(table, placed)
        lines = [
            UnitLine(unit=unit, kind=kind, reason=reason, count=t.count, digest=f"{t.digest:032x}")
            for (unit, kind, reason), t in sorted(self._tallies.items())
        ]
        return Replacement(
            files=self._new, places=self._places, removed=self._removed, marks=marks, gone=lines
        )

    def _find_articles(self, state: State) -> pa.Array:
        """Return the articles that go: all revisions of those of which one is named."""
        found: set[str] = set()
        for file in state.files("articles"):
            rows = read_data(self._storage, file, MASKED["articles"])
            found |= set(
                rows["article_id"].filter(pa.array(self._mask("articles", rows))).to_pylist()
            )
        return pa.array(sorted(found), pa.string())

    def _mask(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        return self._forgotten.mask(table, rows)

    def _goes(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        if table == "index":
            keys = _entry_keys("index", rows)
            entered = pc.is_in(keys, value_set=pa.array(sorted(self._entries), pa.string()))
            unchanged = pc.equal(rows["outcome"], "unchanged")
            of_article = pc.is_in(rows["article_id"], value_set=self._ids)
            goes = pc.or_(entered, pc.and_(unchanged, of_article))
            return np.asarray(goes.to_numpy(), np.bool_)
        found = self._mask(table, rows)
        for column in _NAMES_ARTICLE.get(table, ()):
            found |= pc.is_in(rows[column], value_set=self._ids).to_numpy()
        return found

    def _rewrite(self, table: str, placed: Placed) -> None:
        columns = {*COLUMNS[table], *MASKED.get(table, ())} - {"text"}
        if table == "duplicates":
            columns.add("duplicate_of")
        goes = self._goes(table, read_data(self._storage, placed.file, sorted(columns)))
        if not goes.any():
            return
        rows = widen(table, read_data(self._storage, placed.file))
        going, stays = rows.filter(pa.array(goes)), rows.filter(pa.array(~goes))
        self.counts[table] += going.num_rows
        for key, tally in tally_units(table, going).items():
            self._tallies[key] = self._tallies.get(key, Tally()) + tally
        if table in _OUTCOMES:
            self._entries |= set(_entry_keys(table, going).to_pylist())
        self._removed.append(placed.file.path)
        if not stays.num_rows:
            return
        if table == "index":
            self._new.append(write_run(self._storage, self._unit, stays, self._settings))
        else:
            place = split_data_path(placed.file.path)
            self._new.append(write_rows(self._storage, self._unit, *place, stays, self._settings))
        self._places.append(placed.at)


def _entry_keys(table: str, rows: pa.Table) -> pa.Array:
    """Return by what a row of the index is known to follow from a row of a table."""
    outcomes = (
        rows["outcome"].to_pylist() if table == "index" else [_OUTCOMES[table]] * rows.num_rows
    )
    joined = zip(rows["unit"].to_pylist(), entry_ids(table, rows), outcomes, strict=True)
    return pa.array(["|".join(each) for each in joined], pa.string())
