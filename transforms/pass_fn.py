"""What the steps of a pass have in common: they know it, and show that it is worked on.

A step inherits ``PassFn`` also where it needs nothing of the pass: a worker may have no other.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import apache_beam as beam

from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.dataset.life import show_life
from newsbeam.transforms.dataset.rounds import round_context

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PassFn(beam.DoFn):
    """A step of the pass or the stream ``context``."""

    def __init__(self, context: PassContext) -> None:
        self._context = context

    def setup(self) -> None:
        """Let the worker show that it lives."""
        show_life(self._context)

    def in_window(self, window: Any) -> PassContext:
        """Return the context of the round that a window of a stream is; a pass has one for all."""
        if self._context.stream is None:
            return self._context
        began_at = _EPOCH + timedelta(microseconds=window.start.micros)
        return round_context(self._context, began_at)
