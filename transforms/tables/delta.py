"""The articles as a Delta table, by deltalake. Its root is that of the dataset.

deltalake reads files below the root of a table alone, so this is the folder that has both the log
and the articles. It cannot be ``articles/``: Delta's checkpoints are Parquet files, and a glob over
the articles would read them.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    RemoveAction,
    Transaction,
    create_table_with_add_actions,
)

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import PARTITIONS
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.stores.credentials import buckets_in_use, options_of
from newsbeam.transforms.tables.changes import TABLE, Change, table_schema, values_of
from newsbeam.transforms.tables.view import VERSIONS, Standing

_LOG = "_delta_log"
_VERSION = re.compile(r"(\d{20})\..+")
#: Names of the two numbers that the table keeps for us: the newest commit, and the first version
#: that may be asked for.
_COMMIT, _FIRST = "newsbeam", "newsbeam.first"
_PROPERTIES = {
    # VACUUM removes what is below the root of a table, no part of it, and older than this: here
    # the whole dataset but the articles. So nothing ever is.
    "delta.deletedFileRetentionDuration": "interval 18250 days",
    # Versions go as ``expire`` says.
    "delta.enableExpiredLogCleanup": "false",
}
#: Before that retention began, so that checkpoints need not list what went: newsbeam has removed
#: these files itself.
_LONG_AGO_MS = 0


class DeltaView:
    """A Delta table that follows the log."""

    def __init__(self, storage: Storage, root: str) -> None:
        self._storage = storage
        self._root = root
        said = options_of(buckets_in_use(), urlsplit(root).scheme.replace("s3a", "s3"))
        # What is not said, the client looks for in the environment.
        self._options = {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in said.items()
        }
        self._table: DeltaTable | None = None

    @property
    def _loaded(self) -> DeltaTable:
        if self._table is None:
            raise DatasetError(f"there is no Delta table in {self._root}.")
        return self._table

    @property
    def known_as(self) -> str:
        """Return where its log is."""
        return "_delta_log"

    def load(self) -> int | None:
        """Look at the table as it is now; return the commit that it shows, None without one."""
        with self._told():
            try:
                self._table = DeltaTable(self._root, storage_options=self._options)
            except TableNotFoundError:
                self._table = None
                return None
            return self._table.transaction_version(_COMMIT) or 0

    def create(self) -> None:
        """Make the table, without rows, unless another process does."""
        with self._told():
            try:
                create_table_with_add_actions(
                    self._root,
                    Schema.from_arrow(table_schema()),
                    [],
                    partition_by=list(PARTITIONS[TABLE]),
                    name=TABLE,
                    description="Articles of newsbeam. Written by newsbeam alone.",
                    configuration=_PROPERTIES,
                    storage_options=self._options,
                    commit_properties=_properties(0),
                )
            except DeltaError:
                if self.load() is None:
                    raise

    def paths(self) -> set[str]:
        """Return the files of the table as it was loaded."""
        with self._told():
            actions = self._loaded.get_add_actions(flatten=True)
            return set(actions.column("path").to_pylist())

    def commit(self, change: Change) -> bool:
        """Make the next version of the table; False if somebody else has changed it since."""
        adds = [
            AddAction(
                path=file.path,
                size=file.bytes,
                partition_values=values_of(file.path),
                modification_time=int(change.at.timestamp() * 1000),
                data_change=not change.rearranges,
                # No least and greatest values: nothing of an article may stand in the log.
                stats=json.dumps({"numRecords": file.rows}),
            )
            for file in change.added
        ]
        removes = [
            RemoveAction(
                path,
                data_change=not change.rearranges,
                deletion_timestamp=_LONG_AGO_MS,
                partition_values=dict(values_of(path)),
            )
            for path in change.removed
        ]
        with self._told():
            try:
                self._add_columns()
                table = self._loaded
                first = table.version() + 1 if change.forgets else None
                table.create_write_transaction(
                    [*adds, *removes],
                    mode="append",
                    schema=table.schema(),
                    partition_by=list(PARTITIONS[TABLE]),
                    commit_properties=_properties(change.number, first),
                )
            except CommitFailedError:
                return False
        return True

    def _add_columns(self) -> None:
        known = {field.name for field in self._loaded.schema().fields}
        fields = [
            field for field in Schema.from_arrow(table_schema()).fields if field.name not in known
        ]
        if fields:
            self._loaded.alter.add_columns(
                fields, commit_properties=CommitProperties(max_commit_retries=0)
            )

    def expire(self) -> None:
        """Let old versions go, and all before one that forgets something."""
        with self._told():
            table = self._loaded
            names = {name: int(match[1]) for name, match in self._log_names()}
            oldest = min(names.values())
            first = table.transaction_version(_FIRST) or 0
            if table.version() - oldest >= 2 * VERSIONS:
                first = max(first, table.version() - VERSIONS + 1)
            if first <= oldest:
                return
            at_first = DeltaTable(self._root, version=first, storage_options=self._options)
            at_first.create_checkpoint()
            self._storage.remove_files(
                [f"{_LOG}/{name}" for name, version in names.items() if version < first]
            )

    def _log_names(self) -> Iterator[tuple[str, re.Match[str]]]:
        for name in self._storage.names(_LOG):
            if match := _VERSION.fullmatch(name):
                yield name, match

    def standing(self) -> Standing:
        """Return how far the table is that was loaded."""
        with self._told():
            table = self._loaded
            oldest = min(int(match[1]) for _, match in self._log_names())
            return Standing(
                format="delta",
                commit=table.transaction_version(_COMMIT) or 0,
                version=table.version(),
                versions=table.version() - oldest + 1,
                files=len(self.paths()),
                place=self._root,
            )

    def close(self) -> None:
        """Do nothing: nothing stays open."""

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (DeltaError, OSError) as error:
            # What is said of a bucket may hold an address with a token in it.
            detail = "" if "://" in self._root else f": {error}"
            raise DatasetError(f"deltalake ended with {type(error).__name__}{detail}.") from None


def _properties(number: int, first: int | None = None) -> CommitProperties:
    transactions = [Transaction(_COMMIT, number)]
    if first is not None:
        transactions.append(Transaction(_FIRST, first))
    # Not tried again by deltalake, which does not ask whether somebody has made the same version.
    return CommitProperties(
        custom_metadata={"newsbeam.commit": str(number)},
        max_commit_retries=0,
        app_transactions=transactions,
    )
