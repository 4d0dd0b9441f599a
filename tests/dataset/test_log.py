import json
import pickle
from datetime import UTC, datetime

import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset.log import Commit, append_commit, head, read_commits
from newsbeam.transforms.dataset.storage import open_storage

RECORD = "commits/000000000001.json"


def test_an_empty_dataset_has_no_commits(dataset):
    assert head(dataset.root) == 0
    assert read_commits(dataset.root) == []


def test_commits_are_read_in_order_and_in_part(dataset, article):
    for number in range(1, 13):
        dataset.commit(f"u{number}", [article(str(number))])
    assert [commit.number for commit in read_commits(dataset.root)] == list(range(1, 13))
    assert [c.unit for c in read_commits(dataset.root, after=9)] == ["u10", "u11", "u12"]
    assert [c.number for c in read_commits(dataset.root, after=2, until=4)] == [3, 4]


def test_a_record_comes_back_as_it_was_written(dataset, article):
    commit = dataset.commit("u1", [article("a")])
    assert read_commits(dataset.root) == [commit]
    assert commit.info == {"runner": "test"}


def test_a_record_is_json_that_people_can_read(dataset, article):
    dataset.commit("u1", [article("a")])
    record = json.loads((dataset.path / RECORD).read_text())["commit"]
    assert record["unit"] == "u1"
    assert {file["table"]: file["rows"] for file in record["files"]} == {"articles": 1, "index": 1}


def empty(number: int, unit: str) -> Commit:
    return Commit(
        number=number,
        unit=unit,
        base=0,
        schema_version=1,
        committed_at=datetime(2026, 11, 22, tzinfo=UTC),
        info={},
        files=(),
    )


def test_a_number_is_given_once(dataset):
    storage = open_storage(dataset.root)
    assert append_commit(storage, empty(1, "u1"))
    assert not append_commit(storage, empty(1, "u2"))
    assert [commit.unit for commit in read_commits(dataset.root)] == ["u1"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"\x00" * len(data),
        lambda data: data[:-10],
        lambda data: data.replace(b'"u1"', b'"u2"', 1),
        lambda data: b"[]",
        lambda data: b"\xff\xfe",
        lambda data: json.dumps(json.loads(data)["commit"]).encode(),
    ],
)
def test_a_damaged_record_is_an_error_that_names_it(dataset, article, damage):
    dataset.commit("u1", [article("a")])
    path = dataset.path / RECORD
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError, match=RECORD):
        read_commits(dataset.root)


def test_a_missing_record_is_an_error_that_names_it(dataset, article):
    dataset.commit("u1", [article("a")])
    dataset.commit("u2", [article("b")])
    (dataset.path / RECORD).unlink()
    with pytest.raises(DatasetError, match=f"{RECORD} is missing"):
        read_commits(dataset.root)


def rewrite(dataset, **changes) -> None:
    import hashlib

    path = dataset.path / RECORD
    text = json.dumps(json.loads(path.read_text())["commit"] | changes)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(f'{{"sha256":"{checksum}","commit":{text}}}')


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"number": 7}, "renamed"),
        ({"schema_version": 99}, "newer one"),
        ({"unit": "../x"}, "cannot name a pass"),
        ({"files": "none"}, "Expected `array`"),
        ({"removed": ["../../etc/passwd"]}, "no name of a data file"),
    ],
)
def test_a_record_that_says_what_it_may_not_is_refused(dataset, article, changes, complaint):
    dataset.commit("u1", [article("a")])
    rewrite(dataset, **changes)
    with pytest.raises(DatasetError, match=complaint):
        read_commits(dataset.root)


@pytest.mark.parametrize("name", ["path", "staged"])
def test_a_record_cannot_reach_outside_the_dataset(dataset, article, name, tmp_path):
    commit = dataset.commit("u1", [article("a")])
    victim = tmp_path / "victim"
    victim.write_text("precious")
    file = json.loads((dataset.path / RECORD).read_text())["commit"]["files"][0]
    rewrite(dataset, files=[file | {name: "../victim"}])
    with pytest.raises(DatasetError, match="no name of a"):
        read_commits(dataset.root)
    assert victim.read_text() == "precious"
    assert commit.number == 1


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return (open, (str(self.canary), "w"))


def test_nothing_in_a_dataset_is_ever_unpickled(dataset, article, poll, monkeypatch, tmp_path):
    """A pickle under every name that a reader could open: an error or nothing, never a load."""
    from newsbeam.transforms.dataset.index import IndexReader
    from newsbeam.transforms.dataset.polls import last_polls
    from newsbeam.transforms.dataset.recovery import recover

    def loaded(*_args, **_kwargs):
        raise AssertionError("something was unpickled")

    monkeypatch.setattr(pickle, "load", loaded)
    monkeypatch.setattr(pickle, "loads", loaded)
    monkeypatch.setattr(pickle, "Unpickler", loaded)
    commit = dataset.commit("u1", [article("a"), poll()])
    canary = tmp_path / "canary"
    evil = pickle.dumps(Evil(canary))
    paths = [dataset.path / file.path for file in commit.files]
    for path in [*paths, dataset.path / "staging/u9/state.pickle", dataset.path / "staging/x.pkl"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(evil)
    recover(dataset.root, dataset.settings)
    assert len(dataset.audit().faults) == len(paths)
    with pytest.raises(DatasetError, match="damaged"):
        dict(last_polls(dataset.root))
    with pytest.raises(DatasetError, match="damaged"):
        IndexReader(dataset.root, 1).lookup_articles(["x"])
    (dataset.path / RECORD).write_bytes(evil)
    with pytest.raises(DatasetError, match=RECORD):
        read_commits(dataset.root)
    assert not canary.exists()
