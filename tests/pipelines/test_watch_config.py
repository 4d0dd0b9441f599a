"""A configuration that changes while it is watched."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsbeam.pipelines.watching.config import WatchedConfig
from newsbeam.pipelines.watching.events import Configured, Event, Refused
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import BucketSettings
from newsbeam.transforms.stores.credentials import buckets_in_use, use_buckets

ONE = "inputs: ['http://a.example/feed']\n"
ROOT = "memory://news"  # where no table can be
TWO = "inputs: ['http://a.example/feed', 'http://b.example/feed']\nfetch: {delay_s: 9}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "watch.yaml"
    path.write_text(ONE)
    return path


@pytest.fixture
def told() -> list[Event]:
    return []


def refs(sources: tuple[Source, ...]) -> list[str]:
    return [source.ref for source in sources]


def test_a_change_is_taken_at_the_next_look_and_told_once(path: Path, told: list[Event]):
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    assert refs(watched.look().sources) == ["http://a.example/feed"]
    path.write_text(TWO)
    for _ in range(2):
        plan = watched.look()
        assert len(plan.sources) == 2
        assert plan.config.fetch.delay_s == 9
    assert told == [Configured(str(path))]


def test_what_the_command_line_overrides_stays_overridden(path: Path, told: list[Event]):
    watched = WatchedConfig(str(path), ["fetch.delay_s=3"], ROOT, told.append)
    path.write_text(TWO)
    assert watched.look().config.fetch.delay_s == 3


def write(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (write("inputs: ['http://a.example/feed'\n"), "line 2, column 1: this is not valid YAML"),
        (
            write("inputs: [x]\nfetch: {delay: 1}\n"),
            "line 2: unknown key fetch.delay; did you mean",
        ),
        (write("inputs: [/no/such/folder/*.html]\n"), "matches no file"),
        (write("inputs: [x]\nread: {select: {since: 2026-13-45}}\n"), "not valid YAML"),
        (write("[" * 5000), "nested too deep"),
        (write(""), "has no inputs to watch"),  # as an editor leaves it for a moment
        (lambda path: path.write_bytes(b"inputs: ['\xff\xfe']"), "is not valid YAML"),
        (lambda path: path.unlink(), "cannot be read"),
        (write(f"{ONE}steps: [no.such.module:step]\n"), "no.such.module:step cannot be imported"),
        (write(f"{ONE}dataset: {{tables: [delta]}}\n"), "ends with the process"),
        (write("entities: {model: none_such}\ninputs: ['http://a.example/']\n"), "entities.model"),
    ],
)
def test_a_broken_one_is_refused_once_with_a_sentence_and_the_one_before_goes_on(
    breaks: Callable[[Path], object], words: str, path: Path, told: list[Event]
):
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    before = watched.look()
    breaks(path)
    for _ in range(2):
        assert watched.look() == before
    (refused,) = told
    assert isinstance(refused, Refused)
    assert words in refused.why
    path.write_text(TWO)
    assert len(watched.look().sources) == 2
    assert told[1:] == [Configured(str(path))]


def test_one_whose_input_is_not_there_yet_is_taken_when_it_is(path: Path, told: list[Event]):
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    late = path.with_name("late.html")
    path.write_text(f"inputs: ['{late}']\n")
    for _ in range(2):
        assert refs(watched.look().sources) == ["http://a.example/feed"]
    late.write_text("late")
    for _ in range(2):
        assert refs(watched.look().sources) == [str(late)]
    assert [type(each) for each in told] == [Refused, Configured]


def test_globs_of_the_one_that_goes_on_are_looked_at_anew(path: Path, told: list[Event]):
    path.write_text(f"inputs: ['{path.parent}/*.html']\n")
    path.with_name("a.html").write_text("a")
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    path.write_text("")
    path.with_name("b.html").write_text("b")
    assert len(watched.look().sources) == 2


def test_sources_that_cannot_be_watched_are_refused_too(path: Path, told: list[Event]):
    def check(sources: object) -> None:
        if len(sources) > 1:
            raise UsageError("Only one.")

    watched = WatchedConfig(str(path), (), ROOT, told.append, check)
    path.write_text(TWO)
    assert len(watched.look().sources) == 1
    assert told == [Refused(str(path), "Only one.")]


def test_there_must_be_a_good_one_to_begin_with(path: Path, told: list[Event]):
    path.write_text("fetch: {delay_s: 1}\n")
    with pytest.raises(UsageError, match="has no inputs to watch"):
        WatchedConfig(str(path), (), ROOT, told.append)


@pytest.fixture
def no_buckets() -> Iterator[None]:
    yield
    use_buckets(BucketSettings())


@pytest.mark.usefixtures("no_buckets")
def test_what_it_says_of_buckets_holds_as_long_as_it_does(path: Path, told: list[Event]):
    path.write_text(f"{ONE}buckets: {{s3: {{region: one}}}}\n")
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    assert buckets_in_use().s3.region == "one"
    path.write_text("inputs: [/no/such/file]\nbuckets: {s3: {region: two}}\n")
    watched.look()
    assert buckets_in_use().s3.region == "one"
    path.write_text(f"{ONE}buckets: {{s3: {{region: two}}}}\n")
    watched.look()
    assert buckets_in_use().s3.region == "two"


def test_globs_are_looked_at_anew_each_time(tmp_path: Path, told: list[Event]):
    path = tmp_path / "watch.yaml"
    path.write_text(f"inputs: ['{tmp_path}/*.html']\n")
    (tmp_path / "a.html").write_text("a")
    watched = WatchedConfig(str(path), (), ROOT, told.append)
    (tmp_path / "b.html").write_text("b")
    assert len(watched.look().sources) == 2
    assert told == []
