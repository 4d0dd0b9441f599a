"""All rows of a dataset that say something of one article."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.identity import article_id
from newsbeam.transforms.core.urls import canonicalize_url, url_id
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import Commit, open_data
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import open_storage

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of each table, oldest commit first, with ``path`` and, where it stands there, date."""

    asked: str
    commits: Mapping[str, Commit]  # by unit
    entries: Sequence[Row]  # of the index
    articles: Sequence[Row]  # its revisions
    repeats: Sequence[Row]  # duplicates that it is
    copies: Sequence[Row]  # duplicates of it, and of what it repeats
    stays: Sequence[Row]  # articles that it repeats
    rejects: Sequence[Row]


def find_rows(root: str, asked: str) -> Rows:
    """Return what the dataset has of an article: by URL, id, id of a reject, or file.

    Raises ``DatasetError``.
    """
    state = load_state(open_storage(root))
    url = canonicalize_url(asked)
    identity = article_id(url, "") if url else asked.strip().lower()
    wanted = {"article_id": {identity}, "reject_id": {identity}, "url_id": {url_id(asked) or ""}}
    if url is None:
        del wanted["url_id"]
    entries = _find(state, "index", wanted)
    if not entries and url is None and (wanted := _ids_of_source(state, asked)):
        entries = _find(state, "index", wanted)
    # A URL that led elsewhere is known by the article that it led to.
    ids = {identity} | {row["article_id"] for row in entries if row["article_id"]}
    if ids != {identity}:
        entries = _find(state, "index", {**wanted, "article_id": ids})
    repeats = _find(state, "duplicates", {"article_id": ids})
    targets = {row["duplicate_of"] for row in repeats} - ids
    everyone = _find(state, "articles", {"article_id": ids | targets})
    rejects = {row["reject_id"] for row in entries if row["reject_id"]}
    return Rows(
        asked=asked,
        commits={commit.unit: commit for commit in state.history()},
        entries=entries,
        articles=[row for row in everyone if row["article_id"] in ids],
        repeats=repeats,
        copies=[
            row
            for row in _find(state, "duplicates", {"duplicate_of": ids | targets})
            if row["article_id"] not in ids
        ],
        stays=[row for row in everyone if row["article_id"] in targets],
        rejects=_find(state, "rejects", {"reject_id": rejects}) if rejects else [],
    )


def _ids_of_source(state: State, ref: str) -> dict[str, set[str]]:
    """Return the ids of what was read from ``ref``, a file or a part of one, if any was."""
    wanted = {"source_ref": {ref}}
    articles = _find(state, "articles", wanted) + _find(state, "duplicates", wanted)
    ids = {
        "article_id": {row["article_id"] for row in articles},
        "reject_id": {row["reject_id"] for row in _find(state, "rejects", wanted)},
    }
    return ids if any(ids.values()) else {}


def _find(
    state: State,
    table: str,
    wanted: Mapping[str, Collection[str]],
) -> list[Row]:
    """Return the rows of which one of these columns has one of its values."""
    found = []
    sets = {name: pa.array(sorted(values), pa.string()) for name, values in wanted.items()}
    for file in state.files(table):
        place = partition_values(*split_data_path(file.path))
        with open_data(state.storage, file) as parquet:
            for group in range(parquet.num_row_groups):
                keys = parquet.read_row_group(group, columns=list(wanted))
                mask = None
                for name, values in sets.items():
                    match = pc.is_in(keys[name], value_set=values)
                    mask = match if mask is None else pc.or_(mask, match)
                if pc.any(mask).as_py():
                    rows = widen(table, parquet.read_row_group(group).filter(mask))
                    found += [{**row, **place, "path": file.path} for row in rows.to_pylist()]
    return found
