"""Whole jobs with everything in a bucket: each command, and inputs of each kind."""

import base64
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import obstore
import pytest
from buckets import KEY, SECRET, environment, new_url
from emulators import ACCOUNT, AZURE_KEY, azure_environment
from jobs import PARAGRAPHS, Dataset, page
from wires import g2_item, nitf

from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.settings import BucketSettings
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.stores.credentials import use_buckets
from newsbeam.transforms.stores.objects import open_bucket

ROOT = Path(__file__).parents[2]
STORY = "\n\n".join(PARAGRAPHS["harbour"])


def story(number: int) -> str:
    return f"{STORY}\n\nIt was the {number}th vote, of which {number * 7} people knew."


def put(url: str, data: bytes | str) -> str:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    body = data.encode() if isinstance(data, str) else data
    obstore.put(open_bucket(f"s3://{bucket}"), key, body)
    return url


def lines(numbers: range) -> bytes:
    rows = [
        {"url": f"https://news.example/{n}", "text": story(n), "published_at": "2026-03-03"}
        for n in numbers
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_every_command_works_on_a_bucket(s3, tmp_path: Path, capsys):
    root = new_url()
    dataset = Dataset(root)
    for number in range(5):
        (tmp_path / f"{number}.jsonl").write_bytes(lines(range(number * 3, number * 3 + 3)))
        assert dataset.ingest(tmp_path / f"{number}.jsonl", duplicates__near=False) == 0
    assert {row["url"] for row in dataset.rows("articles")} == {
        f"https://news.example/{n}" for n in range(15)
    }
    capsys.readouterr()
    assert run(["check", root]) == 0
    assert "Every input has exactly one outcome: 5 commits" in capsys.readouterr().out
    assert run(["report", root, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["root"] == root
    assert run(["explain", root, "https://news.example/4"]) == 0
    assert run(["feeds", root]) == 0
    assert run(["schema", "--check", root]) == 0
    assert run(["upkeep", root]) == 0
    assert run(["compact", root]) == 0
    assert run(["check", root]) == 0
    assert run(["forget", root, "--url", "https://news.example/4"]) == 0
    capsys.readouterr()
    assert run(["export", root, "--format", "jsonl"]) == 0
    exported = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["url"] for row in exported} == {
        f"https://news.example/{n}" for n in range(15) if n != 4
    }
    assert run(["reindex", root]) == 0
    assert run(["check", root]) == 0
    assert run(["check", root, "--since", "5"]) == 0
    # What stood there is not read again, from the bucket's own log.
    before = len(read_commits(root))
    assert dataset.ingest(tmp_path / "0.jsonl", duplicates__near=False) == 0
    assert len(dataset.rows("articles")) == 14
    assert len(read_commits(root)) == before + 1


def test_the_same_rows_as_on_a_disk(s3, tmp_path: Path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text(page("harbour", url="https://news.example/a"))
    (tmp_path / "pages" / "b.html").write_text(page("library", url="https://news.example/b"))
    (tmp_path / "pages" / "c.html").write_text(page("library", url="https://news.example/c"))
    found = []
    for root in (tmp_path / "dataset", new_url()):
        dataset = Dataset(root)
        assert dataset.ingest(tmp_path / "pages") == 0
        found.append(
            [
                sorted(row["article_id"] for row in dataset.rows(table))
                for table in ("articles", "duplicates")
            ]
        )
    assert found[0] == found[1]
    assert [len(part) for part in found[0]] == [2, 1]


def test_inputs_are_found_by_name_folder_and_glob(s3, tmp_path: Path):
    base = new_url()
    put(f"{base}/in/plain.jsonl", lines(range(3)))
    put(f"{base}/in/deep/er/packed.jsonl.gz", gzip.compress(lines(range(3, 6))))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("page.html", page("library", url="https://news.example/page"))
    put(f"{base}/in/deep/pages.zip", archive.getvalue())
    put(f"{base}/in/notes[1].txt", "")
    everything = {f"https://news.example/{n}" for n in (*range(6), "page")}

    def read(*patterns: str) -> set[str]:
        dataset = Dataset(new_url())
        where = [f"{base}/{each}" for each in patterns]
        assert dataset.ingest(*where, duplicates__near=False) == 0
        return {row["canonical_url"] for row in dataset.rows("articles")}

    assert read("in/plain.jsonl") == {f"https://news.example/{n}" for n in range(3)}
    assert read("in/*.jsonl") == {f"https://news.example/{n}" for n in range(3)}
    assert read("in/deep/er/*") == {f"https://news.example/{n}" for n in range(3, 6)}
    assert read("in/**/*.jsonl*") == {f"https://news.example/{n}" for n in range(6)}
    assert read("in/") == read("in/**") == read("in") == everything


def test_items_of_the_trade_are_read_from_a_bucket(s3):
    base = new_url()
    put(f"{base}/in/a.xml", g2_item("urn:a", paragraphs=PARAGRAPHS["harbour"]))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("b.xml", nitf(PARAGRAPHS["library"]))
        packed.writestr("c.xml", g2_item("urn:c", kind="picture"))
    put(f"{base}/in/day.zip", archive.getvalue())
    dataset = Dataset(new_url())
    assert dataset.ingest(f"newsml:{base}/in/a.xml", f"{base}/in/*.zip") == 0
    guids = [row["wire"]["guid"] for row in dataset.rows("articles")]
    assert sorted(guids) == ["ellery-17", "urn:a"]
    assert [row["reason"] for row in dataset.rows("rejects")] == ["not_a_story"]
    assert dataset.check() == 0


def test_an_input_that_is_not_there_is_a_users_mistake(s3, capsys):
    assert run(["ingest", f"{new_url()}/none/*.html", "--output", new_url()]) == 2
    assert "matches no file" in capsys.readouterr().err
    assert run(["ingest", "s3://no-such-bucket-anywhere/x", "--output", new_url()]) == 2
    error = capsys.readouterr().err
    assert "no-such-bucket-anywhere" in error
    assert "Traceback" not in error


def test_an_object_that_is_gone_is_a_reject(s3, monkeypatch):
    from newsbeam.pipelines import plan

    url = put(f"{new_url()}/a.jsonl", lines(range(2)))
    real = plan.find_objects

    def found_and_removed(ref):
        found = list(real(ref))
        bucket, _, key = ref.removeprefix("s3://").partition("/")
        obstore.delete(open_bucket(f"s3://{bucket}"), key)
        return found

    monkeypatch.setattr(plan, "find_objects", found_and_removed)
    dataset = Dataset(new_url())
    assert dataset.ingest(url) == 3
    (row,) = dataset.rows("rejects")
    assert (row["stage"], row["reason"]) == ("poll", "unreadable")


def test_a_large_object_is_read_in_ranges(s3, monkeypatch):
    """No read asks for more than a block, and all of it arrives."""
    asked = []
    real = obstore.get_range

    def watched(store, path, *, start, end):
        asked.append(end - start)
        return real(store, path, start=start, end=end)

    monkeypatch.setattr(obstore, "get_range", watched)
    body = lines(range(40)) + (b" " * 1023 + b"\n") * 9000 + lines(range(40, 60))
    url = put(f"{new_url()}/large.jsonl", body)
    dataset = Dataset(new_url())
    dataset.ingest(url, duplicates__near=False)
    assert len(dataset.rows("articles")) == 60
    assert max(asked) <= 4 << 20
    assert len(asked) >= 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong-but-long-enough"}, "refuses the credentials"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"AWS_ALLOW_HTTP": ""}, "AWS_ALLOW_HTTP"),
    ],
)
def test_what_is_wrong_with_a_store_is_said_and_no_secret_is(s3, tmp_path: Path, changed, said):
    (tmp_path / "page.html").write_text(page("harbour"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "newsbeam", "ingest", str(tmp_path / "page.html")),
            *("--output", new_url()),
        ],
        cwd=ROOT,
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    for secret in (SECRET, "wrong-but-long-enough", "Signature"):
        assert secret not in done.stderr + done.stdout


def test_nothing_of_the_credentials_is_in_the_dataset(s3, tmp_path: Path):
    (tmp_path / "page.html").write_text(page("harbour"))
    dataset = Dataset(new_url())
    assert dataset.ingest(tmp_path / "page.html") == 0
    storage = open_storage(dataset.root, fresh=True)
    for path in storage.walk("commits"):
        assert SECRET.encode() not in storage.read(path)


@pytest.fixture(params=["s3", "az"])
def reached(request) -> tuple[str, dict[str, object], str, str]:
    """A store without a variable: its scheme, what a configuration says of it, its key twice.

    The key is that which is right, and one that is wrong.
    """
    if request.param == "s3":
        port, right = request.getfixturevalue("s3_server").port, SECRET
        said = {"region": "us-east-1", "access_key_id": KEY, "secret_access_key": SECRET}
        place, wrong = "", "wrong-but-long-enough"
    else:
        port, right = request.getfixturevalue("azurite").port, AZURE_KEY
        said = {"account_name": ACCOUNT, "account_key": AZURE_KEY}
        place, wrong = f"/{ACCOUNT}", base64.b64encode(b"wrong-but-long-enough").decode()
    said |= {"endpoint": f"http://127.0.0.1:{port}{place}", "allow_http": True}
    return request.param, said, right, wrong


def test_a_configuration_reaches_a_bucket_and_leaves_no_secret(
    reached, tmp_path: Path, monkeypatch, capfd
):
    """Without a variable; nothing that is printed, logged or stored has the key in it."""
    scheme, settings, right, wrong = reached
    for name in (*environment(0), *azure_environment(0)):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "news.yaml"
    config.write_text(json.dumps({"buckets": {scheme: settings}}))
    (tmp_path / "page.html").write_text(page("harbour"))
    root, said = new_url(scheme), ["--config", str(config)]
    logged = [*said, "--log-format", "json"]
    assert run(["ingest", str(tmp_path / "page.html"), "--output", root, *logged]) == 0
    for command in ("check", "report", "feeds", "upkeep", "compact", "reindex"):
        assert run([command, root, *said]) == 0
    assert run(["schema", "--check", root, *said]) == 0
    assert run(["sql", root, "SELECT title FROM articles", *said]) == 0
    assert run(["export", root, "--format", "jsonl", *said]) == 0
    storage = open_storage(root, fresh=True)
    assert storage.walk("commits")
    for path in storage.walk(""):
        assert right.encode() not in storage.read(path)
    key = "secret_access_key" if scheme == "s3" else "account_key"
    assert run(["check", root, *said, "--set", f"buckets.{scheme}.{key}={wrong}"]) == 1
    shown = "".join(capfd.readouterr())
    assert "refuses the credentials" in shown
    assert f"buckets.{scheme} in the configuration" in shown
    for secret in (right, wrong, "Signature"):
        assert secret not in shown
    alone = f"buckets.{scheme}.endpoint={settings['endpoint']}"
    assert run(["check", root, "--set", alone]) in (1, 2)
    assert right not in "".join(capfd.readouterr())
    use_buckets(BucketSettings())


@pytest.mark.parametrize(
    ("url", "setting"),
    [
        ("gs://box/news", "buckets.gs.application_credentials=/no/such/file-with-a-word"),
        ("az://box/news", "buckets.az.account_key=not-base-64"),
    ],
)
def test_what_other_stores_cannot_use_is_a_sentence(url, setting, monkeypatch, capsys):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "news")
    assert run(["check", url, "--set", setting]) == 2
    error = capsys.readouterr().err
    assert f"{url} cannot be opened" in error
    assert setting.partition("=")[2] not in error
    use_buckets(BucketSettings())


def test_a_place_without_a_dataset_is_a_users_mistake(s3, capsys):
    assert run(["check", new_url()]) == 2
    assert "There is no dataset at s3://" in capsys.readouterr().err
    assert run(["check", "hdfs://host/news"]) == 2
