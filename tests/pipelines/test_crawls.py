"""Crawls by name: archives of the shape that Common Crawl's have, listed, shared out and read."""

import gzip
from pathlib import Path

import pytest
from archives import http, record
from jobs import Dataset, page
from ranges import serve_files

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.crawls import list_archives
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import CrawlSettings, FetchSettings

FOLDER = "crawl-data/CC-NEWS/2026/11"


def archive(number: int) -> tuple[str, bytes]:
    """Return path and bytes of an archive as the news crawl writes it, with one page."""
    story = ("harbour", "library")[number % 2]
    body = page(story, url=f"https://paper{number}.example/{story}").encode()
    fields = (
        "Content-Type: text/html; charset=UTF-8",
        "X-Crawler-Content-Encoding: gzip",
        "X-Crawler-Transfer-Encoding: chunked",
        "X-Crawler-Content-Length: 17",
        f"Content-Length: {len(body)}",
    )
    info = {"WARC-Type": "warcinfo", "Content-Type": "application/warc-fields"}
    records = [
        record("info", b"operator: nobody\r\n", fields=info),
        record(f"req{number}", b"GET / HTTP/1.1\r\n\r\n", fields={"WARC-Type": "request"}),
        record(
            f"page{number}",
            http(body, fields=fields),
            fields={"WARC-Target-URI": f"https://paper{number}.example/{story}"},
        ),
    ]
    path = f"{FOLDER}/CC-NEWS-2026110{number}000000-0000{number}.warc.gz"
    return path, b"".join(map(gzip.compress, records))


@pytest.fixture
def files() -> dict[str, bytes]:
    found = dict(archive(number) for number in range(4))
    listed = "".join(f"{path}\n" for path in found)
    return {**found, f"{FOLDER}/warc.paths.gz": gzip.compress(listed.encode())}


@pytest.fixture
def base(files: dict[str, bytes], tmp_path: Path) -> Path:
    for name, data in files.items():
        path = tmp_path / "base" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "base"


def hosts(dataset: Dataset) -> list[str]:
    found = [*dataset.rows("articles"), *dataset.rows("duplicates")]
    return sorted(row["url"].split("/")[2] for row in found)


def test_a_month_is_read_from_a_folder_with_the_quirks_of_its_captures(
    dataset: Dataset, base: Path
):
    assert dataset.ingest("cc-news:2026-11", crawls__base=str(base)) == 0
    assert hosts(dataset) == [f"paper{number}.example" for number in range(4)]
    assert {row["completeness"] for row in dataset.rows("articles")} == {"full"}
    assert dataset.check() == 0
    assert dataset.ingest("cc-news:2026-11", crawls__base=str(base)) == 0
    assert len(hosts(dataset)) == 4


def test_machines_take_shares_that_are_together_all(base: Path):
    settings = CrawlSettings(base=str(base))
    shares = [
        list_archives("cc-news:2026-11", settings, FetchSettings(), (number, 3))
        for number in (1, 2, 3)
    ]
    assert [len(each) for each in shares] == [2, 1, 1]
    assert len({path for each in shares for path in each}) == 4


def test_a_share_is_read_alone(dataset: Dataset, base: Path):
    arguments = ["--output", str(dataset.root), "--set", f"crawls.base={base}"]
    assert run(["ingest", "cc-news:2026-11", "--part", "2/4", *arguments]) == 0
    assert hosts(dataset) == ["paper1.example"]
    assert run(["ingest", "cc-news:2026-11", "--part", "5/4", *arguments]) == 2
    archive_path = next(base.rglob("*-00002.warc.gz"))
    assert run(["ingest", str(archive_path), "--part", "2/4", *arguments]) == 2


def test_an_archive_of_the_list_that_is_not_there_is_one_reject(dataset: Dataset, base: Path):
    next(base.rglob("*-00002.warc.gz")).unlink()
    assert dataset.ingest("cc-news:2026-11", crawls__base=str(base)) == 0
    assert len(hosts(dataset)) == 3
    assert [row["reason"] for row in dataset.rows("rejects")] == ["unreadable"]
    assert dataset.check() == 0


def test_archives_behind_an_address_are_fetched_in_parts_read_and_removed(
    dataset: Dataset, files: dict[str, bytes], tmp_path: Path
):
    settings = {
        "crawls__folder": str(tmp_path / "fetched"),
        "crawls__part_bytes": 300,
        "fetch__allow_addresses": ["127.0.0.1/32"],
        "fetch__delay_s": 0.0,
        "fetch__robots": False,
        "fetch__retries": 0,
    }
    with serve_files() as server:
        server.files = files
        server.fails_after = 8  # within the second or third archive
        dataset.ingest("cc-news:2026-11", crawls__base=server.url, **settings)
        assert 0 < len(hosts(dataset)) < 4
        assert list((tmp_path / "fetched").rglob("*.part"))
        done = len(hosts(dataset))
        server.fails_after = 10**9
        server.requests.clear()
        assert dataset.ingest("cc-news:2026-11", crawls__base=server.url, **settings) == 0
    assert len(hosts(dataset)) == 4
    first = next(iter(files))
    assert done
    assert f"/{first}" not in [path for path, _ in server.requests], "it was read before"
    assert not [path for path in (tmp_path / "fetched").rglob("*") if path.is_file()]
    assert dataset.check() == 0


@pytest.mark.parametrize("name", ["cc-news:2026", "cc-main:november", "cc-news:2031-01"])
def test_a_crawl_that_is_not_there_is_a_mistake_with_advice(base: Path, name: str):
    with pytest.raises(UsageError, match=r"cc-news:2026-11|crawls\.base"):
        list_archives(name, CrawlSettings(base=str(base)), FetchSettings())


def test_messages_name_inputs_as_they_were_given(dataset: Dataset, capsys):
    assert dataset.ingest("cc-news:x:") == 2
    assert "cc-news:x:" in capsys.readouterr().err


def test_a_list_cannot_lead_out_of_its_base(base: Path):
    (base / FOLDER / "warc.paths.gz").write_bytes(gzip.compress(b"../../secret.warc.gz\n"))
    with pytest.raises(UsageError, match="no path"):
        list_archives("cc-news:2026-11", CrawlSettings(base=str(base)), FetchSettings())


def test_a_list_of_several_gzip_members_is_read_whole_and_one_that_is_cut_not_at_all(
    base: Path, files: dict[str, bytes]
):
    lines = gzip.decompress(files[f"{FOLDER}/warc.paths.gz"]).splitlines(keepends=True)
    listed = base / FOLDER / "warc.paths.gz"
    listed.write_bytes(b"".join(map(gzip.compress, [*lines, lines[0]])))
    assert (
        len(list_archives("cc-news:2026-11", CrawlSettings(base=str(base)), FetchSettings())) == 4
    )
    listed.write_bytes(files[f"{FOLDER}/warc.paths.gz"][:-12])
    with pytest.raises(UsageError, match="too early"):
        list_archives("cc-news:2026-11", CrawlSettings(base=str(base)), FetchSettings())
    listed.write_bytes(files[f"{FOLDER}/warc.paths.gz"])
    with pytest.raises(UsageError, match=r"crawls\.max_paths_bytes"):
        list_archives(
            "cc-news:2026-11", CrawlSettings(base=str(base), max_paths_bytes=99), FetchSettings()
        )
