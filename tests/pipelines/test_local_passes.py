"""Passes with little to do: no Beam, and the dataset that Beam would have made."""

import gc
import json
import os
import subprocess
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jobs import ORCHARDS, Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import ALONE, choose_engine
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import run_job
from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.core.settings import PassSettings
from newsbeam.transforms.dataset.log import live_files, read_commits
from newsbeam.transforms.sources.plan import Pass, bytes_of

ALL, NONE = None, 0  # for passes.small_bytes
TABLES = ("articles", "duplicates", "rejects", "feeds", "index", "boilerplate")
#: Runs the command line where Beam cannot be imported.
WITHOUT_BEAM = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "apache_beam":
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
from newsbeam.pipelines.cli import main
main()
"""


def run_without_beam(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_BEAM, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def write_inputs(folder: Path, round_: int) -> Path:
    """Write files with every outcome that a file can have; a second round changes some."""
    folder.mkdir(exist_ok=True)
    (folder / "a.html").write_text(page("harbour", url="https://a.example/1"))
    (folder / "same.html").write_text(page("harbour", url="https://b.example/1"))
    (folder / "menu.html").write_text("<html><body><nav><a href='/'>Home</a></nav></body></html>")
    (folder / "empty.html").write_bytes(b"")
    (folder / "list.txt").write_text("http://127.0.0.1:9/a\nhttp://127.0.0.1:9/b\n")
    edited = [f"TALVERA (Coast Wire) - {ORCHARDS[0]}", *ORCHARDS[1:-1]]
    rows = [
        {"url": "https://c.example/1", "published_at": "2026-03-02", "text": "\n\n".join(ORCHARDS)},
        {"url": "https://d.example/1", "published_at": "2026-03-03", "text": "\n\n".join(edited)},
    ]
    if round_ == 2:
        (folder / "a.html").write_text(page("library", url="https://a.example/1"))
        rows.append({"url": "https://e.example/1", "text": "\n\n".join(edited[:-1])})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(lines + '{"id": 1\n')
    for path in folder.iterdir():
        os.utime(path, (round_, round_))
    return folder


def contents(dataset: Dataset, begun: datetime) -> dict[str, list[str]]:
    """Return all rows, each as text; without names of passes, and with "now" for any time of it."""

    def shown(value: Any) -> Any:
        if isinstance(value, datetime):
            return "now" if value >= begun else value.isoformat()
        return [shown(each) for each in value] if isinstance(value, list) else value

    return {
        table: sorted(
            json.dumps(
                {key: shown(value) for key, value in row.items() if key != "unit"}, default=repr
            )
            for row in dataset.rows(table)
        )
        for table in TABLES
    }


def files(dataset: Dataset) -> list[tuple[str, str, int]]:
    """Return table, folder and rows of each file."""
    found = live_files(read_commits(str(dataset.root)))
    return sorted((each.table, str(Path(each.path).parent), each.rows) for each in found)


def ledgers(dataset: Dataset) -> list[Any]:
    return [commit.ledger for commit in read_commits(str(dataset.root))]


def engines(dataset: Dataset) -> list[str]:
    return [commit.info["engine"] for commit in read_commits(str(dataset.root))]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"duplicates__shards": 3, "dataset__shards": 2, "read__shards": 4},
        {"duplicates__near": False, "keep__bytes": "all"},
        {"steps": ["own_rows:mark", "own_rows:drop_libraries", "own_rows:tag_revision"]},
    ],
)
def test_a_pass_without_beam_makes_the_same_dataset(tmp_path: Path, settings: dict[str, Any]):
    begun = datetime.now(UTC)
    made = []
    for name, small_bytes in (("alone", ALL), ("beam", NONE)):
        dataset = Dataset(tmp_path / name)
        for round_ in (1, 2, 2):
            folder = write_inputs(tmp_path / "in", round_)
            dataset.ingest(folder, passes__small_bytes=small_bytes, **settings)
        assert dataset.check() == 0
        made.append((contents(dataset, begun), ledgers(dataset), files(dataset)))
        expected = ALONE if small_bytes is ALL else "FnApiRunner (in process)"
        assert engines(dataset) == [expected] * 3
    alone, beam = made
    for table in TABLES:
        assert alone[0][table] == beam[0][table]
    assert alone[1:] == beam[1:]
    assert all(alone[0][table] for table in ("articles", "duplicates", "rejects", "feeds", "index"))


def test_a_newsroom_asked_without_beam_gives_the_same_dataset(tmp_path: Path):
    made = []
    for name, small_bytes in (("alone", ALL), ("beam", NONE)):
        dataset = Dataset(tmp_path / name)
        config = load_config("configs/demo.yaml")
        with Newsroom() as room:
            fetch = config.fetch.model_copy(update={"connect_to": room.connect_to, "delay_s": 0.05})
            passes = config.passes.model_copy(update={"small_bytes": small_bytes})
            config = config.model_copy(update={"fetch": fetch, "passes": passes})
            for _ in range(2):
                sources = resolve_inputs(room.inputs)
                run_job(sources, str(dataset.root), config, choose_engine())
        assert dataset.check() == 0
        made.append(
            (
                {(row["article_id"], row["content_hash"]) for row in dataset.rows("articles")},
                {(row["source_ref"], row["duplicate_of"]) for row in dataset.rows("duplicates")},
                {(row["source_ref"], row["reason"]) for row in dataset.rows("rejects")},
                ledgers(dataset),
            )
        )
    assert made[0] == made[1]


def test_a_page_and_a_pass_with_nothing_new_need_no_beam(tmp_path: Path, dataset: Dataset):
    (tmp_path / "a.html").write_text(page("harbour"))
    for _ in range(2):
        run_without_beam("ingest", str(tmp_path / "a.html"), "--output", str(dataset.root))
    assert len(dataset.rows("articles")) == 1
    assert dataset.ledger()("not_modified") == 1
    assert engines(dataset) == [ALONE] * 2
    assert dataset.check() == 0


def test_a_job_spares_pandas_and_leaves_it_to_be_found(tmp_path: Path, dataset: Dataset):
    (tmp_path / "a.html").write_text(page("harbour"))
    script = """
