"""Pages whose bytes are kept: they give the same row again, or another one, and it is committed."""

import gzip
import json
import tarfile
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from archives import http, record
from jobs import PARAGRAPHS, Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import run_job
from newsbeam.transforms.core.settings import KeepSettings
from newsbeam.transforms.dataset.layout import PAGES
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage

SHORT = (
    "<html><body><article><h1>Notice</h1><p>The ferry is late today, again.</p></article></html>"
)


@pytest.fixture
def replay(dataset: Dataset, capsys: Any) -> Callable[..., dict[str, Any]]:
    """Runs ``newsbeam replay`` and returns what it says."""

    def run_replay(*options: str, **settings: object) -> dict[str, Any]:
        capsys.readouterr()
        overrides = [
            part
            for key, value in settings.items()
            for part in ("--set", f"{key.replace('__', '.')}={json.dumps(value)}")
        ]
        assert run(["replay", str(dataset.root), "--json", *options, *overrides]) == 0
        return dict(json.loads(capsys.readouterr().out))

    return run_replay


def write_inputs(folder: Path) -> list[Path]:
    """Files of all kinds, one short page among them that is rejected for its length."""
    folder.mkdir()
    (folder / "harbour.html").write_text(page("harbour", url="https://a.example/harbour"))
    (folder / "notice.html").write_text(SHORT)
    (folder / "plain.txt").write_text(
        "A library on a barge\n\n" + "\n\n".join(PARAGRAPHS["library"])
    )
    row = {"id": 1, "url": "https://b.example/1", "html": page("library"), "tags": ["a", "b"]}
    strange = {"title": "A\x00 \udc00 title", "text": " ".join(PARAGRAPHS["harbour"][1:])}
    (folder / "rows.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(strange)}\n")
    fields = ["Content-Type: text/html; charset=utf-8", "X-Robots-Tag: noai", "tdm-reservation: 1"]
    answer = http(page("library", title="Books afloat").encode(), fields=fields)
    (folder / "crawl.warc.gz").write_bytes(
        gzip.compress(record("library", answer)) + gzip.compress(record("n", http(SHORT.encode())))
    )
    with tarfile.open(folder / "pages.tar", "w") as tar:
        tar.add(folder / "harbour.html", "inner/harbour.html")
    item = {
        "uri": "urn:example:1",
        "type": "text",
        "version": "1",
        "headline": "A ferry for the islands",
        "body_text": "\n\n".join(PARAGRAPHS["library"][1:]),
        "versioncreated": "2026-03-03T09:30:00Z",
    }
    (folder / "ninjs.json").write_text(json.dumps(item))
    return sorted(folder.iterdir())


def kept(dataset: Dataset) -> int:
    return sum(file.rows for file in load_state(open_storage(str(dataset.root))).files(PAGES))


