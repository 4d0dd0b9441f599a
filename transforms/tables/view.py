"""What every view can do, and which there are of a dataset."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.tables.changes import Change

#: Format → the package that writes it, which is an extra of the same name as the format.
PACKAGES = {"delta": "deltalake", "iceberg": "pyiceberg"}
#: A file for each view that was begun; it says where the view is known.
_MARKERS = "tables"
#: So many versions can be asked for at least; what is older goes when there are twice as many.
VERSIONS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a view has followed the log."""

    format: str
    commit: int
    version: int  # its own number of that
    versions: int  # that can be asked for
    files: int
    place: str  # what readers open


class View(Protocol):
    """A table that follows the log. Errors are ``DatasetError`` or ``UsageError``."""

    @property
    def known_as(self) -> str:
        """Return where readers find it, without secrets: another place is another table."""

    def load(self) -> int | None:
        """Look at the table as it is now; return the commit that it shows, None if it is not there.

        It shows 0 when it has been made and has no commit yet.
        """

    def create(self) -> None:
        """Make the table, without rows, unless another process does."""

    def paths(self) -> set[str]:
        """Return the files of the table as it was loaded."""

    def commit(self, change: Change) -> bool:
        """Make the next version of the table; False if somebody else has changed it since."""

    def expire(self) -> None:
        """Let old versions go, and all before one that forgets something."""

    def standing(self) -> Standing:
        """Return how far the table is that was loaded."""

    def close(self) -> None:
        """End what was opened."""


def views_of(storage: Storage, settings: DatasetSettings) -> list[str]:
    """Return the formats of the views that the dataset has or is to have, sorted.

    A view that was begun is kept up by every command, whatever its configuration says.
    """
    return [
        form
        for form in sorted(PACKAGES)
        if form in settings.tables or storage.exists(marker_of(form))
    ]


def marker_of(form: str) -> str:
    """Return what stands in the dataset once a view has been begun."""
    return f"{_MARKERS}/{form}"


def open_view(storage: Storage, root: str, form: str, settings: DatasetSettings) -> View:
    """Return the view ``form`` of the dataset at ``root``; nothing is read yet.

    Raises ``UsageError`` if its package is not installed, or if it cannot be where it would be.
    """
    if find_spec(PACKAGES[form]) is None:
        raise UsageError(
            f"dataset.tables: {form} needs the package {PACKAGES[form]}; run "
            f"`pip install 'newsbeam[{form}]'`."
        )
    if root.startswith("memory://"):
        raise UsageError(
            f"{root} ends with the process; Delta and Iceberg need a folder or bucket."
        )
    if form == "delta":
        from newsbeam.transforms.tables.delta import DeltaView

        return DeltaView(storage, root)
    if set(root) & set("#?;"):
        raise UsageError(
            f"{root}: Iceberg names files by addresses, which end at #, ? or ; in the name of a "
            "folder. Use another folder, or leave iceberg out of dataset.tables."
        )
    from newsbeam.transforms.tables.catalogs import check_catalog
    from newsbeam.transforms.tables.iceberg import IcebergView

    check_catalog(root, settings.iceberg)
    return IcebergView(storage, root, settings.iceberg)
