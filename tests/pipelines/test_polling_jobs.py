"""Polls over several passes: what a feed and its server asked for is remembered in the dataset."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from jobs import Dataset

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.feeds import measure_feeds
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import Outcome, run_job
from newsbeam.pipelines.watch import watch
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import Ended, Event, Waiting
from newsbeam.transforms import resources
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.sources.schedule import Schedule

FEED = "http://elbtal-anzeiger.example/feed.atom"
PAGE = "http://www.prairie-ledger.example/story?id=52317"
MOVED = "http://elbtal-anzeiger.example/news-sitemap.xml"


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def settings(room: Newsroom, **sections: dict[str, object]) -> Config:
    config = load_config("configs/demo.yaml").model_copy(update={"inputs": (FEED,)})
    fetch = {"connect_to": room.connect_to, "delay_s": 0.0} | sections.pop("fetch", {})
    update = {"fetch": config.fetch.model_copy(update=fetch)}
    for name, values in sections.items():
        update[name] = getattr(config, name).model_copy(update=values)
    return config.model_copy(update=update)


def ingest(room: Newsroom, dataset: Dataset, *inputs: str, **sections) -> Outcome:
    """Run a pass as a new process would: with nothing remembered but the dataset."""
    resources.close_all()
    sources = resolve_inputs(inputs or [FEED])
    return run_job(sources, str(dataset.root), settings(room, **sections), choose_engine())


def asked(room: Newsroom, url: str = FEED) -> list[dict[str, str]]:
    """Return the headers of the requests for ``url``."""
    host, _, path = url.removeprefix("http://").partition("/")
    return [
        dict(request.headers)
        for request in room.log
        if request.host.partition(":")[0] == host and request.path == f"/{path}"
    ]


def test_validators_are_sent_back_as_they_came(room: Newsroom, dataset: Dataset):
    ingest(room, dataset)
    outcome = ingest(room, dataset)
    assert outcome.count("not_modified") == 1
    first, second = ({name.lower(): v for name, v in each.items()} for each in asked(room))
    assert "if-none-match" not in first
    assert second["if-none-match"] == last_polls(str(dataset.root))[FEED].etag
    assert dataset.check() == 0


def serve_feed(room: Newsroom, **entry: str) -> str:
    """Serve a feed of one entry and return its URL."""
    url = "http://press-review.example/made.json"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Made", "items": [entry]}
    headers = {"ETag": '"always-the-same"'}
    room.behave(url, status=200, headers=headers, body=json.dumps(feed).encode())
    return url


def test_validators_that_lie_are_found_out_by_the_daily_unconditional_request(
    room: Newsroom, dataset: Dataset
):
    url = serve_feed(room, id="1", url=PAGE, title="First")
    ingest(room, dataset, url)
    serve_feed(room, id="1", url=PAGE, title="First, corrected")
    outcome = ingest(room, dataset, url, poll={"unconditional_s": 1e-6})
    assert outcome.count("changed") == 1
    names = [{name.lower() for name in headers} for headers in asked(room, url)]
    assert "if-none-match" not in names[-1]
    assert last_polls(str(dataset.root))[url].validators_lie


def test_a_feed_that_is_gone_is_never_asked_again(room: Newsroom, dataset: Dataset):
    room.behave(FEED, status=410)
    assert ingest(room, dataset).count("poll_failed") == 1
    room.behave(FEED)
    assert ingest(room, dataset).count("poll_failed") == 1
    assert len(asked(room)) == 1
    (health,) = measure_feeds(str(dataset.root))
    assert health.state == "gone"
    assert len(dataset.rows("rejects")) == 1
    assert dataset.check() == 0


def test_a_move_is_believed_after_three_equal_redirects(room: Newsroom, dataset: Dataset):
    room.behave(FEED, status=301, headers={"Location": MOVED})
    for _ in range(4):
        ingest(room, dataset, poll={"unconditional_s": 1e-6})
    assert len(asked(room)) == 3
    assert len(asked(room, MOVED)) == 4
    (health,) = measure_feeds(str(dataset.root))
    assert (health.source, health.state, health.detail) == (FEED, "moved", MOVED)


@pytest.mark.parametrize("as_date", [False, True])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_rest_gets_it_in_later_passes_too(
    room: Newsroom, dataset: Dataset, status: int, as_date: bool
):
    until = datetime.now(UTC) + timedelta(hours=2)
    after = f"{until:%a, %d %b %Y %H:%M:%S} GMT" if as_date else "7200"
    room.behave(FEED, status=status, headers={"Retry-After": after})
    ingest(room, dataset)
    room.behave(FEED)
    outcome = ingest(room, dataset, FEED, MOVED)
    assert outcome.count("poll_failed") == 2
    assert len(asked(room)) == 1
    assert asked(room, MOVED) == []
    reasons = {row["reason"] for row in dataset.rows("rejects")}
    assert "host_deferred" in reasons
    assert dataset.check() == 0


def test_only_what_is_due_is_read_and_a_restart_changes_nothing(room: Newsroom, dataset: Dataset):
    stop = threading.Event()
    rounds: list[Outcome] = []

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            rounds.append(event.outcome)
        elif isinstance(event, Waiting) and rounds:
            stop.set()

    plan = Plan(settings(room), resolve_inputs([FEED]))
    for _ in range(2):
        stop.clear()
        watch(
            lambda: plan,
            str(dataset.root),
            choose_engine(),
            every_s=0.01,
            stop=stop,
            tell=tell,
        )
    assert len(rounds) == 1
    assert len(asked(room)) == 1
    polls = last_polls(str(dataset.root))
    soon = polls[FEED].next_at
    assert timedelta(minutes=50) < soon - datetime.now(UTC) < timedelta(minutes=70)
    assert Schedule(resolve_inputs([FEED]), polls).due(soon) != []


def test_an_edited_entry_is_fetched_again_and_a_known_one_is_not(room: Newsroom, dataset: Dataset):
    unconditional = {"unconditional_s": 1e-6}
    url = serve_feed(room, id="1", url=PAGE, title="First")
    ingest(room, dataset, url)
    serve_feed(room, id="2", url=PAGE, title="First")  # another GUID, the same entry
    assert ingest(room, dataset, url, poll=unconditional).count("seen_before") == 1
    assert len(asked(room, PAGE)) == 1
    assert last_polls(str(dataset.root))[url].guid_churn == 1.0
    serve_feed(room, id="1", url=PAGE, title="First, corrected")
    assert ingest(room, dataset, url, poll=unconditional).count("unchanged") == 1
    assert len(asked(room, PAGE)) == 2
    assert len(dataset.rows("articles")) == 1
    assert dataset.check() == 0


@pytest.mark.parametrize("as_file", [True, False])
def test_feeds_that_a_list_names_are_polled_like_any_other(
    room: Newsroom, dataset: Dataset, tmp_path, as_file: bool
):
    opml = f'<opml version="2.0"><body><outline type="rss" xmlUrl="{FEED}"/></body></opml>'
    listed = "http://press-review.example/made.opml"
    room.behave(listed, status=200, body=opml.encode())
    if as_file:
        listed = str(tmp_path / "feeds.opml")
        (tmp_path / "feeds.opml").write_text(opml)
    assert ingest(room, dataset, listed).count("written") > 0
    outcome = ingest(room, dataset, listed)
    assert outcome.count("written") == outcome.count("poll_failed") == 0
    first, second = ({name.lower() for name in headers} for headers in asked(room))
    assert "if-none-match" not in first
    assert "if-none-match" in second
    polls = last_polls(str(dataset.root))
    now = datetime.now(UTC)
    schedule = Schedule(resolve_inputs([listed]), polls)
    due = {source.ref for source in schedule.due(now)}
    later = schedule.due(now + timedelta(hours=2))
    assert FEED not in due
    assert FEED in {source.ref for source in later}
    assert dataset.check() == 0


def test_a_failed_poll_forgets_nothing_of_the_feed(room: Newsroom, dataset: Dataset):
    ingest(room, dataset)
    before = last_polls(str(dataset.root))[FEED]
    room.behave(FEED, status=404)
    ingest(room, dataset)
    after = last_polls(str(dataset.root))[FEED]
    assert (after.outcome, after.failures, after.http_status) == ("failed", 1, 404)
    for kept in ("entry_keys", "last_new_at", "title", "etag", "body_hash", "source_kind"):
        assert getattr(after, kept) == getattr(before, kept)
    assert after.next_at > before.next_at


def test_discover_finds_and_tries_the_feeds_of_a_site(room: Newsroom, capsys):
    overrides = {
        "fetch.connect_to": json.dumps(room.connect_to),
        "fetch.allow_addresses": "[127.0.0.1/32]",
        "fetch.delay_s": "0",
    }
    argv = ["discover", "http://elbtal-anzeiger.example/", "--json"]
    for key, value in overrides.items():
        argv += ["--set", f"{key}={value}"]
    assert run(argv) == 0
    found = [each["ref"] for each in json.loads(capsys.readouterr().out)]
    assert f"feed:{FEED}" in found
    assert f"sitemap:{MOVED}" in found


@pytest.mark.parametrize("text", ["", "5x", "0m", "-5", "m"])
def test_a_wrong_interval_is_wrong_usage(text: str, dataset: Dataset, tmp_path, capsys):
    path = tmp_path / "watch.yaml"
    path.write_text(f"inputs: ['{FEED}']\n")
    argv = ["watch", "--config", str(path), "-o", str(dataset.root), f"--every={text}"]
    assert run(argv) == 2
    assert "for example 5m" in capsys.readouterr().err
