"""The report, written anew after each round."""

import logging
from pathlib import Path

from newsbeam.pipelines.report import measure_dataset
from newsbeam.pipelines.report_page import write_page
from newsbeam.pipelines.watching.events import Ended, Event
from newsbeam.transforms.core.errors import DatasetError, UsageError

_log = logging.getLogger("newsbeam")


class ReportFile:
    """Follows a watch and keeps the report on ``root`` in a file, whole at any moment.

    Raises UsageError if no file can be made there.
    """

    def __init__(self, root: str, path: str) -> None:
        self._root = root
        self._path = Path(path).expanduser().absolute()
        self._new = self._path.with_name(f".{self._path.name}.new")
        if self._path.is_dir():
            raise UsageError(f"--report {path}: that is a folder; give the name of a file.")
        try:
            self._new.write_bytes(b"")
            self._new.unlink()
        except OSError as error:
            raise UsageError(f"--report {path} cannot be written: {error.strerror}.") from error

    def __call__(self, event: Event) -> None:
        """Write the report if a round has ended; what goes wrong then does not end the watch."""
        if not isinstance(event, Ended):
            return
        try:
            self._new.write_text(write_page(measure_dataset(self._root)), encoding="utf-8")
            self._new.replace(self._path)
        except OSError as error:
            _log.warning("The report %s cannot be written: %s.", self._path, error.strerror)
        except DatasetError as error:
            _log.warning("The report %s could not be made: %s", self._path, error)
