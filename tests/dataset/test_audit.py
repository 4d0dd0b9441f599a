import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.audit import audit_dataset, audit_since
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.log import head, live_files, read_commits
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import write_rows
from newsbeam.transforms.dedup.exact import duplicate_of, settle_same_url

TABLES = ["articles", "duplicates", "rejects", "feeds", "index", "boilerplate"]


@pytest.fixture
def full(dataset, article, reject, poll, site_line):
    """Two commits with rows in every table, a revision, and a repeated reject."""
    a = article("a")
    dataset.commit(
        "u1",
        [
            a,
            article("b", language="de"),
            duplicate_of(article("c"), a, how="near"),
            reject(),
            poll(),
            site_line(),
        ],
    )
    known = IndexReader(dataset.root, 1).lookup_articles([a.article_id])[a.article_id]
    changed = settle_same_url([article("a", text="Changed."), a], known)
    dataset.commit("u2", [*changed, reject(), reject("other", "extract", "no_article")])
    assert dataset.audit().faults == ()
    return dataset


def first_file(dataset, table: str) -> Path:
    return dataset.path / live_files(read_commits(dataset.root), table)[0].path


@pytest.mark.parametrize("table", TABLES)
class TestDamage:
    def test_a_changed_byte(self, full, table):
        path = first_file(full, table)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        faults = full.audit().faults
        assert any(path.name in fault for fault in faults)

    def test_a_file_that_is_gone(self, full, table):
        path = first_file(full, table)
        path.unlink()
        (fault,) = full.audit().faults
        assert path.name in fault
        assert "missing" in fault

    def test_a_file_that_is_cut_short(self, full, table):
        path = first_file(full, table)
        path.write_bytes(path.read_bytes()[:-5])
        assert any(path.name in fault for fault in full.audit().faults)

    def test_a_row_twice(self, full, table):
        path = first_file(full, table)
        rows = pq.read_table(path, partitioning=None)
        pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), path)
        assert any(path.name in fault for fault in full.audit().faults)

    def test_a_file_that_nobody_committed(self, full, table):
        path = first_file(full, table)
        shutil.copy(path, path.with_name("part-u9-0123456789abcdef.parquet"))
        (fault,) = full.audit().faults
        assert "part-u9-0123456789abcdef.parquet" in fault


def rewrite(dataset, table: str, change) -> Path:
    """Change a file's rows and the commit with it, as a bug in the writer would."""
    commit = read_commits(dataset.root)[0]
    file = next(file for file in commit.files if file.table == table)
    path = dataset.path / file.path
    rows = change(pq.read_table(path, partitioning=None))
    partition = "/".join(file.path.split("/")[1:-1])
    new = write_rows(open_storage(dataset.root), "u1", table, partition, rows, dataset.settings)
    path.unlink()
    (dataset.path / new.staged).rename(dataset.path / new.path)

    record = dataset.path / "commits/000000000001.json"
    body = json.loads(record.read_text())["commit"]
    line = next(each for each in body["files"] if each["path"] == file.path)
    line |= {"path": new.path, "rows": new.rows, "bytes": new.bytes, "sha256": new.sha256}
    write_record(record, body)
    return dataset.path / new.path


def write_record(record: Path, body: dict) -> None:
    import hashlib

    text = json.dumps(body)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    record.write_text(f'{{"sha256":"{checksum}","commit":{text}}}')


def with_column(name: str, value):
    def change(rows: pa.Table) -> pa.Table:
        field = rows.schema.field(name)
        column = pa.array([value] * rows.num_rows, field.type)
        return rows.set_column(rows.schema.get_field_index(name), field, column)

    return change


@pytest.mark.parametrize(
    ("table", "change", "complaint"),
    [
        ("articles", lambda rows: pa.concat_tables([rows, rows]), "stands 2 times"),
        ("articles", with_column("text", "Not the text."), "wrong content_hash"),
        ("articles", with_column("canonical_url", "https://x.example/"), "wrong article_id"),
        ("articles", with_column("supersedes", "0" * 32), "does not name the text"),
        ("articles", with_column("published_at", 0), "another date"),
        ("articles", with_column("unit", "u7"), "has no commit"),
        ("articles", with_column("source_id", "other"), "not of the entries"),
        ("duplicates", with_column("duplicate_of", "0" * 32), "are not there"),
        ("duplicates", with_column("how", "exact"), "the ledger has"),
        ("rejects", with_column("reason", "dns_failed"), "the ledger has"),
        ("feeds", with_column("outcome", "not_modified"), "feeds/ has"),
        ("index", with_column("cluster_id", "x"), "not what follows"),
        ("index", lambda rows: rows.slice(1), "not what follows"),
    ],
)
def test_rows_that_are_wrong_though_every_checksum_fits(full, table, change, complaint):
    path = rewrite(full, table, change)
    faults = full.audit().faults
    assert any(complaint in fault for fault in faults), faults
    assert any(path.name in f or "000000000001.json" in f for f in faults if complaint in f)


def test_a_ledger_that_does_not_balance(dataset, article):
    staged = dataset.stage("u1", [article("a")])
    events = {("entries", ""): Tally.of(["x"]), ("admitted", ""): Tally.of(["x"])}
    commit_unit(dataset.root, "u1", staged, events, base=0, info={}, settings=dataset.settings)
    faults = dataset.audit().faults
    assert all("commits/000000000001.json" in fault for fault in faults)
    assert any(fault.split(": ")[1].startswith("fetched = 0") for fault in faults)


