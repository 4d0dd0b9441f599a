"""Each decision that was taken about one article, with the evidence."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from newsbeam.pipelines.options import expand
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dataset.lookup import Row, Rows, find_rows
from newsbeam.transforms.dedup.difference import Change, compare_words
from newsbeam.transforms.dedup.verify import Verdict, compare_texts

_ARTICLE = (
    *("article_id", "revision", "supersedes", "title", "publisher", "url", "canonical_url"),
    *("requested_url", "published_at", "published_source", "published_precision"),
    *("published_flags", "published_utc_offset", "modified_at", "fetched_at", "first_seen_at"),
    *("authors", "title_source", "authors_source", "language", "language_confidence"),
    *("agency", "page_kind", "completeness", "quality_flags", "extractor", "cleaning", "removed"),
    *("wire", "withdrawn", "cluster_id", "source_kind", "source_ref", "source_id", "unit", "path"),
)
_DUPLICATE = (
    *("article_id", "title", "publisher", "url", "requested_url", "published_at", "fetched_at"),
    *("how", "similarity", "containment", "duplicate_of", "duplicate_of_url", "cluster_id"),
    *("source_kind", "source_ref", "source_id", "unit", "path"),
)
_REJECT = (
    *("reject_id", "stage", "reason", "detail", "url", "http_status", "rejected_at", "bytes_ref"),
    *("source_kind", "source_ref", "source_id", "unit", "path"),
)
_ENTRY = (
    *("outcome", "article_id", "revision", "stage", "fetched_at", "first_seen_at", "entry_id"),
    *("unit", "path"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the text of a row differs from the one that it repeats or follows."""

    with_article: str
    with_revision: int
    verdict: Verdict
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of an article, as rows; each with the number of its commit."""

    asked: str
    entries: tuple[Row, ...]  # each time that it was met, and how that ended
    revisions: tuple[Row, ...]
    repeats: tuple[Row, ...]  # the rows that say of which article it is a duplicate
    copies: tuple[Row, ...]  # the duplicates of the same article
    rejects: tuple[Row, ...]
    #: By the place of a revision or of a row of ``repeats``: "revision 2", "duplicate 1".
    comparisons: dict[str, Comparison]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def explain(root: str, asked: str, settings: DuplicateSettings) -> Explanation:
    """Return what the dataset knows of an article by URL, id or the file that it was read from.

    Raises UsageError if that is nothing, DatasetError if the dataset is damaged.
    """
    rows = find_rows(root, asked)
    if not rows.entries and "://" not in asked:
        rows = find_rows(root, str(expand(asked)))
    if not rows.entries:
        raise UsageError(
            f"Nothing in {root} is known of {asked}: give the URL of an article, as it was asked "
            "for or after redirects, the id of an article or reject, or a file with its part as in "
            "source_ref, such as dump.jsonl#3."
        )
    comparisons = {}
    revisions = sorted(rows.articles, key=lambda row: (row["article_id"], row["revision"]))
    for before, after in pairwise(revisions):
        if before["article_id"] == after["article_id"]:
            name = f"revision {after['revision']}"
            comparisons[name] = _compare(before, after["text"], settings)
    for number, row in enumerate(rows.repeats, 1):
        stays = _as_it_was(rows, row)
        if row["text"] is not None and stays is not None:
            comparisons[f"duplicate {number}"] = _compare(stays, row["text"], settings)
    return Explanation(
        asked=asked,
        entries=_take(rows, rows.entries, _ENTRY),
        revisions=_take(rows, revisions, _ARTICLE),
        repeats=_take(rows, rows.repeats, _DUPLICATE),
        copies=_take(rows, rows.copies, _DUPLICATE),
        rejects=_take(rows, rows.rejects, _REJECT),
        comparisons=comparisons,
    )


def _as_it_was(rows: Rows, duplicate: Row) -> Row | None:
    """Return the revision of the article that stays which the duplicate was compared with."""
    number = _commit_number(rows, duplicate)
    of = [
        row
        for row in [*rows.articles, *rows.stays]
        if row["article_id"] == duplicate["duplicate_of"]
    ]
    of.sort(key=lambda row: row["revision"])
    until = [row for row in of if _commit_number(rows, row) <= number] or of[:1]
    return until[-1] if until else None


def _compare(before: Row, text: str, settings: DuplicateSettings) -> Comparison:
    return Comparison(
        with_article=before["article_id"],
        with_revision=before["revision"],
        verdict=compare_texts(text, before["text"], settings),
        changes=tuple(compare_words(before["text"], text)),
    )


def _commit_number(rows: Rows, row: Row) -> int:
    commit = rows.commits.get(row["unit"])
    return commit.number if commit else 0


def _take(rows: Rows, some: Sequence[Row], columns: Sequence[str]) -> tuple[Row, ...]:
    return tuple(
        {**{name: _plain(row[name]) for name in columns}, "commit": _commit_number(rows, row)}
        for row in some
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
