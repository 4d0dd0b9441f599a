"""Logging: sentences on a terminal, or one JSON object a line."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console

from newsbeam.transforms.core.errors import UsageError

#: Libraries that speak of every small thing they do.
_CHATTY = ("apache_beam", "trafilatura", "htmldate", "asyncio", "urllib3")


def as_text(value: object) -> str:
    """Return what JSON has no type for as text; moments all in one form, 2026-11-22T09:30:00Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what ``extra`` gave as ``data``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": as_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=as_text)


class _ErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at the time: a live display scrolls lines above itself."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Return standard error."""
        return sys.stderr


def set_up_logging(log_format: str) -> Console:
    """Send logs to standard error in ``log_format`` and return the console for people.

    Raises UsageError for a format that is neither text nor json.
    """
    if log_format not in ("text", "json"):
        raise UsageError(f"--log-format {log_format}: it is text or json.")
    handler = _ErrorHandler()
    if log_format == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    # Importing Beam without its cloud extras logs a warning that concerns nobody, as "root".
    handler.addFilter(lambda record: record.name != "root")
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if log_format == "json" else logging.WARNING)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Whoever watches wants to know what is waited for.
    logging.getLogger("newsbeam.watch").setLevel(logging.INFO)
    return Console(stderr=True, emoji=False)
