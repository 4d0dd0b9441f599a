"""Begin round after round: the source of the unbounded pipeline.

The runner keeps where the stream stands, as the restriction of a splittable DoFn: when the last
round began. Each round is a window of one second, which closes as soon as all that was found in it
has gone through; the next one begins when the dataset has its commit and a source is due.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.dataset.agenda import Agenda
from newsbeam.transforms.dataset.rounds import is_committed, name_round
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.sources.plan import next_pass
from newsbeam.transforms.sources.schedule import Schedule

#: Seconds between two looks at whether a round may begin.
LOOK_S = 1.0
#: Windows are whole seconds: Flink cuts watermarks down to them.
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOREVER = 1 << 62


class BeginRounds(beam.PTransform):
    """The root of a pipeline → the names of rounds, each in a window of its own, without end.

    A round begins ``every_s`` seconds after the one before, or later: when that one is committed
    and one of ``sources``, which are URLs, is due.
    """

    def __init__(self, context: PassContext, sources: Sequence[Source], every_s: float) -> None:
        super().__init__()
        self._context = context
        self._sources = tuple(sources)
        self._every_s = every_s

    def expand(self, root: Any) -> Any:
        """Apply the step."""
        begin = _BeginFn(self._context, self._sources, self._every_s)
        return (
            root
            | "Once" >> beam.Create([self._context.unit], reshuffle=False)
            | "Begin" >> beam.ParDo(begin).with_output_types(str)
            | "Window" >> beam.WindowInto(FixedWindows(1))
        )


class FindDueSources(beam.PTransform):
    """Names of rounds → the sources that each of them polls, with how their last polls ended."""

    def __init__(self, context: PassContext, sources: Sequence[Source]) -> None:
        super().__init__()
        self._context = context
        self._sources = tuple(sources)

    def expand(self, rounds: Any) -> Any:
        """Apply the step."""
        step = _FindDueFn(self._context, self._sources)
        return rounds | "Find" >> beam.ParDo(step).with_output_types(Source)


class _Position(OffsetRestrictionTracker):
    """The second since the epoch from which on a round may begin. There is one stream only."""

    def try_split(self, fraction_of_remainder: float) -> Any:
        # 0 is a checkpoint; anything else would make a second stream out of the far future.
        return super().try_split(0) if fraction_of_remainder == 0 else None

    def is_bounded(self) -> bool:
        return False


class _Positions(RestrictionProvider):
    def initial_restriction(self, _stream: str) -> OffsetRange:
        return OffsetRange(0, _FOREVER)

    def create_tracker(self, restriction: OffsetRange) -> _Position:
        return _Position(restriction)

    def restriction_size(self, _stream: str, _restriction: OffsetRange) -> int:
        return 1

    def truncate(self, _stream: str, _restriction: OffsetRange) -> None:
        """Begin no other round when the pipeline is drained."""


_TRACKER = beam.DoFn.RestrictionParam(_Positions())
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class _BeginFn(PassFn):
    def __init__(self, context: PassContext, sources: Sequence[Source], every_s: float) -> None:
        super().__init__(context)
        self._sources = sources
        self._pause = max(timedelta(seconds=every_s), _SECOND)

    def setup(self) -> None:
        super().setup()
        self._agenda = Agenda(self._context.root)

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(
        self, _stream: str, tracker: Any = _TRACKER, watermark: Any = _WATERMARK
    ) -> Iterable[str]:
        position = tracker.current_restriction().start
        last = _EPOCH + (position - 1) * _SECOND if position else None
        second = (datetime.now(UTC) - _EPOCH) // _SECOND
        now = _EPOCH + second * _SECOND
        if self._may_begin(last, now) and tracker.try_claim(second):
            name = name_round(self._context, now)
            yield TimestampedValue(name, Timestamp.from_utc_datetime(now))
            # Nothing else comes in this window, which need not wait for the next.
            watermark.set_watermark(Timestamp.from_utc_datetime(now + _SECOND))
        tracker.defer_remainder(Duration(LOOK_S))

    def _may_begin(self, last: datetime | None, now: datetime) -> bool:
        """Return whether a round may begin ``now``, the one before having begun at ``last``."""
        if last and (now - last < self._pause or not is_committed(self._context, last)):
            return False
        return bool(self._agenda.look(self._sources).due(now))


class _FindDueFn(PassFn):
    def __init__(self, context: PassContext, sources: Sequence[Source]) -> None:
        super().__init__(context)
        self._sources = sources

    def process(self, _: str, window: Any = beam.DoFn.WindowParam) -> Iterator[Source]:
        context = self.in_window(window)
        polls = resources.polls(context)
        due = Schedule(self._sources, polls).due(context.started_at)
        yield from next_pass(due, polls, context.config.passes).sources
