"""Let the tables of Delta and Iceberg follow the commits of a command."""

import logging
from collections.abc import Iterator

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.log import newest
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.tables.follow import follow_log
from newsbeam.transforms.tables.view import Standing, open_view, views_of

_log = logging.getLogger("newsbeam")


def check_tables(root: str, settings: DatasetSettings) -> None:
    """Raise ``UsageError`` if a table that is asked for cannot be: before anything is read."""
    for form in settings.tables:
        open_view(open_storage(root), root, form, settings).close()


def update_tables(root: str, settings: DatasetSettings, said: set[str] | None = None) -> None:
    """Let each table that the dataset has, or is to have, show what was committed.

    If one cannot, a warning says so: the commits stand, and it is a view of them. A command that
    asks several times gives the same ``said`` each time, and each warning is printed once.
    """
    said = set() if said is None else said
    storage = open_storage(root)
    forms = views_of(storage, settings)
    if not forms or not newest(storage):
        return
    for form in forms:
        try:
            follow_log(root, form, settings)
        except (DatasetError, UsageError) as error:
            warning = (
                f"What was committed stands, but the {form.title()} table does not show it yet: "
                f"{error} `newsbeam tables {root}` catches up."
            )
            if warning not in said:
                said.add(warning)
                _log.warning("%s", warning)


def catch_up(root: str, settings: DatasetSettings) -> Iterator[Standing]:
    """Do what ``update_tables`` does, table by table, and yield how each of them stands.

    Raises ``UsageError`` if there are none, and ``DatasetError`` for the first that cannot be
    written.
    """
    forms = views_of(open_storage(root), settings)
    if not forms:
        raise UsageError(
            f"{root} has no tables. Name those that it is to have, such as "
            "--set 'dataset.tables=[delta, iceberg]'."
        )
    for form in forms:
        try:
            yield follow_log(root, form, settings)
        except DatasetError as error:
            raise DatasetError(f"The {form.title()} table of {root}: {error}") from error