def test_all_kinds_of_pages_give_the_same_rows_again(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    inputs = write_inputs(tmp_path / "in")
    assert dataset.ingest(*inputs, keep__bytes="all", extract__min_chars=100) == 0
    for path in inputs:
        path.unlink()  # a pointer to them would be worth nothing
    outcomes = [*dataset.rows("articles"), *dataset.rows("duplicates"), *dataset.rows("rejects")]
    assert kept(dataset) == len(outcomes) == 9
    assert len(dataset.rows("rejects")) == 2
    commits = sorted((dataset.root / "commits").iterdir())

    shown = replay("--all", "--diff", extract__min_chars=100)
    assert shown["pages"] == 8, "the copy in the tar archive is of an article that has its page"
    assert shown["changes"] == []
    assert replay("--all", extract__min_chars=100)["committed"] is None
    assert sorted((dataset.root / "commits").iterdir()) == commits
    assert dataset.check() == 0


def test_rejects_become_articles_once_the_reason_is_gone(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    inputs = write_inputs(tmp_path / "in")
    assert dataset.ingest(*inputs, keep__bytes="rejected", extract__min_chars=100) == 0
    articles = len(dataset.rows("articles"))
    assert kept(dataset) == 2

    assert replay("--diff")["counts"] == {"too_short → article": 2}
    assert replay("--diff", "--reason", "no_article")["pages"] == 0
    assert len(dataset.rows("articles")) == articles, "nothing was written"

    done = replay("--reason", "too_short")
    assert done["committed"]["counts"]["written"] == 1
    assert done["committed"]["counts"]["exact duplicates"] == 1, "both say the same"
    assert len(dataset.rows("articles")) == articles + 1
    ledger = dataset.ledger()
    assert (ledger("entries"), ledger("fetched"), ledger("written")) == (2, 2, 1)
    assert replay()["pages"] == 0, "what they are now is no reject"
    assert dataset.check() == 0


def test_what_a_newer_extractor_changes_is_a_revision(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    (tmp_path / "one.html").write_text(page("harbour", url="https://a.example/one"))
    (tmp_path / "two.html").write_text(page("library", url="https://a.example/two"))
    assert dataset.ingest(tmp_path / "one.html", tmp_path / "two.html", keep__bytes="all") == 0
    # As if the text had been cleaned otherwise, and the keywords were chosen by another rule.
    done = replay("--all", "--diff", text__keywords=2)
    assert done["counts"] == {"article → article": 2}
    assert done["columns"] == {"keywords": 2}
    assert len(dataset.rows("articles")) == 2
    assert replay("--all", text__keywords=2)["committed"]["counts"]["written"] == 2
    rows = sorted(dataset.rows("articles"), key=lambda row: (row["url"] or "", row["revision"]))
    assert sorted(row["revision"] for row in rows) == [1, 1, 2, 2]
    assert {len(row["keywords"]) for row in rows if row["revision"] == 2} == {2}
    assert all(row["supersedes"] == row["content_hash"] for row in rows if row["revision"] == 2)
    assert replay("--all", text__keywords=2)["changes"] == [], "they are what is kept now"
    assert dataset.check() == 0


def test_an_article_that_would_be_rejected_now_stays(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    (tmp_path / "one.html").write_text(page("harbour"))
    assert dataset.ingest(tmp_path / "one.html", keep__bytes="all") == 0
    done = replay("--all", extract__min_chars=100_000)
    assert done["counts"] == {"article → too_short": 1}
    assert done["committed"] is None
    assert len(dataset.rows("articles")) == 1


def test_the_text_of_an_older_page_never_follows_a_newer_one(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    path = tmp_path / "rows.jsonl"
    row = {"id": 1, "url": "https://a.example/1", "html": page("harbour")}
    path.write_text(json.dumps(row) + "\n")
    assert dataset.ingest(path, keep__bytes="all") == 0
    path.write_text(json.dumps({**row, "html": page("library")}) + "\n\n")
    assert dataset.ingest(path) == 0, "read again, and not kept"
    assert len(dataset.rows("articles")) == 2
    assert replay("--all", text__keywords=2)["pages"] == 0


def test_forgetting_removes_the_bytes_and_check_proves_it(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]], capsys: Any
):
    rows = [
        {"url": f"https://{name}.example/1", "html": page(name, url=f"https://{name}.example/1")}
        for name in ("harbour", "library")
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert dataset.ingest(path, keep__bytes="all") == 0
    assert run(["forget", str(dataset.root), "--domain", "harbour.example", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["pages"] == 1
    live = b"".join(gzip.decompress(each.read_bytes()) for each in (dataset.root / PAGES).iterdir())
    assert b"northern breakwater" not in live
    assert b"river barge" in live
    assert kept(dataset) == 1
    assert dataset.check() == 0
    # Read all the same, it leaves the pass as forgotten, and no byte of it is kept.
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n")
    assert dataset.ingest(path, keep__bytes="all") == 0
    assert dataset.ledger()("forgotten") == 1
    assert kept(dataset) == 2
    assert replay("--all", "--diff")["changes"] == []
    assert dataset.check() == 0


def test_pages_go_by_what_their_source_or_a_step_says_of_them(
    dataset: Dataset, tmp_path: Path, capsys: Any
):
    """A reject does not say whose page it was, and only a step says whose the article is."""
    row = {"url": "https://a.example/notice", "publisher": "Gone Press", "html": SHORT}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    assert dataset.ingest(tmp_path / "rows.jsonl", keep__bytes="all", extract__min_chars=99) == 3
    assert kept(dataset) == 1
    assert run(["forget", str(dataset.root), "--publisher", "Gone Press"]) == 0
    assert "pages 1" in capsys.readouterr().out
    assert kept(dataset) == 0
    (tmp_path / "one.html").write_text(page("harbour"))
    steps = ["own_rows:sign_by_gone_press"]
    assert dataset.ingest(tmp_path / "one.html", keep__bytes="all", steps=steps) == 0
    assert dataset.ledger()("forgotten") == 1
    assert kept(dataset) == 0
    assert dataset.check() == 0


def test_steps_of_the_users_own_are_taken_as_when_it_was_read(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    for story in ("harbour", "library"):
        (tmp_path / f"{story}.html").write_text(page(story, url=f"https://a.example/{story}"))
    steps = ["own_rows:mark", "own_rows:tag_revision", "own_rows:drop_libraries"]
    dataset.ingest(tmp_path / "*.html", keep__bytes="all", steps=steps)
    assert len(dataset.rows("articles")) == len(dataset.rows("rejects")) == 1
    assert replay("--all", steps=steps)["counts"] == {}
    assert replay("--reason", "off_topic", steps=steps)["counts"] == {}
    assert replay("--diff", "--reason", "off_topic")["counts"] == {"off_topic → article": 1}
    others = ["own_rows:keep", "own_rows:tag_revision"]
    assert replay("--all", steps=others)["counts"] == {
        "article → article": 1,
        "off_topic → article": 1,
    }
    tags = {
        (Path(row["source_ref"]).stem, row["revision"]): row["tags"]
        for row in dataset.rows("articles")
    }
    assert tags == {
        ("harbour", 1): ["marked", "revision-1"],
        ("harbour", 2): ["revision-2"],
        ("library", 1): ["revision-1"],
    }
    assert dataset.check() == 0


def test_mistakes_end_in_a_sentence(dataset: Dataset, tmp_path: Path, capsys: Any):
    (tmp_path / "one.html").write_text(page("harbour"))
    dataset.ingest(tmp_path / "one.html")
    root = str(dataset.root)
    assert run(["replay", root, "--reason", "tooshort"]) == 2
    assert "too_short" in capsys.readouterr().err
    assert run(["replay", root, "--all", "--reason", "too_short"]) == 2
    assert run(["replay", root]) == 0
    assert "0 pages were extracted again" in capsys.readouterr().out


def test_what_was_fetched_gives_the_same_rows_when_nobody_serves_it_any_more(
    dataset: Dataset, replay: Callable[..., dict[str, Any]]
):
    with as_file(files("newsbeam.configs") / "demo.yaml") as path:
        config = load_config(str(path))
    with Newsroom() as room:
        fetch = config.fetch.model_copy(update={"connect_to": room.connect_to, "delay_s": 0.05})
        keep = KeepSettings(bytes="all")
        config = config.model_copy(update={"fetch": fetch, "keep": keep})
        sources = resolve_inputs(room.inputs)
        run_job(sources, str(dataset.root), config, choose_engine())
    rejected = [row for row in dataset.rows("rejects") if row["stage"] == "extract"]
    pages = [*dataset.rows("articles"), *dataset.rows("duplicates"), *rejected]
    assert kept(dataset) == len(pages) > 60
    shown = replay("--all", "--diff")
    assert shown["pages"] > 60
    assert shown["changes"] == []
    assert dataset.check() == 0


def site_rows(number: int) -> list[dict[str, str]]:
    """Articles of one site that share a line, which is learned from them."""
    line = "Our harbour desk is reached by day and by night at the old customs house."
    texts = [
        f"Report {n} says that quay {n} has {n * 7} moorings.\n\nThe {n}th crew of {n * 3} "
        f"rowers met {n * 11} guests there and spoke of {n * 5} boats.\n\n{line}"
        for n in range(number, number + 12)
    ]
    return [
        {"id": str(n), "url": f"https://site.example/{n}", "title": f"Quay {n}", "text": text}
        for n, text in enumerate(texts, start=number)
    ]


def test_lines_of_a_site_that_were_learned_are_no_change(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    path = tmp_path / "rows.jsonl"
    for start in (1, 101):
        path.write_text("".join(json.dumps(row) + "\n" for row in site_rows(start)))
        assert dataset.ingest(path, keep__bytes="all", duplicates__near=False) == 0
    assert len(dataset.rows("boilerplate")) == 1
    assert not any("customs house" in row["text"] for row in dataset.rows("articles"))
    shown = replay("--all", "--diff")
    assert (shown["pages"], shown["changes"]) == (24, [])


def test_an_article_known_by_its_own_url_and_not_by_its_claim_is_no_change(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    claimed = "https://a.example/"  # a template names the home page in each
    rows = [
        {
            "url": f"https://a.example/{story}",
            "html": page(story, url=claimed, title=f"Of a {story} and what came of it"),
        }
        for story in PARAGRAPHS
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert dataset.ingest(path, keep__bytes="all") == 0
    assert {row["canonical_url"] for row in dataset.rows("articles")} == {
        row["url"] for row in rows
    }
    shown = replay("--all", "--diff")
    assert (shown["pages"], shown["changes"]) == (2, [])
    assert replay("--all", text__keywords=1)["committed"]["counts"]["written"] == 2
    assert max(row["revision"] for row in dataset.rows("articles")) == 2
    assert dataset.check() == 0


def test_an_item_of_the_trade_has_a_revision_too(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]]
):
    for path in write_inputs(tmp_path / "in"):
        if path.name == "ninjs.json":
            assert dataset.ingest(path, keep__bytes="all") == 0
    assert replay("--all", text__keywords=1)["committed"]["counts"]["written"] == 1
    first, second = sorted(dataset.rows("articles"), key=lambda row: row["revision"])
    assert (first["text"], second["revision"]) == (second["text"], 2)
    assert second["wire"] == first["wire"]
    assert dataset.check() == 0


def test_what_another_run_wrote_meanwhile_is_not_followed_by_an_older_text(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]], monkeypatch: Any
):
    from newsbeam.pipelines import replay as module

    path = tmp_path / "rows.jsonl"
    row = {"id": 1, "url": "https://a.example/1", "html": page("harbour")}
    path.write_text(json.dumps(row) + "\n")
    assert dataset.ingest(path, keep__bytes="all") == 0
    choose = module.find_candidates

    def then_another_run(*args: Any, **named: Any) -> Any:
        found = choose(*args, **named)
        path.write_text(json.dumps({**row, "html": page("library")}) + "\n\n")
        assert dataset.ingest(path) == 0
        return found

    monkeypatch.setattr(module, "find_candidates", then_another_run)
    done = replay("--all", text__keywords=1)
    assert (done["pages"], done["outdated"], done["committed"]) == (1, 1, None)
    latest = max(dataset.rows("articles"), key=lambda each: each["revision"])
    assert "barge" in latest["text"]
    assert dataset.check() == 0


def test_a_replay_that_is_stopped_goes_on_with_what_is_left(
    dataset: Dataset, tmp_path: Path, replay: Callable[..., dict[str, Any]], monkeypatch: Any
):
    from newsbeam.pipelines import replay as module

    path = tmp_path / "rows.jsonl"
    rows = [{"id": n, "url": f"https://a.example/{n}", "html": SHORT} for n in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert dataset.ingest(path, keep__bytes="rejected", extract__min_chars=100) == 3
    settle, calls = module.settle, []

    def stop_at_the_second(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return settle(*args)

    monkeypatch.setattr(module, "settle", stop_at_the_second)
    code = run(["replay", str(dataset.root), "--set", "passes.max_bytes=1"])
    assert code == 130
    monkeypatch.undo()
    done = replay()
    assert done["pages"] == 2, "one was committed"
    assert sum(done["committed"]["counts"][k] for k in ("written", "exact duplicates")) == 2
    assert dataset.check() == 0


def test_people_see_what_changes_row_by_row_and_in_sum(
    dataset: Dataset, tmp_path: Path, capsys: Any
):
    (tmp_path / "one.html").write_text(page("harbour", url="https://a.example/one"))
    (tmp_path / "two.html").write_text(SHORT)
    inputs = [tmp_path / "one.html", tmp_path / "two.html"]
    assert dataset.ingest(*inputs, keep__bytes="all", extract__min_chars=100) == 0
    capsys.readouterr()
    options = ["--all", "--diff", "--set", "text.keywords=1"]
    assert run(["replay", str(dataset.root), *options]) == 0
    shown = capsys.readouterr().out
    assert "one.html: article → article" in shown
    assert "two.html: too_short → article" in shown
    assert "  keywords: " in shown
    assert "2 pages were extracted again, 2 changed." in shown
    assert run(["replay", str(dataset.root), "--set", "text.keywords=1"]) == 0
    shown = capsys.readouterr().out
    assert "What became of the inputs" in shown
    assert dataset.check() == 0
