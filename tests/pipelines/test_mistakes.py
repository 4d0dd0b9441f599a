"""Mistakes that people make end in a sentence with its remedy, and in the right exit code."""

import json
import os
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.watch import watch
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.log import WatchLog
from newsbeam.transforms.core.settings import Config


def said(capsys: pytest.CaptureFixture[str]) -> str:
    found = capsys.readouterr()
    assert "Traceback" not in found.err
    return " ".join((found.out + found.err).split())


@pytest.fixture
def small(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Dataset:
    (tmp_path / "page.html").write_text(page("harbour"))
    assert dataset.ingest(tmp_path / "page.html") == 0
    capsys.readouterr()
    return dataset


@pytest.mark.parametrize("day", ["2026-13-45", "2026-02-30", "20260203", "today"])
def test_a_day_that_no_calendar_has(small: Dataset, day: str, capsys):
    assert run(["compact", str(small.root), "--date", day]) == 2
    assert "write a day of the calendar, such as 2026-11-22" in said(capsys)


@pytest.mark.parametrize("argv", [["report", "--html"], ["feeds", "--opml"]])
def test_a_page_that_cannot_be_written(small: Dataset, argv: list[str], tmp_path: Path, capsys):
    target = tmp_path / "no" / "such" / "folder"
    assert run([argv[0], str(small.root), argv[1], str(target)]) == 2
    assert f"{target} cannot be written: No such file or directory" in said(capsys)


def test_feeds_say_what_they_wrote(small: Dataset, tmp_path: Path, capsys):
    target = tmp_path / "feeds.opml"
    assert run(["feeds", str(small.root), "--opml", str(target)]) == 0
    assert f"Wrote {target}: 0 feeds" in said(capsys)
    assert target.read_bytes().startswith(b"<?xml")


def test_a_dataset_of_files_says_what_it_has_not(small: Dataset, capsys):
    root = str(small.root)
    assert run(["feeds", root]) == 0
    assert said(capsys) == "No feed or sitemap has been asked yet."
    assert run(["replay", root]) == 0
    assert "keeps no bytes of pages: set keep.bytes" in said(capsys)


def test_one_is_not_told_as_many(small: Dataset, capsys):
    root = str(small.root)
    assert run(["check", root]) == 0
    assert "outcome: 1 commit, " in (checked := said(capsys))
    assert "rows: articles 1, duplicates 0, rejects 0" in checked
    assert run(["forget", root, "--url", "https://nobody.example/"]) == 0
    assert "Nothing of it was there; it is not read from now on" in said(capsys)
    assert run(["forget", root, "--older-than", "1d"]) == 0
    assert "Rows deleted: articles 1" in said(capsys)


def test_the_list_of_commands_cuts_no_sentence_off(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2].splitlines()
    assert len(listed) > 15
    assert not [line for line in listed if line and not line.endswith(".")]
    assert not [line for line in listed if line.endswith("...")]


def test_a_bucket_with_a_slash_missing_becomes_no_folder(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text(page("harbour"))
    assert run(["ingest", "page.html", "--output", "s3:/newsroom/news"]) == 2
    assert "s3:/newsroom/news names no place: write s3://" in said(capsys)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_the_faults_of_a_configuration_stand_in_the_order_of_its_lines(tmp_path: Path, capsys):
    config = tmp_path / "c.yaml"
    config.write_text("inputs: [a]\nfetch:\n  delay: 3\n  delay_s: x\n")
    assert run(["validate", "--config", str(config)]) == 2
    found = said(capsys)
    assert found.index("line 3: unknown key fetch.delay") < found.index("line 4: fetch.delay_s")
    assert "did you mean delay_s? " in found


def test_a_folder_with_the_files_of_others_is_no_place_for_a_dataset(tmp_path: Path, capsys):
    (tmp_path / "page.html").write_text(page("harbour"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters.txt").write_text("Dear Ana")
    argv = ["ingest", str(tmp_path / "page.html"), "-o", str(tmp_path / "home")]
    assert run(argv) == 2
    assert "holds other files, such as letters.txt, and no dataset" in said(capsys)
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("given", ["pages", "pages/**/*.html", "pages/*/*.html", "pages/closed"])
def test_a_folder_that_may_not_be_read_is_one_reject_as_a_file_is(
    dataset: Dataset, tmp_path: Path, given: str, monkeypatch
):
    closed = tmp_path / "pages" / "closed"
    for name in ("open", "closed"):
        (tmp_path / "pages" / name).mkdir(parents=True)
        (tmp_path / "pages" / name / "a.html").write_text(page("harbour"))

    def refusing(look):  # whoever runs the tests may look into all folders
        def refuse(folder):
            if str(folder) == str(closed):
                raise PermissionError(13, "Permission denied", str(folder))
            return look(folder)

        return refuse

    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    alone = given == "pages/closed"
    assert dataset.ingest(tmp_path / given) == (3 if alone else 0)
    assert len(dataset.rows("articles")) == (0 if alone else 1)
    (reject,) = dataset.rows("rejects")
    assert (reject["reason"], reject["source_ref"]) == ("unreadable", str(closed))
    assert reject["detail"] == f"{closed} cannot be opened: Permission denied."
    assert dataset.check() == 0
    monkeypatch.undo()
    assert dataset.ingest(tmp_path / given) == 0
    assert dataset.check() == 0


@pytest.mark.parametrize("query", ["", " ", ";", "/* nothing is asked */"])
def test_a_query_without_a_statement(small: Dataset, query: str, capsys):
    assert run(["sql", str(small.root), query]) == 2
    assert "There is no statement in the query" in said(capsys)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["forget", "--older-than", "9999y"], "nothing was published so long ago"),
        (["forget", "--publisher", " "], "write the name of an outlet"),
        (
            ["export", "--format", "jsonl", "--since", "2026-03-02", "--until", "2026-03-01"],
            "--since 2026-03-02: it is later than --until 2026-03-01.",
        ),
        (["export", "--format", "jsonl", "-o", ""], "What is to be written has no name"),
        (["check", "--", "--runner=DirectRunner"], "options for Beam, which ingest, watch and"),
    ],
)
def test_arguments_that_name_nothing(small: Dataset, argv: list[str], told: str, capsys):
    assert run([argv[0], str(small.root), *argv[1:]]) == 2
    assert told in said(capsys)
    assert len(small.rows("articles")) == 1


def test_a_dataset_that_nobody_may_look_into(small: Dataset, monkeypatch, capsys):
    stat = os.stat

    def refuse(path, *args, **kwargs):  # whoever runs the tests may look into all folders
        if str(path) == str(small.root / "commits"):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", refuse)
    for command in ("check", "ingest"):
        given = [str(small.root)] if command == "check" else ["x", "-o", str(small.root)]
        assert run([command, *given]) == 2
        assert f"{small.root} cannot be looked into: Permission denied." in said(capsys)


@pytest.mark.parametrize("fault", ["lost", "damaged"])
@pytest.mark.parametrize(
    "argv", [["sql", "SELECT max(text) FROM articles"], ["export", "--format", "jsonl"]]
)
def test_a_file_that_cannot_be_read_is_named_and_a_fault_of_the_dataset(
    small: Dataset, fault: str, argv: list[str], capsys
):
    (path,) = small.root.glob("articles/*/*/*.parquet")
    path.unlink() if fault == "lost" else path.write_bytes(b"PAR1 no more")
    assert run([argv[0], str(small.root), *argv[1:]]) == 1
    told = said(capsys)
    assert path.name in told
    assert "newsbeam check" in told or "from a copy of the dataset" in told
    assert ".." not in told.replace("...", "")


@pytest.mark.parametrize(
    "contact", ["foo", "", "https://", "javascript:x", "a@b@paper.example", "https://x.example/a b"]
)
def test_whoever_crawls_can_be_reached(contact: str, tmp_path: Path, capsys):
    (tmp_path / "c.yaml").write_text("inputs: [a]\n")
    argv = ["validate", "--config", str(tmp_path / "c.yaml"), "--set"]
    assert run([*argv, f"fetch.contact_url='{contact}'"]) == 2
    assert "such as https://example.org/our-crawler or mailto:" in said(capsys)
    for good in ("https://paper.example/bot", "mailto:us@paper.example", "us@paper.example"):
        assert run([*argv, f"fetch.contact_url={good}"]) == 0


def test_a_table_that_cannot_follow_is_told_once(dataset: Dataset, tmp_path: Path, capsys):
    for number in range(2):
        (tmp_path / f"{number}.html").write_text(page("harbour"))
    dataset.ingest(tmp_path / "0.html", dataset__tables=["iceberg"])
    (dataset.root / "iceberg" / "catalog.db").write_text("no database")
    capsys.readouterr()
    assert dataset.ingest(tmp_path / "*.html", passes__max_bytes=1) == 0
    told = said(capsys)
    assert told.count("the Iceberg table does not show it yet") == 1
    assert "file is not a database" in told
    assert "SELECT" not in told


def test_a_folder_that_a_killed_pass_left_is_one(dataset: Dataset, tmp_path: Path):
    (tmp_path / "page.html").write_text(page("harbour"))
    (dataset.root / "staging").mkdir(parents=True)
    (dataset.root / ".hidden").write_text("")
    assert dataset.ingest(tmp_path / "page.html") == 0


def test_a_model_that_is_missing_is_known_before_the_run(tmp_path: Path, capsys):
    path = tmp_path / "news.yaml"
    path.write_text("entities: {model: no_such_model_anywhere}\n")
    assert run(["validate", "--config", str(path)]) == 2
    assert re.search(r"entities\.model.*(pip install|Give the path)", said(capsys))


def test_several_errors_of_a_configuration_stand_in_lines(tmp_path: Path, capsys):
    path = tmp_path / "news.yaml"
    path.write_text("fetch:\n  delay: 2\n  retry: 3\n")
    assert run(["validate", "--config", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [re.search(r"line (\d)", line)[1] for line in lines] == ["2", "3"]


def test_a_blocked_address_comes_with_its_remedy(tmp_path: Path, capsys):
    argv = ["ingest", "url:http://127.0.0.1:9/story", "-o", str(tmp_path / "out")]
    assert run(argv) == 3
    assert "blocked_address: fetch.allow_addresses names the ranges" in said(capsys)


def test_a_column_that_is_not_there_fails_the_input(dataset: Dataset, tmp_path: Path, capsys):
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = "\n\n".join(PARAGRAPHS["harbour"])
    pq.write_table(pa.table({"body": [text], "head": ["A"]}), tmp_path / "a.parquet")
    assert dataset.ingest(tmp_path / "a.parquet", read__fields={"text": "bdy"}) == 3
    (reject,) = dataset.rows("rejects")
    assert "no column bdy, which read.fields names for text, but body, head" in reject["detail"]


def test_ingest_and_reindex_speak_json_with_one_form_of_moments(
    small: Dataset, tmp_path: Path, capsys
):
    assert run(["ingest", str(tmp_path / "page.html"), "-o", str(small.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["root"] == str(small.root)
    assert run(["reindex", str(small.root), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"commit", "rows"}
    assert run(["report", str(small.root), "--json"]) == 0
    made_at = json.loads(capsys.readouterr().out)["made_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made_at)


def test_watch_says_when_it_looks_again(tmp_path: Path, caplog):
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    with caplog.at_level("INFO", "newsbeam.watch"):
        watch(
            lambda: Plan(Config(), ()),
            str(tmp_path / "out"),
            choose_engine(),
            every_s=timedelta(hours=1).total_seconds(),
            stop=stop,
            tell=WatchLog(),
        )
    timer.join()
    assert "Looks again at" in caplog.text


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["check", "ROOT", "--since", "-1"], "--since -1: the newest commit is 1"),
        (["forget", "ROOT", "--url", "gazette.example/1"], "write the address whole"),
        (["forget", "ROOT", "--domain", "www.gazette.example"], "such as gazette.example"),
        (["forget", "ROOT", "--domain", "https://gazette.example/"], "such as gazette.example"),
        (["forget", "ROOT", "--domain", ""], "write a registered domain"),
        (["feeds", "ROOT", "--opml", "OUT", "--json"], "--opml writes a file; leave --json out"),
        (["report", "ROOT", "--html", "OUT", "--json"], "--html writes a page; leave --json out"),
        (["schema", "nothing", "--check", "ROOT"], "no table nothing"),
        (["ingest", "PAGE", "-o", "ROOT", "--part", "2/3"], "only the archives of a crawl"),
        (["ingest", "ftp://here/page", "-o", "ROOT"], "an address of http, https, s3"),
        (["ingest", "hdfs://here/page", "-o", "ROOT"], "hdfs://here/page cannot be opened"),
    ],
)
def test_what_would_do_nothing_or_something_else_is_refused(
    small: Dataset, argv: list[str], words: str, tmp_path: Path, capsys
):
    before = sorted(small.root.rglob("*"))
    places = {"ROOT": small.root, "OUT": tmp_path / "out", "PAGE": tmp_path / "page.html"}
    assert run([str(places.get(each, each)) for each in argv]) == 2
    assert words in said(capsys)
    assert sorted(small.root.rglob("*")) == before
    assert not (tmp_path / "out").exists()


def test_an_article_without_an_address_is_forgotten_by_its_id(
    dataset: Dataset, tmp_path: Path, capsys
):
    (tmp_path / "story.txt").write_text("\n\n".join(PARAGRAPHS["harbour"]))
    assert dataset.ingest(tmp_path / "story.txt") == 0
    (row,) = dataset.rows("articles")
    assert run(["forget", str(dataset.root), "--url", row["article_id"]]) == 0
    assert "Rows deleted: articles 1" in said(capsys)


def test_a_domain_is_forgotten_however_it_is_spelt(dataset: Dataset, tmp_path: Path, capsys):
    (tmp_path / "page.html").write_text(page("harbour", url="https://www.hafenblätter.example/1"))
    assert dataset.ingest(tmp_path / "page.html") == 0
    assert run(["forget", str(dataset.root), "--domain", "Hafenblätter.example"]) == 0
    assert "Rows deleted: articles 1" in said(capsys)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "argv", [["check"], ["report"], ["report", "--json"], ["export", "--format", "jsonl"]]
)
def test_a_full_disk_behind_standard_output_is_a_sentence(small: Dataset, argv: list[str]):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "newsbeam", argv[0], str(small.root), *argv[1:]],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "newsbeam: The disk is full: what the command prints or writes is not whole.\n"
    )
