"""Entries above the cap of a poll wait for later passes: none is lost or read twice."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jobs import Dataset

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import Outcome, run_job
from newsbeam.transforms import resources
from newsbeam.transforms.core.records import WaitingEntry
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.polls import last_polls

HOST = "http://press-review.example"
FEED = f"{HOST}/wire.xml"
PLACES = ["Ardal", "Brevik", "Corran", "Dunmore", "Elverum", "Fosse", "Garvagh", "Husum"]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def settings(room: Newsroom, most: int) -> Config:
    config = load_config("configs/demo.yaml")
    fetch = {"connect_to": room.connect_to, "delay_s": 0.0, "retries": 0, "max_entries": most}
    update = {
        "fetch": config.fetch.model_copy(update=fetch),
        "duplicates": config.duplicates.model_copy(update={"near": False}),
    }
    return config.model_copy(update=update)


def ingest(room: Newsroom, dataset: Dataset, ref: str = FEED, *, most: int = 3) -> Outcome:
    resources.close_all()
    sources = resolve_inputs([ref])
    return run_job(sources, str(dataset.root), settings(room, most), choose_engine())


def story_url(number: int) -> str:
    return f"{HOST}/wire/{number}"


def serve_stories(room: Newsroom, numbers: range) -> None:
    for number in numbers:
        place = PLACES[number]
        text = (
            f"<p>The ferry to {place} will sail {number + 2} times a day from June, the harbour "
            f"office of {place} said. Fares rise by {number + 11} cents.</p><p>Until now {place} "
            f"had {number + 40} days a year without any boat, and its school stayed closed.</p>"
        )
        html = f"<!doctype html><html lang=en><title>{place}</title><article>{text}</article>"
        room.behave(story_url(number), status=200, body=html.encode(), headers={})


def rss(numbers: range) -> bytes:
    items = "".join(
        f"<item><title>Ferry {PLACES[n]}</title><link>{story_url(n)}</link><guid>w{n}</guid>"
        f"<pubDate>Tue, 0{n + 1} Mar 2026 09:00:00 +0100</pubDate></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>".encode()


def atom(numbers: range) -> bytes:
    items = "".join(
        f"<entry><id>w{n}</id><title>Ferry</title><link href='{story_url(n)}'/></entry>"
        for n in numbers
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>W</title>{items}</feed>".encode()


def json_feed(numbers: range) -> bytes:
    items = [{"id": f"w{n}", "url": story_url(n)} for n in numbers]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def sitemap(numbers: range) -> bytes:
    urls = "".join(f"<url><loc>{story_url(n)}</loc></url>" for n in numbers)
    return f"<urlset>{urls}</urlset>".encode()


def serve(room: Newsroom, body: bytes, tag: str = '"1"') -> None:
    room.behave(FEED, status=200, body=body, headers={"ETag": tag})


def read_urls(dataset: Dataset) -> list[str]:
    return sorted(row["requested_url"] for row in dataset.rows("articles"))


def asked(room: Newsroom, number: int) -> int:
    return sum(request.path == f"/wire/{number}" for request in room.log)


@pytest.mark.parametrize("make", [rss, atom, json_feed, sitemap])
def test_entries_above_the_cap_are_read_by_later_passes(
    room: Newsroom, dataset: Dataset, make: Callable[[range], bytes]
):
    numbers = range(8)
    serve_stories(room, numbers)
    serve(room, make(numbers))
    first, second, third, fourth = (ingest(room, dataset) for _ in range(4))
    assert [each.count("written") for each in (first, second, third, fourth)] == [3, 3, 2, 0]
    assert [each.count("over_cap") for each in (first, second, third, fourth)] == [5, 2, 0, 0]
    assert read_urls(dataset) == [story_url(number) for number in numbers]
    assert [asked(room, number) for number in numbers] == [1] * len(numbers)
    assert dataset.check() == 0


def test_what_the_feed_says_of_a_waiting_entry_is_not_lost(room: Newsroom, dataset: Dataset):
    serve_stories(room, range(5))
    serve(room, rss(range(5)))
    for _ in range(2):
        ingest(room, dataset)
    dates = {row["source_id"]: row["published_at"] for row in dataset.rows("articles")}
    assert {name: at.day for name, at in dates.items()} == {f"w{n}": n + 1 for n in range(5)}


@pytest.mark.parametrize(
    "later",
    [
        {"status": 304},
        {"status": 200, "body": rss(range(6, 7)), "headers": {"ETag": '"2"'}},
        {"status": 404},
        {"status": 410},
        {"status": 200, "body": b"<html>Moved house</html>"},
    ],
    ids=["not modified", "others", "missing", "gone", "no feed"],
)
def test_entries_that_wait_are_read_whatever_the_feed_says_next(
    room: Newsroom, dataset: Dataset, later: dict[str, object]
):
    serve_stories(room, range(7))
    serve(room, rss(range(5)))
    ingest(room, dataset)
    room.behave(FEED, **later)
    ingest(room, dataset)
    ingest(room, dataset)
    assert set(read_urls(dataset)) >= {story_url(number) for number in range(5)}
    assert [asked(room, number) for number in range(5)] == [1] * 5
    assert last_polls(str(dataset.root))[FEED].waiting == ()
    assert dataset.check() == 0


def test_entries_wait_on_while_the_server_fails(room: Newsroom, dataset: Dataset):
    serve_stories(room, range(5))
    serve(room, rss(range(5)))
    ingest(room, dataset)
    room.behave(FEED, status=500)
    assert ingest(room, dataset).count("entries") == 0
    assert last_polls(str(dataset.root))[FEED].waiting == tuple(
        WaitingEntry(source_ref=FEED, source_id=f"w{n}", url=story_url(n)) for n in (3, 4)
    )


def test_pages_that_fail_do_not_keep_others_waiting(room: Newsroom, dataset: Dataset):
    serve_stories(room, range(8))
    for number in range(3):
        room.behave(story_url(number), status=404)
    serve(room, rss(range(8)))
    for _ in range(3):
        ingest(room, dataset)
    assert read_urls(dataset) == [story_url(number) for number in range(3, 8)]
    assert dataset.check() == 0


def test_an_edit_does_not_wait_and_keeps_nobody_waiting(room: Newsroom, dataset: Dataset):
    serve_stories(room, range(6))
    serve(room, rss(range(6)))
    ingest(room, dataset, most=2)
    for number in range(2, 5):
        serve(room, rss(range(6)).replace(b"Ferry Ardal", b"Ardal ferry %d" % number))
        ingest(room, dataset, most=2)
    assert len(read_urls(dataset)) == 6
    assert asked(room, 0) == 4
    assert [asked(room, number) for number in range(1, 6)] == [1] * 5
    assert dataset.check() == 0


def test_an_entry_that_another_source_brought_meanwhile_waits_no_longer(
    room: Newsroom, dataset: Dataset
):
    serve_stories(room, range(5))
    serve(room, rss(range(5)))
    ingest(room, dataset)
    ingest(room, dataset, story_url(3))
    assert "1 entry" in audit_dataset(str(dataset.root)).waiting[0]
    room.behave(FEED, status=304)
    ingest(room, dataset)
    assert [asked(room, number) for number in range(5)] == [1] * 5
    assert dataset.check() == 0


def test_check_tells_of_entries_that_no_pass_has_read(
    room: Newsroom, dataset: Dataset, capsys: pytest.CaptureFixture[str]
):
    serve_stories(room, range(5))
    serve(room, rss(range(5)))
    ingest(room, dataset)
    capsys.readouterr()
    assert dataset.check() == 0
    told = capsys.readouterr().out
    assert f"{FEED}: 2 entries above fetch.max_entries not read yet" in told
    assert story_url(3) in told
    ingest(room, dataset)
    capsys.readouterr()
    assert run(["check", str(dataset.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == []


@pytest.mark.parametrize("make", [rss, sitemap])
def test_a_file_above_the_cap_is_read_to_its_end_in_one_job(
    room: Newsroom, dataset: Dataset, tmp_path: Path, make: Callable[[range], bytes]
):
    serve_stories(room, range(8))
    path = tmp_path / "list.xml"
    path.write_bytes(make(range(8)))
    outcome = ingest(room, dataset, str(path))
    assert len(outcome.commits) == 3
    assert (outcome.count("entries"), outcome.count("over_cap")) == (8, 0)
    assert read_urls(dataset) == [story_url(number) for number in range(8)]
    assert ingest(room, dataset, str(path)).count("seen_before") == 8
    assert dataset.check() == 0
