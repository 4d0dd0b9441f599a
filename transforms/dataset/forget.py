"""Delete what somebody has asked to be deleted, through a commit.

Articles, in all their revisions, go with the duplicates that name them, whose texts are theirs; so
do duplicates and rejects that are themselves among what is to go, the rows of the index that follow
from all of these, and the lines of a site. What a ledger has counted is kept as a tally of what is
gone, so that it balances. The files themselves stay below ``replaced/`` for as long as a pass may
have begun before (``dataset.staging_ttl_s``); then upkeep removes them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.core.urls import host_of, registered_domain, url_id
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forgotten import MASKED, Forgotten, make_marks, new_salt
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.log import Placed, read_data
from newsbeam.transforms.dataset.recovery import finish, recover_from
from newsbeam.transforms.dataset.removal import Removal
from newsbeam.transforms.dataset.replacing import commit_replacement
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import new_name, open_storage

_NAMES_ARTICLE = {
    "articles": ("article_id",),
    "duplicates": ("article_id", "duplicate_of"),
}

_ID = re.compile(r"\s*[0-9a-fA-F]{32}\s*")


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
    ``UsageError`` if nothing is named, or something that no row can have, and ``DatasetError``.
    """
    if not (urls or domains or publishers or before):
        raise UsageError(
            "Name what is to be forgotten: --url, --domain, --publisher, --older-than."
        )
    if not all(name.strip() for name in publishers):
        raise UsageError("--publisher: write the name of an outlet as the column publisher has it.")
    domains = [_registered(domain) for domain in domains]
    storage = open_storage(root)
    recover_from(storage, settings)
    state = load_state(storage)
    salt = next((mark.salt for mark in state.marks() if mark.salt), None) or new_salt()
    index = IndexFiles(storage, state.files("index"))
    led_to = index.lookup_urls({identity for url in urls if (identity := url_id(url))})
    for url in urls:
        if "://" not in url and not _ID.fullmatch(url) and url_id(url) not in led_to:
            raise UsageError(
                f"--url {url}: write the address whole, such as https://example.org/story, or the "
                "id of an article."
            )
    marks = make_marks(
        salt,
        urls=urls,
        domains=domains,
        publishers=publishers,
        before=before,
        articles={each.article_id for each in led_to.values() if each.article_id},
    )
    unit = f"forget-{new_name('')}"
    named = Forgotten(marks)
    removal = Removal(storage, unit, _Named(named), settings, named)
    commit = commit_replacement(
        storage, unit, "forget", lambda state: removal.prepare(state, marks)
    )
    if commit is None:
        raise ValueError("a commit with marks is always made")
    finish(storage, commit, ())
    fold_log(storage, settings, least=1)
    return Gone(rows=dict(removal.counts), commit=commit.number)


def _registered(given: str) -> str:
    """Return a domain as rows have it. Raises UsageError for one by which no row would be found."""
    given = given.strip()
    host = host_of(given if "://" in given else f"http://{given}")
    domain = registered_domain(host) if host else ""
    if not domain or host != domain or "/" in given:
        name = domain or "example.org"
        raise UsageError(f"--domain {given}: write a registered domain, such as {name}.")
    return domain


class _Named:
    """Chooses what is among the forgotten, and what belongs to it."""

    def __init__(self, forgotten: Forgotten) -> None:
        self.columns = {**MASKED, "duplicates": [*MASKED["duplicates"], "duplicate_of"]}
        self._forgotten = forgotten
        self._ids = pa.array([], pa.string())

    def begin(self, state: State) -> None:
        """Find the articles that go: all revisions of those of which one is named."""
        found: set[str] = set()
        for file in state.files("articles"):
            rows = read_data(state.storage, file, MASKED["articles"])
            named = pa.array(self._forgotten.mask("articles", rows))
            found |= set(rows["article_id"].filter(named).to_pylist())
        self._ids = pa.array(sorted(found), pa.string())

    def files(self, state: State, table: str) -> list[Placed]:
        """Return all of them."""
        return state.placed(table)

    def mask(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        """Return which rows go."""
        if table == "index":
            unchanged = pc.equal(rows["outcome"], "unchanged")
            of_article = pc.is_in(rows["article_id"], value_set=self._ids)
            return np.array(pc.and_(unchanged, of_article).to_numpy(), np.bool_)
        found = self._forgotten.mask(table, rows)
        for column in _NAMES_ARTICLE.get(table, ()):
            found |= pc.is_in(rows[column], value_set=self._ids).to_numpy()
        return found
