"""What ``newsbeam feeds`` shows: first what needs a person, and no number cut."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console

from newsbeam.pipelines.display import show_feeds
from newsbeam.pipelines.feeds import export_opml, measure_feeds

NOW = datetime.now(UTC)


def address(name):
    return f"https://a-paper-with-a-long-name.example/sections/{name}/feed.xml"


def test_feeds_that_need_a_person_come_first_and_busy_ones_last(dataset, poll):
    def told(name, days, **fields):
        new = None if days is None else NOW - timedelta(days=days)
        return poll(address(name), last_new_at=new, **fields)

    dataset.commit(
        "u1",
        [
            told("a-busy", 0),
            told("b-silent", 400),
            told("c-moved", 0, url="https://elsewhere.example/feed.xml"),
            told("d-never", None),
            told("e-failing", 1, outcome="failed", reason="timeout", detail="No answer."),
            told("f-gone", 1, outcome="failed", reason="http_status", gone=True),
        ],
    )
    found = measure_feeds(dataset.root)
    order = ["e-failing", "f-gone", "c-moved", "d-never", "b-silent", "a-busy"]
    assert [feed.source for feed in found] == [address(name) for name in order]
    opml = export_opml(found).decode()
    assert opml.index("a-busy") < opml.index("b-silent") < opml.index("e-failing")


def test_a_long_name_is_cut_and_no_number_or_heading(dataset, poll):
    dataset.commit("u1", [poll(address("news"), last_new_at=NOW, next_at=NOW)])
    (feed,) = measure_feeds(dataset.root)
    wide = replace(feed, duplicate_share=0.5, guid_churn=0.5, articles=1_234_567)
    console = Console(file=io.StringIO(), width=120)
    show_feeds(console, [wide], as_json=False)
    shown = console.file.getvalue()
    assert "Articles" in shown
    assert "1234567" in shown
    assert "https://a-paper-with" in shown
    assert "…" in shown
    assert max(map(len, shown.splitlines())) <= 120
