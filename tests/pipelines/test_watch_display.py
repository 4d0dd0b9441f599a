"""What a watch shows on a terminal, and says where there is none."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.display import WatchDisplay
from newsbeam.pipelines.watching.events import (
    Began,
    Committed,
    Configured,
    Ended,
    Failed,
    Progressed,
    Refused,
    Waiting,
)
from newsbeam.pipelines.watching.log import WatchLog
from newsbeam.pipelines.watching.measures import Measures
from newsbeam.transforms.core.observer import Done
from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.sources.schedule import Schedule

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def source(name: str, **values: object) -> Source:
    return Source(ref=f"http://{name}.example/feed", kind="feed", **values)


def poll(source: Source, minutes: float, **values: object) -> Poll:
    given = {"outcome": "changed", "polled_at": NOW - 5 * MINUTE} | values
    next_at = NOW + minutes * MINUTE + timedelta(seconds=30)
    return Poll(source_ref=source.ref, source_kind="feed", next_at=next_at, **given)


A, B, C = source("a", publisher="The Anchor"), source("b"), source("c")
SCHEDULE = Schedule(
    [A, B, C],
    {
        A.ref: poll(A, 40, entries=7, seen_before=4),
        B.ref: poll(B, 10, outcome="failed", reason="timeout", failures=3, title="\x1b[31mBay"),
    },
)


class Screen:
    def __init__(self, width: int = 100, height: int = 30) -> None:
        self.console = Console(
            file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None
        )
        url = "http://127.0.0.1:9464"
        self.display = WatchDisplay(self.console, "news", "the engine", url, lambda: NOW)

    def lines(self) -> list[str]:
        with self.console.capture() as captured:
            self.console.print(self.display.draw())
        return [line.rstrip() for line in captured.get().splitlines()]

    def line(self, start: str) -> str:
        return next(line.strip() for line in self.lines() if line.strip().startswith(start))


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_each_source_is_shown_with_how_it_stands_and_when_it_is_next(screen: Screen):
    screen.display(Waiting(NOW + 2 * MINUTE, SCHEDULE))
    assert re.search(r"looks again in (1\d\d s|2 min)", screen.line("Waits"))
    shown = [line for line in screen.lines() if re.search("c.example|Bay|Anchor", line)]
    assert [re.search("c.example|Bay|Anchor", line)[0] for line in shown] == [
        "c.example",
        "Bay",
        "Anchor",
    ]
    assert re.search(r"c\.example/feed +waits +never +now", screen.line("c.example"))
    assert re.search(
        r"Bay +waits +timeout \(3 times\), 5 min ago +in 10 min", screen.line("\ufffd")
    )
    assert re.search(r"waits +3 new, 5 min ago +in 40 min", screen.line("The Anchor"))
    assert "Sources: 1 new, 1 fine, 1 failing." in screen.line("Sources")


def test_a_round_shows_who_has_answered_and_whom_it_waits_for(screen: Screen):
    screen.display(Began(4, (C, A), SCHEDULE))
    screen.display(Progressed(Done("source", C.ref)))
    screen.display(Progressed(Done("source", "http://listed.example/feed")))
    screen.display(Progressed(Done("articles")))
    told = screen.line("Round 4")
    assert "1 of 2 sources and 1 that they list have answered, 1 articles, 0 rejects" in told
    assert "has answered" in screen.line("c.example")
    assert "its turn" in screen.line("The Anchor")
    names = [line for line in screen.lines() if "Anchor" in line or "c.example" in line]
    assert "Anchor" in names[0], "what is waited for stands above what is over"
    screen.display(Committed(Measures(entries=5, articles=2)))
    screen.display(Ended(4, Outcome("news", "engine")))
    assert "1 round: 5 entries, 2 articles." in screen.line("Since")


def test_what_is_wrong_is_shown_until_it_is_right(screen: Screen):
    screen.display(Failed("The disk is full."))
    screen.display(Refused("watch.yaml", "line 2: unknown key"))
    text = " ".join(screen.lines())
    assert "The last round failed: The disk is full." in text
    assert "watch.yaml is refused, the configuration before goes on: line 2" in text
    screen.display(Waiting(NOW, SCHEDULE, went_well=False))
    assert "The last round failed: The disk is full." in " ".join(screen.lines())
    screen.display(Waiting(NOW, SCHEDULE))
    screen.display(Configured("watch.yaml"))
    text = " ".join(screen.lines())
    assert "round failed" not in text
    assert "refused" not in text


@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 24), (200, 60)])
def test_ten_thousand_sources_fit_any_terminal(width: int, height: int):
    screen = Screen(width, height)
    sources = [source(f"paper{number}") for number in range(10_000)]
    screen.display(Waiting(NOW, Schedule(sources)))
    lines = screen.lines()
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    shown = sum("paper" in line for line in lines)
    assert f"… and {10_000 - shown:,}" in " ".join(lines)


class TestLog:
    def test_sentences_say_what_is_done_and_what_is_next(self, caplog):
        log = WatchLog()
        later = Schedule([A, B], {A.ref: poll(A, 40), B.ref: poll(B, 10)})
        with caplog.at_level("INFO", "newsbeam.watch"):
            log(Began(1, (A, B), later))
            log(Committed(Measures(entries=1, articles=1)))
            log(Committed(Measures(entries=2, articles=0)))
            log(Ended(1, Outcome("news", "engine", seconds=2.0)))
            for _ in range(3):
                log(Waiting(NOW + MINUTE, later))
        first, second, third = (record.getMessage() for record in caplog.records)
        assert first == "Round 1 reads 2 sources."
        assert second == "Round 1: 3 entries, 1 article, 2.0 s."
        assert re.fullmatch(
            r"Looks again at [:\d]+ UTC; next is http://b\.example/feed at [-\d]+ [:\d]+ UTC\.",
            third,
        )

    def test_a_refused_configuration_and_a_failed_round_are_errors(self, caplog):
        log = WatchLog()
        with caplog.at_level("ERROR", "newsbeam.watch"):
            log(Refused("watch.yaml", "No."))
            log(Failed("No\x1b[31m."))
        refused, failed = (record.getMessage() for record in caplog.records)
        assert "watch.yaml is refused; the one before goes on. No." in refused
        assert failed == "The round failed; the next one tries again. No\ufffd[31m."
