"""Archives as whole jobs: each record has an outcome or is counted, and both are told."""

import gzip
import json
from pathlib import Path

import pytest
from archives import http, record
from jobs import Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.ledger import PASSED_OVER_KINDS, total
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger

MOVED = b'<html><meta http-equiv="refresh" content="0; url=/elsewhere"><p>It has moved.</p></html>'


def story(name: str) -> bytes:
    return http(page(name).encode())


def records() -> list[bytes]:
    info = {
        "WARC-Type": "WarcInfo",
        "WARC-Target-URI": "",
        "Content-Type": "application/warc-fields",
    }
    return [
        record("info", b"software: x\r\n", fields=info),
        record("r1", b"GET / HTTP/1.1\r\n\r\n", fields={"WARC-Type": "request"}),
        record("harbour", story("harbour"), end="\n").replace(b"WARC-Type", b"warc-type"),
        record("m1", b"a: b\r\n", fields={"warc-type": "Metadata", "WARC-Type": ""}),
        record("r2", b"GET / HTTP/1.1\r\n\r\n", fields={"WARC-Type": "request"}),
        record("library", story("library").replace(b"\r\n", b"\n")),
        record("shot", b"\x89PNG", fields={"WARC-Type": "screenshot"}),
        record("again", http(b""), fields={"WARC-Type": "revisit"}),
        record("moved", http(MOVED)),
    ]


@pytest.mark.parametrize(("pack", "max_bytes"), [(bytes, 48 << 20), (gzip.compress, 1500)])
def test_every_record_has_an_outcome_or_is_counted(
    dataset: Dataset, tmp_path: Path, pack, max_bytes
):
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(map(pack, records())))
    assert dataset.ingest(path, passes__max_bytes=max_bytes) == 0
    assert {row["url"].rpartition("/")[2] for row in dataset.rows("articles")} == {
        "harbour",
        "library",
    }
    reasons = {row["url"].rpartition("/")[2]: row["reason"] for row in dataset.rows("rejects")}
    assert reasons == {"again": "revisit", "moved": "no_article"}
    counted = dict.fromkeys(PASSED_OVER_KINDS, 0)
    for commit in read_commits(str(dataset.root)):
        for (kind, reason), tally in to_ledger(commit.ledger).items():
            if kind == "passed_over":
                counted[reason] += tally.count
    assert {kind: number for kind, number in counted.items() if number} == {
        "warcinfo": 1,
        "request": 2,
        "metadata": 1,
        "other": 1,
    }
    assert dataset.check() == 0


def test_people_and_machines_are_told_what_was_passed_over(
    dataset: Dataset, tmp_path: Path, capsys
):
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records()))
    assert run(["ingest", str(path), "--output", str(dataset.root)]) == 0
    shown = capsys.readouterr()
    assert "request records of archives" in shown.out + shown.err
    other = Dataset(tmp_path / "other")
    other.ingest(path)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line[:1] == "{"]
    (told,) = [line for line in lines if "passed_over" in json.dumps(line)]
    assert '"passed_over": {"metadata": 1, "other": 1, "request": 2, "warcinfo": 1}' in json.dumps(
        told
    )
    assert run(["report", str(dataset.root)]) == 0
    assert "records of archives passed over: request" in capsys.readouterr().out


def test_reading_an_archive_again_counts_nothing_twice(dataset: Dataset, tmp_path: Path):
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records()))
    dataset.ingest(path)
    dataset.ingest(path)
    ledger = to_ledger(read_commits(str(dataset.root))[-1].ledger)
    assert total(ledger, "passed_over").count == 0


@pytest.mark.parametrize(
    ("settings", "left_out"),
    [
        ({"hosts": ["paper.example"]}, {"unwanted_host": 1}),
        ({"exclude_hosts": ["*.paper.example", "third.example"]}, {"unwanted_host": 2}),
        ({"languages": ["en", "fr"]}, {"unwanted_language": 1}),
        ({"since": "2020-02-04"}, {"unwanted_date": 1}),
        ({"since": "2020-02-04", "statuses": [200]}, {"unwanted_date": 1, "unwanted_status": 1}),
    ],
)
def test_captures_that_are_not_wanted_are_counted_and_not_read(
    dataset: Dataset, tmp_path: Path, settings, left_out
):
    german = story("library").replace(b'lang="en"', b"lang='de-AT'")
    other = {"WARC-Target-URI": "https://other.example/harbour"}
    later = {"WARC-Date": "2020-02-04T00:00:00Z"}
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        record("harbour", story("harbour"), fields=other | later)
        + record("library", german)
        + record("gone", http(b"<p>Gone</p>", status="HTTP/1.1 404 Not Found"), fields=later)
    )
    assert dataset.ingest(path, read__select=settings) == 0
    counted = {
        reason: tally.count
        for (kind, reason), tally in to_ledger(read_commits(str(dataset.root))[0].ledger).items()
        if kind == "passed_over"
    }
    assert counted == left_out
    assert dataset.check() == 0


def test_records_without_ids_or_with_odd_addresses_are_a_dataset_that_checks(
    dataset: Dataset, tmp_path: Path
):
    nameless = {"WARC-Record-ID": ""}
    odd = {"WARC-Target-URI": "https://us[er@paper.example/3"}
    records = [
        record("1", story("harbour"), fields=nameless),
        record("2", http(b"<p>Gone</p>", status="HTTP/1.1 404 Not Found"), fields=nameless),
        record("2", story("harbour"), fields=nameless),
        record("3", story("library"), fields=odd),
        record("4", story("library"), fields={"WARC-Target-URI": "https://[paper.example/4"}),
    ]
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(b"".join(records)))
    assert dataset.ingest(path, keep__bytes="all") == 0
    assert len(dataset.rows("articles")) == 2
    assert len(dataset.rows("duplicates")) == 1
    assert sorted(row["reason"] for row in dataset.rows("rejects")) == ["bad_url", "http_status"]
    assert dataset.check() == 0