import sys
import pyarrow as pa
from newsbeam.pipelines.cli import run
assert run(sys.argv[1:]) == 0
assert "pandas" not in sys.modules
assert list(pa.table({"a": [1]}).to_pandas()["a"]) == [1]
"""
    arguments = ["ingest", str(tmp_path / "a.html"), "--output", str(dataset.root)]
    subprocess.run([sys.executable, "-c", script, *arguments], timeout=120, check=True)
    assert engines(dataset) == [ALONE]


def test_feeds_that_have_not_changed_need_no_beam(tmp_path: Path, dataset: Dataset):
    feeds = [f"http://elbtal-anzeiger.example/{name}" for name in ("feed.atom", "news-sitemap.xml")]
    with Newsroom() as room:
        connect = f"fetch.connect_to={json.dumps(room.connect_to)}"
        for _ in range(2):
            run_without_beam(
                *("ingest", *feeds, "--output", str(dataset.root), "--config", "configs/demo.yaml"),
                *("--set", connect, "--set", "inputs=[]"),
            )
    assert dataset.ledger()("not_modified") == 2
    assert dataset.check() == 0


FEED, PAGE = "https://a.example/feed", "https://a.example/story"
KNOWN = Poll(source_ref=FEED, source_kind="feed", polled_at=datetime.now(UTC), outcome="changed")


@pytest.mark.parametrize(
    ("sources", "mib"),
    [
        ([Source(ref="/a.jsonl", size=4 << 20)], 4),
        ([Source(ref=f"/{n}.html", size=1 << 20) for n in range(100)], 25),
        ([Source(ref="/index.cdx", size=100)], 48),
        ([Source(ref=PAGE, kind="url")] * 1024, 100),
        ([Source(ref=FEED)] * 2, 4),
        ([Source(ref=FEED, last=KNOWN)] * 1024, 100),
    ],
)
def test_how_much_a_pass_reads_is_told_before(sources: list[Source], mib: int):
    assert bytes_of(Pass(sources=tuple(sources)), PassSettings()) == mib << 20


def test_files_of_many_pages_are_read_without_beam(tmp_path: Path, dataset: Dataset):
    words = page("harbour") + " " * 900_000
    for number in range(20):
        text = words.replace("harbour", f"harbour of place {number}")
        (tmp_path / f"{number}.html").write_text(text)
    assert dataset.ingest(tmp_path / "*.html", extract__workers=2) == 0
    assert dataset.ledger()("fetched") == 20
    assert engines(dataset) == [ALONE]


def test_a_big_pass_and_one_with_a_runner_named_go_through_beam(tmp_path: Path, dataset: Dataset):
    (tmp_path / "a.html").write_text(page("harbour"))
    (tmp_path / "b.html").write_text(page("library"))
    output = ("--output", str(dataset.root))
    assert dataset.ingest(tmp_path / "a.html", passes__small_bytes=10) == 0
    assert run(["ingest", str(tmp_path / "b.html"), *output, "--", "--runner=DirectRunner"]) == 0
    assert engines(dataset) == ["FnApiRunner (in process)"] * 2


def test_big_passes_in_one_process_keep_no_garbage(tmp_path: Path, dataset: Dataset):
    config = load_config(None, [f"passes.small_bytes={NONE}"])
    engine = choose_engine()

    class Knot:
        """Holds itself, so that only the garbage collector frees it."""

        def __init__(self) -> None:
            self.self = self

    for story in ("harbour", "library"):
        (tmp_path / "a.html").write_text(page(story))
        knot = weakref.ref(Knot())
        run_job(resolve_inputs([str(tmp_path / "a.html")]), str(dataset.root), config, engine)
    gc.collect()
    assert knot() is None
    assert engines(dataset) == ["FnApiRunner (in process)"] * 2
