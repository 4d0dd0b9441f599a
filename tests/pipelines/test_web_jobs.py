"""Jobs over the web as a user runs them: wrong charsets, Ctrl-C, lists of feeds out and in."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from jobs import PARAGRAPHS, Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.polls import last_polls

FEEDS = ("http://elbtal-anzeiger.example/feed.atom", "http://harbour-gazette.example/feed.xml")
PAGE = "http://harbour-gazette.example/charset-test"
WAIT_S = 90.0


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def fetch_settings(room: Newsroom) -> dict[str, object]:
    return {
        "connect_to": room.connect_to,
        "allow_addresses": ["127.0.0.1/32"],
        "delay_s": 0.05,
        "retries": 0,
        "max_wait_s": 1,
        "deadline_s": 5,
    }


def ingest(room: Newsroom, dataset: Dataset, *inputs: object) -> int:
    return dataset.ingest(
        *inputs, **{f"fetch__{name}": value for name, value in fetch_settings(room).items()}
    )


@pytest.mark.parametrize(
    ("charset", "header", "source"),
    [
        ("utf-8", "iso-8859-1", "meta"),
        ("utf-8-sig", "windows-1252", "bom"),
        ("windows-1252", "utf-8", "meta"),
        ("utf-8", "utf-8", "header"),
    ],
)
def test_a_wrong_charset_header_does_no_harm_and_the_choice_is_recorded(
    room: Newsroom, dataset: Dataset, charset: str, header: str, source: str
):
    declared = charset.removesuffix("-sig")
    html = page("harbour", title="Größe, façade, niño").replace("utf-8", declared)
    headers = {"Content-Type": f"text/html; charset={header}"}
    room.behave(PAGE, status=200, headers=headers, body=html.encode(charset))
    assert ingest(room, dataset, f"url:{PAGE}") == 0
    (row,) = dataset.rows("articles")
    assert row["title"] == "Größe, façade, niño"
    assert PARAGRAPHS["harbour"][0] in row["text"]
    assert row["charset_source"] == source
    assert dataset.check() == 0


def test_in_one_process_no_host_waits_for_another_whatever_the_shards(
    room: Newsroom, dataset: Dataset
):
    for feed in FEEDS:
        room.behave(feed, delay_s=3)
    settings = {f"fetch__{name}": value for name, value in fetch_settings(room).items()}
    many = 1009  # parts, so that each host has one of its own
    dataset.ingest(*FEEDS, fetch__shards=many, **settings)
    paths = ("/feed.atom", "/feed.xml")
    asked = [one.at for one in room.log if one.path in paths]
    assert len(asked) == 2
    assert asked[1] - asked[0] < 3
    assert dataset.check() == 0


@pytest.mark.parametrize("date", ["<pubDate>Tue, 03 Mar 2026 08:30:00 GMT</pubDate>", ""])
def test_of_a_feed_and_a_sitemap_that_name_a_page_the_feed_is_its_source(
    room: Newsroom, dataset: Dataset, tmp_path: Path, date: str
):
    room.behave(PAGE, status=200, headers={"Content-Type": "text/html"}, body=page("harbour"))
    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{PAGE}</loc><news:news><news:title>A vote</news:title>"
        "<news:publication_date>2026-03-01T08:00:00Z</news:publication_date></news:news></url>"
        "</urlset>"
    )
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title><item><title>A vote</title>'
        f"<link>{PAGE}</link>{date}</item>"
        "</channel></rss>"
    )
    assert ingest(room, dataset, tmp_path / "sitemap.xml", tmp_path / "feed.xml") == 0
    (row,) = dataset.rows("articles")
    assert row["source_kind"] == "feed"
    assert dataset.check() == 0


def test_feeds_go_out_as_opml_and_come_in_again(room: Newsroom, dataset: Dataset, tmp_path: Path):
    assert ingest(room, dataset, *FEEDS) == 0
    opml = tmp_path / "feeds.opml"
    assert run(["feeds", str(dataset.root), "--opml", str(opml)]) == 0
    again = Dataset(tmp_path / "again")
    assert ingest(room, again, opml) == 0
    assert sorted(last_polls(str(again.root)).keys() & set(FEEDS)) == sorted(FEEDS)
    ids = [sorted(row["article_id"] for row in each.rows("articles")) for each in (dataset, again)]
    assert ids[0] == ids[1] != []
    assert again.check() == 0


def watch_until(is_enough: Callable[[], bool], config: Path, dataset: Dataset) -> tuple[int, str]:
    """Run ``newsbeam watch`` until ``is_enough``, then as if Ctrl-C was pressed."""
    command = [sys.executable, "-m", "newsbeam", "watch", "--every", "1s", "--log-format", "json"]
    command += ["--config", str(config), "--output", str(dataset.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + WAIT_S
            while not is_enough():
                assert process.poll() is None, process.stderr.read()  # type: ignore[union-attr]
                assert time.monotonic() < deadline, "watch took too long"
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    return process.returncode, errors


def test_watch_ends_with_ctrl_c_and_goes_on_where_it_was(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    config = tmp_path / "watch.yaml"
    settings = {
        "inputs": list(FEEDS),
        "fetch": fetch_settings(room),
        "passes": {"max_bytes": 1},  # a feed a pass
    }
    config.write_text(yaml.safe_dump(settings))

    def commits() -> int:
        return len(read_commits(str(dataset.root)))

    code, errors = watch_until(lambda: commits() >= 1, config, dataset)
    assert code == 130
    assert "the same command goes on from there" in errors
    assert "Traceback" not in errors
    assert dataset.check() == 0
    code, _ = watch_until(
        lambda: set(FEEDS) <= last_polls(str(dataset.root)).keys(), config, dataset
    )
    assert code == 130
    assert dataset.check() == 0
    asked = [f"http://{one.host.partition(':')[0]}{one.path}" for one in room.log]
    assert asked.count(FEEDS[0]) == 1  # what was committed is not asked for again
    whole = Dataset(tmp_path / "whole")
    assert ingest(room, whole, *FEEDS) == 0
    urls = [{row["url"] for row in each.rows("articles")} for each in (dataset, whole)]
    assert urls[0] == urls[1]
