"""What follows from the rows of a file: which entries they settle, and their index rows.

Everything is computed from columns of the rows themselves, so that an audit can do it again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.columns import INDEX
from newsbeam.transforms.core.identity import entry_id, source_identity
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.stages import KIND_OF_STAGE
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dedup.signing import ALGORITHM, encode_signature, sign

#: Columns of each table that this module reads.
COLUMNS: dict[str, list[str]] = {
    "articles": [
        *("source_kind", "source_ref", "source_id", "requested_url", "article_id", "revision"),
        *("canonical_url", "content_hash", "cluster_id", "published_at", "fetched_at"),
        *("first_seen_at", "text", "unit"),
    ],
    "duplicates": [
        *("source_kind", "source_ref", "source_id", "requested_url", "article_id", "how"),
        *("content_hash", "cluster_id", "published_at", "fetched_at", "unit"),
    ],
    "rejects": [
        *("source_kind", "source_ref", "source_id", "url", "stage", "reason", "reject_id"),
        *("rejected_at", "unit"),
    ],
    "index": INDEX.names,
    "feeds": ["source_ref", "outcome", "unit"],
    "boilerplate": ["line_id", "domain", "line", "unit"],
}

#: The kinds of the ledger that are counted from rows; all others are counted on the way.
ROW_KINDS = (
    "written",
    "exact_duplicate",
    "near_duplicate",
    "unchanged",
    "poll_failed",
    "invalid",
    "failed",
    "rejected",
)

#: Stands before the kind of a poll that was forgotten: one that failed is a reject too, and that is
#: counted by itself.
POLL = "poll:"
#: Tables whose rows are entered in the index, with what it calls them.
ENTERED = {"articles": "written", "duplicates": "duplicate", "rejects": "rejected"}


def entry_ids(table: str, rows: pa.Table) -> list[str]:
    """Return the identity of the entry, or of the source, that each row settles."""
    if table == "index":
        return list(rows["entry_id"].to_pylist())
    url = "url" if table == "rejects" else "requested_url"
    ids = [
        entry_id(*values)
        for values in zip(
            *(rows[name].to_pylist() for name in ("source_kind", "source_ref", "source_id", url)),
            strict=True,
        )
    ]
    if table == "rejects":
        for place, stage in enumerate(rows["stage"].to_pylist()):
            if stage == "poll":
                ids[place] = source_identity(rows["source_ref"][place].as_py())
    return ids


def tally_rows(table: str, rows: pa.Table) -> Ledger:
    """Return how ``rows`` count in the ledger; rows of ``index`` count if they are unchanged."""
    ledger: Ledger = {}
    for (_, kind, reason), tally in sorted(tally_units(table, rows).items()):
        ledger[kind, reason] = ledger.get((kind, reason), Tally()) + tally
    return ledger


def tally_units(table: str, rows: pa.Table) -> dict[tuple[str, str, str], Tally]:
    """Return what ``tally_rows`` does, by unit, kind and reason."""
    if table in ("feeds", "boilerplate"):
        return {}
    if table == "index":
        rows = rows.filter(pc.equal(rows["outcome"], "unchanged"))
    units = rows["unit"].to_pylist()
    return add_up(zip(units, _classes(table, rows), entry_ids(table, rows), strict=True))


def tally_polls(rows: pa.Table) -> dict[tuple[str, str], Tally]:
    """Return the tallies of the sources in ``rows`` of ``feeds/``, by unit and kind."""
    kinds = [
        ("poll_failed" if outcome == "failed" else outcome, "")
        for outcome in rows["outcome"].to_pylist()
    ]
    asked = map(source_identity, rows["source_ref"].to_pylist())
    found = add_up(zip(rows["unit"].to_pylist(), kinds, asked, strict=True))
    return {(unit, kind): tally for (unit, kind, _), tally in found.items()}


def add_up(
    found: Iterable[tuple[str, tuple[str, str], str]],
) -> dict[tuple[str, str, str], Tally]:
    """Return the tallies of identities, each with its unit and its kind and reason."""
    classes = defaultdict(list)
    for unit, (kind, reason), identity in found:
        classes[unit, kind, reason].append(identity)
    return {key: Tally.of(ids) for key, ids in classes.items()}


def _classes(table: str, rows: pa.Table) -> list[tuple[str, str]]:
    if table == "articles":
        return [("written", "")] * rows.num_rows
    if table == "index":
        return [("unchanged", "")] * rows.num_rows
    if table == "duplicates":
        return [
            ("near_duplicate" if how == "near" else "exact_duplicate", "")
            for how in rows["how"].to_pylist()
        ]
    return [
        (KIND_OF_STAGE[stage], reason)
        for stage, reason in zip(rows["stage"].to_pylist(), rows["reason"].to_pylist(), strict=True)
    ]


def index_rows(
    table: str, rows: pa.Table, signed: Mapping[tuple[str, int], bytes] | None = None
) -> pa.Table:
    """Return the index rows that follow from ``rows`` of articles, duplicates or rejects.

    A duplicate is entered under its own article_id, without a revision. Articles are ``signed``
    anew, from their texts, where signatures are not given by article and revision.
    """
    asked = rows["url" if table == "rejects" else "requested_url"].to_pylist()
    if table == "rejects":
        # A source that could not be polled is no article that could be asked for again.
        stages = rows["stage"].to_pylist()
        asked = [None if stage == "poll" else url for stage, url in zip(stages, asked, strict=True)]
    derived: dict[str, object] = {
        "entry_id": entry_ids(table, rows),
        "url_id": [url_id(url) for url in asked],
        "outcome": [ENTERED[table]] * rows.num_rows,
    }
    if table == "rejects":
        derived["fetched_at"] = rows["rejected_at"]
    if table == "articles":
        if signed is None:
            texts = rows["text"].to_pylist()
            derived["signature"] = [encode_signature(sign(text)) for text in texts]
        else:
            keys = zip(rows["article_id"].to_pylist(), rows["revision"].to_pylist(), strict=True)
            derived["signature"] = [signed[key] for key in keys]
        derived["signature_algorithm"] = [ALGORITHM] * rows.num_rows
    columns = []
    schema = file_schema("index")
    for field in schema:
        if field.name in derived:
            values = derived[field.name]
            columns.append(pa.array(values, field.type) if isinstance(values, list) else values)
        elif field.name in COLUMNS[table]:
            columns.append(rows[field.name])
        else:
            columns.append(pa.nulls(rows.num_rows, field.type))
    return pa.Table.from_arrays(columns, schema=schema)
