"""The report, written anew after each round."""

import logging
from collections.abc import Callable

from newsbeam.pipelines.report import check_place, write_report
from newsbeam.pipelines.watching.events import Ended, Event
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import DatasetSettings

_log = logging.getLogger("newsbeam")


class ReportFile:
    """Follows a watch and keeps the report on ``root`` in a file, whole at any moment.

    Raises UsageError if no file can be made there.
    """

    def __init__(self, root: str, path: str, settings: Callable[[], DatasetSettings]) -> None:
        """``settings`` returns those of the dataset that hold now."""
        if path == "-":
            raise UsageError("--report -: give the name of a file; the terminal shows the watch.")
        check_place(path)
        self._root = root
        self._settings = settings
        self._path = path

    def __call__(self, event: Event) -> None:
        """Write the report if a round has ended; what goes wrong then does not end the watch."""
        if not isinstance(event, Ended):
            return
        try:
            write_report(self._root, self._path, self._settings())
        except (DatasetError, UsageError) as error:
            _log.warning("The report %s could not be made: %s", self._path, error)
