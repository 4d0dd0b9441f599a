"""Rounds of a stream in process, one pipeline for each; ``tests/engines`` runs them without end."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.io.restriction_trackers import OffsetRange
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from apache_beam.utils.timestamp import Timestamp
from jobs import Dataset

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.newsroom import Newsroom, load_content
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.stream import ingest_rounds, stream
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import Committed, Ended, Failed, Waiting
from newsbeam.transforms import resources
from newsbeam.transforms.core.context import PassContext, Stream
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import Config, DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.life import show_life
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.rounds import name_round
from newsbeam.transforms.rounds import _Position

FEED = "http://press-review.example/live.json"
#: Stories that are no reprints.
PAGES = tuple(story.url for story in load_content().stories if not story.reprint_of)[:2]
FIRST = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
ALWAYS_DUE = {"start_interval_s": 1e-3, "min_interval_s": 1e-3}


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def list_pages(room: Newsroom, *urls: str) -> None:
    """Let the feed list ``urls``."""
    items = [{"id": url, "url": url, "title": url} for url in urls]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Live", "items": items}
    room.behave(FEED, status=200, body=json.dumps(feed).encode())


def run_round(room: Newsroom, dataset: Dataset, began_at: datetime, **poll: float) -> None:
    """Run the round that began then, as a worker does that knows nothing of any other."""
    resources.close_all()
    config = load_config("configs/demo.yaml")
    fetch = config.fetch.model_copy(update={"connect_to": room.connect_to, "delay_s": 0.0})
    context = PassContext(
        root=str(dataset.root),
        unit="s",
        base=0,
        started_at=FIRST,
        config=config.model_copy(
            update={"fetch": fetch, "poll": config.poll.model_copy(update=poll)}
        ),
        only_due=True,
        stream=Stream(name="s", base=0),
    )
    moment = Timestamp.from_utc_datetime(began_at)
    pipeline = beam.Pipeline(runner=FnApiRunner())
    rounds = (
        pipeline
        | beam.Create([name_round(context, began_at)], reshuffle=False)
        | beam.Map(lambda name: TimestampedValue(name, moment)).with_output_types(str)
        | beam.WindowInto(FixedWindows(1))
    )
    ingest_rounds(rounds, resolve_inputs([FEED]), context)
    pipeline.run().wait_until_finish()


def urls(dataset: Dataset) -> list[str]:
    return sorted(row["url"] for row in dataset.rows("articles"))


def test_a_round_is_a_commit_and_its_retry_is_not(room: Newsroom, dataset: Dataset):
    list_pages(room, PAGES[0])
    for _ in range(2):
        run_round(room, dataset, FIRST)
    (commit,) = read_commits(str(dataset.root))
    assert commit.unit == "s-20261122T123000Z"
    assert commit.info["began_at"] == FIRST.isoformat()
    assert urls(dataset) == [PAGES[0]]
    assert dataset.check() == 0


def test_a_round_knows_what_the_one_before_has_committed(room: Newsroom, dataset: Dataset):
    list_pages(room, PAGES[0])
    run_round(room, dataset, FIRST, **ALWAYS_DUE)
    list_pages(room, *PAGES)
    # The feed is due a moment after its poll, and rounds begin at whole seconds.
    next_second = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    run_round(room, dataset, next_second, **ALWAYS_DUE)
    assert [dataset.ledger(number)("written") for number in (0, 1)] == [1, 1]
    assert dataset.ledger()("seen_before") == 1
    assert urls(dataset) == sorted(PAGES)
    assert dataset.check() == 0


def test_nothing_is_asked_before_it_is_due_and_the_round_is_committed_all_the_same(
    room: Newsroom, dataset: Dataset
):
    list_pages(room, PAGES[0])
    run_round(room, dataset, FIRST)
    run_round(room, dataset, FIRST + timedelta(minutes=1))
    assert dataset.ledger()("polled") == 0
    assert len(read_commits(str(dataset.root))) == 2
    assert dataset.check() == 0


def test_what_is_polled_again_after_its_commit_is_not_lost(room: Newsroom, dataset: Dataset):
    list_pages(room, PAGES[0])
    run_round(room, dataset, FIRST)
    list_pages(room, *PAGES)
    # An engine that goes back to a checkpoint does the same round again, and polls other news.
    run_round(room, dataset, FIRST)
    first, again = read_commits(str(dataset.root))
    assert again.unit.startswith(f"{first.unit}-again-")
    assert urls(dataset) == sorted(PAGES)
    assert dataset.ledger()("unchanged") == dataset.ledger()("written") == 1
    assert dataset.check() == 0


def test_a_stream_is_never_divided():
    position = _Position(OffsetRange(0, 100))
    assert position.try_claim(10)
    assert position.try_split(0.5) is None
    assert position.try_split(0) == (OffsetRange(0, 11), OffsetRange(11, 100))


class Falling:
    """An engine whose pipelines end at once, having done ``work``."""

    name = "the engine"
    info = ()

    def __init__(self, *work: Callable[[], None]) -> None:
        self.work = list(work)

    @contextmanager
    def running(self, _build: object) -> Iterator["Falling"]:
        if self.work:
            self.work.pop(0)()
        yield self

    def runs(self) -> bool:
        return False

    def why_ended(self, _job: object) -> str:
        return "it fell."


def test_an_engine_that_fails_is_begun_again_until_three_times_in_vain(dataset: Dataset):
    root, settings = str(dataset.root), DatasetSettings()

    def commit() -> None:
        commit_unit(root, f"u{head(root)}", [], {}, base=head(root), info={}, settings=settings)

    events: list[Any] = []
    engine = Falling(commit, lambda: None, lambda: None, commit)
    with pytest.raises(DatasetError, match="begun 3 times without a commit: it fell"):
        stream(
            lambda: Plan(Config(), resolve_inputs([FEED])),
            root,
            engine,
            every_s=1,
            stop=threading.Event(),
            tell=events.append,
        )
    assert head(root) == 2
    told = [each.why for each in events if isinstance(each, Failed)]
    assert told == ["The stream is begun again: it fell."] * 6


class Running:
    """An engine whose pipelines run on; each makes one commit, as a round does, then ``then``."""

    name = "the engine"
    info = ()

    def __init__(self, then: Callable[[], None]) -> None:
        self.built: list[tuple[str, ...]] = []  # the sources of each pipeline
        self._then = then
        self._context: PassContext | None = None

    @contextmanager
    def running(self, build: Any) -> Iterator["Running"]:
        self._context = build.keywords["context"]
        self.built.append(tuple(source.ref for source in build.keywords["sources"]))
        show_life(self._context)
        yield self

    def runs(self) -> bool:
        context = self._context
        assert context is not None
        if head(context.root) == context.base:
            info = {"stream": context.unit, "began_at": datetime.now(UTC).isoformat()}
            settings = context.config.dataset
            unit = f"{context.unit}-1"
            commit_unit(context.root, unit, [], {}, base=context.base, info=info, settings=settings)
        else:
            self._then()
        return True


class Deserted(Running):
    """An engine that makes a commit, falls, and has no workers from then on."""

    @contextmanager
    def running(self, build: Any) -> Iterator["Running"]:
        self._context = build.keywords["context"]
        self.built.append(tuple(source.ref for source in build.keywords["sources"]))
        if len(self.built) == 1:
            show_life(self._context)
        yield self

    def runs(self) -> bool:
        if len(self.built) > 1:
            return True
        context = self._context
        assert context is not None
        return head(context.root) == context.base and super().runs()

    def why_ended(self, _job: object) -> str:
        return "it fell."


@pytest.mark.parametrize(("is_first", "begun"), [(False, 4), (True, 1)])
def test_an_engine_without_workers_is_not_asked_for_good(
    dataset: Dataset, is_first: bool, begun: int
):
    config = Config.model_validate({"passes": {"worker_start_s": 0.2}})
    engine, events = Deserted(lambda: None), []
    if is_first:
        engine.built.append(())
    with pytest.raises(DatasetError, match="No worker of the engine has begun"):
        stream(
            lambda: Plan(config, resolve_inputs([FEED])),
            str(dataset.root),
            engine,
            every_s=0.01,
            stop=threading.Event(),
            tell=events.append,
        )
    assert len(engine.built) - is_first == begun
    told = [each.why for each in events if isinstance(each, Failed)]
    assert len(told) == begun - 1
    assert sum("No worker" in why for why in told) == max(begun - 2, 0)


def test_rounds_are_told_and_a_changed_configuration_begins_the_pipeline_again(dataset: Dataset):
    other = "http://press-review.example/other.json"
    plans = {"now": Plan(Config(), resolve_inputs([FEED]))}
    stop, events = threading.Event(), []

    def change() -> None:
        if len(engine.built) == 2:
            stop.set()
        plans["now"] = Plan(Config(), resolve_inputs([other]))

    engine = Running(change)
    stream(
        lambda: plans["now"],
        str(dataset.root),
        engine,
        every_s=0.001,
        stop=stop,
        tell=events.append,
    )
    assert engine.built == [(FEED,), (other,)]
    assert [each.number for each in events if isinstance(each, Ended)] == [1, 2]
    assert sum(isinstance(each, Committed) for each in events) == 2
    assert [len(each.schedule) for each in events if isinstance(each, Waiting)] == [1] * 4


def test_a_dataset_that_is_away_is_tried_again_once_a_round_has_gone_well(
    dataset: Dataset, monkeypatch
):
    stop, events = threading.Event(), []
    looks = [DatasetError("The log cannot be read.")]
    recoveries = [DatasetError("The store is away.")]

    def has_ended() -> bool:
        return any(isinstance(each, Ended) for each in events)

    def look() -> Plan:
        if has_ended() and looks:
            raise looks.pop()
        return Plan(Config(), resolve_inputs([FEED]))

    def recover(*_args: object) -> None:
        if has_ended() and recoveries:
            raise recoveries.pop()

    monkeypatch.setattr("newsbeam.pipelines.stream.recover", recover)
    engine = Running(lambda: stop.set() if len(engine.built) == 2 else None)
    stream(look, str(dataset.root), engine, every_s=0.01, stop=stop, tell=events.append)
    told = [each.why for each in events if isinstance(each, Failed)]
    assert told == ["The log cannot be read.", "The store is away."]
    assert [each.number for each in events if isinstance(each, Ended)] == [1, 2]
    waits = [each.went_well for each in events if isinstance(each, Waiting)]
    assert waits == [True, True, False, False, False, True]


def test_a_dataset_that_was_never_there_ends_the_stream(dataset: Dataset, monkeypatch):
    def recover(*_args: object) -> None:
        raise DatasetError("The store is away.")

    monkeypatch.setattr("newsbeam.pipelines.stream.recover", recover)
    with pytest.raises(DatasetError, match="The store is away"):
        stream(
            lambda: Plan(Config(), resolve_inputs([FEED])),
            str(dataset.root),
            Running(lambda: None),
            every_s=0.01,
            stop=threading.Event(),
            tell=lambda _: None,
        )


@pytest.mark.parametrize(
    ("source", "complaint"), [(FEED, "has no streams"), ("feeds.opml", "feeds.opml is a file")]
)
def test_what_cannot_be_a_stream_is_wrong_usage(
    source: str, complaint: str, dataset: Dataset, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("feeds.opml").write_text("<opml version='2.0'/>")
    Path("watch.yaml").write_text(f"inputs: ['{source}']\n")
    argv = ["watch", "--config", "watch.yaml", "-o", str(dataset.root), "--streaming"]
    assert run(argv) == 2
    assert complaint in capsys.readouterr().err