class TestLog:
    def test_a_missing_record(self, full):
        (full.path / "commits/000000000001.json").unlink()
        (fault,) = full.audit().faults
        assert "commits/000000000001.json is missing" in fault

    def test_a_changed_record(self, full):
        path = full.path / "commits/000000000001.json"
        path.write_bytes(path.read_bytes().replace(b'"rows": 1', b'"rows": 2', 1))
        (fault,) = full.audit().faults
        assert "commits/000000000001.json" in fault
        assert "checksum" in fault

    def test_something_else_among_the_records(self, full):
        (full.path / "commits/notes.txt").write_text("hello")
        (fault,) = full.audit().faults
        assert "commits/notes.txt" in fault

    def test_a_unit_that_was_committed_twice(self, full):
        body = json.loads((full.path / "commits/000000000001.json").read_text())["commit"]
        body |= {"number": 3}
        write_record(full.path / "commits/000000000003.json", body)
        assert any("unit u1 has other commits" in fault for fault in full.audit().faults)


def test_leftovers_in_staging_are_no_fault(full, article):
    full.stage("u9", [article("z")])
    assert full.audit().faults == ()


def test_an_empty_dataset_is_whole(dataset):
    audit = dataset.audit()
    assert (audit.faults, audit.commits, audit.files) == ((), 0, 0)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_changed_byte_of_any_file_is_found(full, data):
    names = [n for n in full.files() if not n.startswith("staging")]
    path = full.path / data.draw(st.sampled_from(names))
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    after = bytearray(before)
    after[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(after)
    try:
        assert any(path.name in fault for fault in full.audit().faults)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("version", "later"),
    [(1, "quality"), (2, "published_utc_offset"), (3, "page_kind"), (4, "wire")],
)
def test_files_of_an_older_version_are_sound(dataset, article, monkeypatch, version, later):
    def older(table):
        return file_schema(table, version)

    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.rows.file_schema", older)
        patch.setattr("newsbeam.transforms.dataset.encoding.file_schema", older)
        dataset.commit("u1", [article("a")])
    dataset.commit("u2", [article("b")])
    assert later not in pq.read_schema(first_file(dataset, "articles")).names
    assert dataset.audit().faults == ()


def test_a_line_of_another_identity(dataset, site_line):
    dataset.commit("u1", [replace(site_line(), line="Another line.")])
    (fault,) = dataset.audit().faults
    assert "line_id" in fault


class TestSince:
    """What came after a commit, and nothing else."""

    @pytest.fixture
    def grown(self, full, article, poll):
        """Two commits more: a revision and a copy of what was there, and new articles."""
        changed = article("a", "The council met again, on Tuesday. It rained and it snowed.")
        copy = article("copy", article("a").text)
        number = head(full.root)
        full.commit("u8", [*full.judge([changed, copy], number), poll()])
        full.commit("u9", [article("new"), article("newer")])
        return full, number

    def test_it_is_whole_by_what_the_index_knows(self, grown):
        dataset, number = grown
        audit = audit_since(dataset.root, number)
        assert audit.faults == ()
        assert audit.commits == 2
        assert audit.rows["articles"] == 3
        assert audit_since(dataset.root, number + 2).files == 0

    def test_older_files_are_not_read(self, grown):
        dataset, number = grown
        for file in read_commits(dataset.root)[0].files:
            if file.table != "index":
                (dataset.path / file.path).unlink()
        assert audit_since(dataset.root, number).faults == ()
        assert dataset.audit().faults != ()

    def test_what_upkeep_has_merged_since_is_checked_too(self, grown):
        dataset, number = grown
        compact(dataset.root, dataset.settings)
        audit = audit_since(dataset.root, number)
        assert audit.faults == ()
        assert audit.commits == 3
        files = load_state(open_storage(dataset.root)).files("articles")
        merged = next(file for file in files if "compact" in file.path)
        (dataset.path / merged.path).write_bytes(b"x" * merged.bytes)
        assert any(merged.path in fault for fault in audit_since(dataset.root, number).faults)

    def test_a_replaced_file_that_is_gone_by_now_is_no_fault(self, grown):
        dataset, number = grown
        compact(dataset.root, dataset.settings)
        shutil.rmtree(dataset.path / "replaced")
        assert audit_since(dataset.root, number).faults == ()

    @pytest.mark.parametrize(
        ("column", "complaint"),
        [("supersedes", "does not name the text"), ("content_hash", "wrong content_hash")],
    )
    def test_a_row_that_does_not_fit_what_was_there_is_found(
        self, full, article, column, complaint
    ):
        number = head(full.root)
        changed = article("a", "The council met again, on Tuesday. It rained and it snowed.")
        (revision,) = full.judge([changed], number)
        full.commit("u8", [replace(revision, **{column: "0" * 32})])
        assert any(complaint in fault for fault in audit_since(full.root, number).faults)

    def test_an_article_that_stands_twice_is_found(self, full, article):
        number = head(full.root)
        full.commit("u8", [article("a")])
        assert any("stands 2 times" in fault for fault in audit_since(full.root, number).faults)

    def test_a_commit_that_is_not_there_is_told(self, full):
        with pytest.raises(UsageError, match="the newest commit is 2"):
            audit_since(full.root, 7)


def test_progress_is_told_file_by_file(full):
    told = []
    audit_dataset(full.root, on_file=lambda done, all_: told.append((done, all_)))
    files = full.audit().files
    assert told == [(done, files) for done in range(files + 1)]


def test_nothing_is_left_on_the_disk_of_what_was_kept_there(full, tmp_path, monkeypatch):
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "kept"))
    assert full.audit().faults == ()
    assert list((tmp_path / "kept").iterdir()) == []
