"""The articles as an Iceberg table, by pyiceberg, known to a catalog.

Date and language stand in the path alone, so they are partition values in the manifests, which is
where readers take them from; columns are found by name, since our files carry no ids of fields.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property

import pyiceberg.exceptions
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.typedef import Record
from sqlalchemy.exc import SQLAlchemyError

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import PARTITIONS
from newsbeam.transforms.core.settings import IcebergSettings
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.tables.catalogs import (
    FOLDER,
    configured,
    name_table,
    open_catalog,
    url_of,
)
from newsbeam.transforms.tables.changes import TABLE, Change, table_schema, values_of
from newsbeam.transforms.tables.view import VERSIONS, Standing

#: What a snapshot says: the commit that it shows, and that no earlier one may be asked for.
_COMMIT, _FORGETS = "newsbeam.commit", "newsbeam.forgets"
_NAMES = "schema.name-mapping.default"
#: What a table says: the dataset that it shows. Those made by older versions stand in it.
_DATASET = "newsbeam.dataset"
_PROPERTIES = {
    # pyiceberg would put files that were refused into the table of whoever came first, who may
    # have added the same ones.
    "commit.retry.num-retries": "0",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "32",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "32",
}
_DAY_0 = date(1970, 1, 1)
#: What pyiceberg raises, which has no base of its own.
_ERRORS: tuple[type[Exception], ...] = (
    *(
        each
        for each in vars(pyiceberg.exceptions).values()
        if isinstance(each, type) and issubclass(each, Exception)
    ),
    *(OSError, ValueError, SQLAlchemyError),
)


class IcebergView:
    """An Iceberg table that follows the log."""

    def __init__(self, storage: Storage, root: str, settings: IcebergSettings) -> None:
        self._storage = storage
        self._root = root
        self._settings = settings
        self._table: Table | None = None

    @cached_property
    def _catalog(self) -> Catalog:
        return open_catalog(self._root, self._settings)

    @property
    def _loaded(self) -> Table:
        if self._table is None:
            raise DatasetError(f"there is no Iceberg table {self._settings.table}.")
        return self._table

    @property
    def known_as(self) -> str:
        """Return the name of the table and its catalog."""
        return name_table(self._settings)

    def load(self) -> int | None:
        """Look at the table as it is now; return the commit that it shows, None without one."""
        with self._told():
            try:
                self._table = self._catalog.load_table(self._settings.table)
            except NoSuchTableError:
                self._table = None
                return None
        root, table = url_of(self._root), self._table
        if table.properties.get(_DATASET, table.location().removesuffix(f"/{FOLDER}")) != root:
            raise DatasetError(
                f"the catalog knows {self._settings.table} as the table of another dataset, or of "
                "this one before it was moved. Drop it there (without a catalog of your own: "
                f"remove the folder {FOLDER}), or give dataset.iceberg.table another name."
            )
        return self._shown()

    def _shown(self) -> int:
        # A snapshot of somebody else's may stand on top.
        return next((int(each[_COMMIT]) for _, each in self._line() if _COMMIT in each), 0)

    def _line(self) -> Iterator[tuple[Snapshot, dict[str, str]]]:
        """Yield the snapshots from the newest on, with what they say."""
        metadata = self._loaded.metadata
        snapshot = metadata.current_snapshot()
        while snapshot is not None:
            said = snapshot.summary.additional_properties if snapshot.summary else {}
            yield snapshot, said
            parent = snapshot.parent_snapshot_id
            snapshot = None if parent is None else metadata.snapshot_by_id(parent)

    def create(self) -> None:
        """Make the table, without rows, unless another process does."""
        root = url_of(self._root)
        own = self._settings.metadata == "dataset"
        with self._told():
            try:
                self._catalog.create_namespace_if_not_exists(
                    self._settings.table.rpartition(".")[0]
                )
                with self._catalog.create_table_transaction(
                    self._settings.table,
                    table_schema(),
                    location=f"{root}/{FOLDER}" if own else None,
                    properties={**_PROPERTIES, _DATASET: root},
                ) as transaction:
                    with transaction.update_spec() as spec:
                        for name in PARTITIONS[TABLE]:
                            spec.add_identity(name)
                    names = transaction.table_metadata.schema().name_mapping
                    transaction.set_properties({_NAMES: names.model_dump_json()})
            except (TableAlreadyExistsError, NamespaceAlreadyExistsError, CommitFailedException):
                return

    def paths(self) -> set[str]:
        """Return the files of the table as it was loaded."""
        with self._told():
            return set(self._files())

    def _files(self) -> dict[str, DataFile]:
        table, snapshot = self._loaded, self._loaded.current_snapshot()
        manifests = snapshot.manifests(table.io) if snapshot else []
        before = len(url_of(self._root)) + 1
        return {
            entry.data_file.file_path[before:]: entry.data_file
            for manifest in manifests
            for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True)
        }

    def commit(self, change: Change) -> bool:
        """Make the next snapshot of the table; False if somebody else has changed it since."""
        said = {_COMMIT: str(change.number)}
        if change.forgets:
            said[_FORGETS] = "true"
        with self._told():
            standing = self._files() if change.removed else {}
            missing = [path for path in change.removed if path not in standing]
            if missing:
                raise DatasetError(
                    f"{missing[0]} is not in the table; somebody else has written it."
                )
            try:
                with self._loaded.transaction() as transaction:
                    if set(table_schema().names) - set(self._loaded.schema().column_names):
                        with transaction.update_schema() as schema:
                            schema.union_by_name(table_schema())
                    update = transaction.update_snapshot(snapshot_properties=said)
                    # pyiceberg has no way to say that files were only merged.
                    with (
                        update.overwrite() if change.removed else update.merge_append() as snapshot
                    ):
                        for file in change.added:
                            snapshot.append_data_file(self._data_file(file))
                        for path in change.removed:
                            snapshot.delete_data_file(standing[path])
            except CommitFailedException:
                return False
        return True

    def _data_file(self, file: StagedFile) -> DataFile:
        values = values_of(file.path)
        found = DataFile.from_args(
            content=DataFileContent.DATA,
            file_path=f"{url_of(self._root)}/{file.path}",
            file_format=FileFormat.PARQUET,
            partition=Record(
                (date.fromisoformat(values["date"]) - _DAY_0).days, values["language"]
            ),
            # No least and greatest values: nothing of an article may stand in the metadata.
            record_count=file.rows,
            file_size_in_bytes=file.bytes,
        )
        found.spec_id = self._loaded.spec().spec_id
        return found

    def expire(self) -> None:
        """Let old snapshots go, and all before one that forgets something."""
        line = list(self._line())
        kept = VERSIONS if len(line) > 2 * VERSIONS else len(line)
        kept = next((n for n, (_, said) in enumerate(line, 1) if _FORGETS in said), kept)
        named = {each.snapshot_id for each in self._loaded.refs().values()}  # by tags of others
        gone = [each for each, _ in line[kept:] if each.snapshot_id not in named]
        if not gone:
            return
        with self._told():
            io = self._loaded.io
            needed = {path for snapshot, _ in line[:kept] for path in _metadata_of(snapshot, io)}
            left = {path for snapshot in gone for path in _metadata_of(snapshot, io)} - needed
            try:
                expiry = self._loaded.maintenance.expire_snapshots()
                expiry.by_ids([snapshot.snapshot_id for snapshot in gone]).commit()
            except CommitFailedException:
                return  # whoever was faster, or comes next, does it
            for path in left:
                io.delete(path)

    def standing(self) -> Standing:
        """Return how far the table is that was loaded."""
        table = self._loaded
        snapshot = table.current_snapshot()
        said = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
        return Standing(
            format="iceberg",
            commit=self._shown(),
            version=snapshot.snapshot_id if snapshot else 0,
            versions=len(table.metadata.snapshots),
            files=int(said.get("total-data-files", 0)),
            place=table.metadata_location,
        )

    def close(self) -> None:
        """End what was opened."""
        if "_catalog" in vars(self):
            self._catalog.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except _ERRORS as error:
            # What is said of a bucket or a catalog may hold an address with a token in it.
            private = "://" in self._root or configured(self._settings)
            # Behind its first line, SQLAlchemy prints the statement and an address of its manual.
            said = "" if private else str(error).partition("\n")[0]
            detail = f": {said}" if said else ""
            raise DatasetError(f"pyiceberg ended with {type(error).__name__}{detail}.") from None


def _metadata_of(snapshot: Snapshot, io: FileIO) -> set[str]:
    return {snapshot.manifest_list, *(each.manifest_path for each in snapshot.manifests(io))}
