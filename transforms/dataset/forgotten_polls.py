"""Rows of ``feeds/`` without what was forgotten: the polls of a source, and what others list."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.dataset.forgotten import Forgotten

#: Columns in which a poll says where its source is.
_ADDRESSES = ("source_ref", "url", "moved_to")


def forgotten_sources(rows: pa.Table, forgotten: Forgotten) -> NDArray[np.bool_]:
    """Return which ``rows`` of ``feeds/`` are polls of what is forgotten by URL or domain."""
    found = np.zeros(rows.num_rows, np.bool_)
    for name in _ADDRESSES:
        found |= _are_forgotten(rows[name], forgotten)
    return found


def without_addresses(rows: pa.Table, forgotten: Forgotten) -> pa.Table:
    """Return ``rows`` of ``feeds/`` without the forgotten among what they list or keep waiting."""
    for name in ("children", "waiting"):
        rows = _without(rows, name, forgotten)
    return rows


def forget_polls(rows: pa.Table, forgotten: Forgotten) -> pa.Table:
    """Return ``rows`` of ``feeds/`` without all that ``forgotten`` names by URL or domain."""
    stays = rows.filter(pa.array(~forgotten_sources(rows, forgotten)))
    return without_addresses(stays, forgotten)


def _without(rows: pa.Table, name: str, forgotten: Forgotten) -> pa.Table:
    """Return ``rows`` with a list of addresses in column ``name`` without forgotten ones."""
    column = rows[name].combine_chunks()
    items = column.flatten()
    if name == "waiting":
        items = pa.chunked_array([items.field("url")])
    else:  # their kind stands in front
        items = pa.chunked_array([pc.replace_substring_regex(items, "^[^:]*:", "")])
    if not _are_forgotten(items, forgotten).any():
        return rows
    kept = [
        [each for each in listed if not forgotten.has_url(_address(each))]
        for listed in column.to_pylist()
    ]
    at = rows.schema.get_field_index(name)
    return rows.set_column(at, rows.schema.field(at), pa.array(kept, column.type))


def _address(listed: "dict[str, str] | str") -> str:
    return listed["url"] if isinstance(listed, dict) else listed.partition(":")[2]


def _are_forgotten(column: pa.ChunkedArray, forgotten: Forgotten) -> NDArray[np.bool_]:
    named = [one for one in column.unique().to_pylist() if forgotten.has_url(one)]
    found = pc.is_in(column, value_set=pa.array(named, pa.string()))
    return np.asarray(found.to_numpy(), np.bool_)
