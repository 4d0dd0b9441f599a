import time
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset import replacing
from newsbeam.transforms.dataset.index import IndexFiles, IndexReader, UrlState
from newsbeam.transforms.dataset.log import live_files, read_commits
from newsbeam.transforms.dataset.rebuild import rebuild_index
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import write_rows
from newsbeam.transforms.dedup.exact import duplicate_of, entry_of, settle_same_url, unchanged


def revise(dataset, changed):
    """Commit a new text of an article as its next revision."""
    reader = IndexReader(dataset.root, 1)
    known = reader.lookup_articles([changed.article_id])[changed.article_id]
    return settle_same_url([changed], known)


def test_an_empty_index_knows_nothing(dataset):
    reader = IndexReader(dataset.root, 0)
    assert reader.lookup_articles(["x"]) == {}
    assert reader.lookup_texts(["x"]) == {}
    assert reader.lookup_urls(["x"]) == {}
    assert reader.lookup_rejects(["x"]) == set()


def test_an_article_is_known_by_its_latest_revision_and_all_its_entries(dataset, article):
    first, changed = article("a"), article("a", text="Changed.", source_id="a2")
    dataset.commit("u1", [first])
    dataset.commit("u2", revise(dataset, changed))
    found = IndexReader(dataset.root, 2).lookup_articles([first.article_id, "nobody"])
    assert set(found) == {first.article_id}
    known = found[first.article_id]
    assert (known.revision, known.content_hash) == (2, changed.content_hash)
    assert (known.canonical_url, known.cluster_id) == (first.canonical_url, first.cluster_id)
    assert known.first_seen_at == first.first_seen_at
    assert dict(known.entries) == {
        entry_of(first): first.content_hash,
        entry_of(changed): changed.content_hash,
    }


def test_the_index_is_that_of_its_commit(dataset, article):
    dataset.commit("u1", [article("a")])
    reader = IndexReader(dataset.root, 1)
    dataset.commit("u2", [article("b")])
    assert reader.lookup_articles([article("b").article_id]) == {}
    assert IndexReader(dataset.root, 2).lookup_articles([article("b").article_id])


def test_a_duplicate_is_known_without_a_revision(dataset, article):
    a, b = article("a"), article("b")
    dataset.commit("u1", [a, duplicate_of(b, a, how="near")])
    known = IndexReader(dataset.root, 1).lookup_articles([b.article_id])[b.article_id]
    assert (known.revision, known.content_hash) == (0, b.content_hash)
    assert known.cluster_id == a.cluster_id


def test_a_text_is_known_by_the_article_that_had_it_first(dataset, article):
    a = article("a")
    dataset.commit("u1", [a, duplicate_of(article("b", text=a.text), a, how="exact")])
    dataset.commit("u2", revise(dataset, article("a", text="Changed.")))
    found = IndexReader(dataset.root, 2).lookup_texts([a.content_hash])
    assert found[a.content_hash].article_id == a.article_id


def test_the_text_of_a_near_duplicate_is_no_articles_text(dataset, article):
    a, b = article("a"), article("b")
    dataset.commit("u1", [a, duplicate_of(b, a, how="near")])
    assert IndexReader(dataset.root, 1).lookup_texts([b.content_hash]) == {}


def test_a_url_is_known_by_how_it_ended_last(dataset, article, reject):
    a = article("r", requested_url="https://news.example/r?utm_source=x")
    dataset.commit("u1", [reject("r")])
    asked = url_id("https://news.example/r")
    assert IndexReader(dataset.root, 1).lookup_urls([asked]) == {
        asked: UrlState(
            outcome="rejected", fetched_at=reject().rejected_at, article_id=None, stage="fetch"
        )
    }
    dataset.commit("u2", [a])
    assert IndexReader(dataset.root, 2).lookup_urls([asked, "other"]) == {
        asked: UrlState(
            outcome="written", fetched_at=a.fetched_at, article_id=a.article_id, stage=None
        )
    }


def test_urls_that_differ_by_tracking_only_are_the_same():
    assert url_id("https://NEWS.example/r?utm_source=x#top") == url_id("https://news.example/r")
    assert url_id("https://news.example/r?page=2") != url_id("https://news.example/r")
    assert url_id("no url at all") == url_id("no url at all") != url_id("another")
    assert url_id(None) is None


def test_the_url_of_a_source_that_failed_is_not_an_article_that_failed(dataset, reject):
    dataset.commit("u1", [reject("feed.xml", "poll")])
    reader = IndexReader(dataset.root, 1)
    assert reader.lookup_urls([url_id("https://news.example/feed.xml")]) == {}


def test_rejects_that_stand_are_found(dataset, reject):
    dataset.commit("u1", [reject("r")])
    reader = IndexReader(dataset.root, 1)
    assert reader.lookup_rejects([reject("r").reject_id, "other"]) == {reject("r").reject_id}


class TestRebuilding:
    def fill(self, dataset, article, reject):
        a = article("a")
        dataset.commit("u1", [a, article("b"), duplicate_of(article("c"), a, how="near")])
        known = IndexReader(dataset.root, 1).lookup_articles([a.article_id])[a.article_id]
        later = article("b", text="Changed.", fetched_at=a.fetched_at + timedelta(hours=1))
        dataset.commit("u2", [unchanged(a, known), *revise(dataset, later), reject()])

    def lookups(self, dataset, article, reject):
        reader = IndexReader(dataset.root, len(dataset.files("commits")))
        articles = [article(slug) for slug in "abc"]
        return [
            reader.lookup_articles([each.article_id for each in articles]),
            reader.lookup_texts([each.content_hash for each in articles]),
            reader.lookup_urls([url_id(each.requested_url) for each in articles]),
            reader.lookup_rejects([reject().reject_id]),
        ]

    def test_changes_nothing_that_is_known(self, dataset, article, reject):
        self.fill(dataset, article, reject)
        before = self.lookups(dataset, article, reject)
        commit = rebuild_index(dataset.root, dataset.settings)
        live = live_files(read_commits(dataset.root), "index")
        assert [file.path for file in live] == [commit.files[0].path]
        assert self.lookups(dataset, article, reject) == before
        assert dataset.audit().faults == ()
        rebuild_index(dataset.root, DatasetSettings(row_group_rows=1))
        assert self.lookups(dataset, article, reject) == before
        assert dataset.audit().faults == ()

    def test_mends_an_index_that_is_lost(self, dataset, article, reject):
        dataset.commit("u1", [article("a"), reject()])
        before = self.lookups(dataset, article, reject)
        for name in dataset.files("index"):
            (dataset.path / name).unlink()
        assert dataset.audit().faults != ()
        rebuild_index(dataset.root, dataset.settings)
        assert self.lookups(dataset, article, reject) == before
        assert dataset.audit().faults == ()

    def test_goes_on_with_commits_after_it(self, dataset, article, reject):
        self.fill(dataset, article, reject)
        rebuild_index(dataset.root, dataset.settings)
        dataset.commit("u3", [article("d"), reject()])
        assert len(dataset.rows("rejects")) == 1
        assert dataset.audit().faults == ()

    def test_leaves_a_pass_its_index_until_it_must_have_ended(self, dataset, article, reject):
        self.fill(dataset, article, reject)
        reader = IndexReader(dataset.root, 2)
        before = reader.lookup_articles([article("a").article_id])
        commit = rebuild_index(dataset.root, dataset.settings)
        recover(dataset.root, dataset.settings)
        assert reader.lookup_articles([article("a").article_id]) == before
        time.sleep(0.01)
        recover(dataset.root, DatasetSettings(staging_ttl_s=0.001))
        assert dataset.files("index") == [commit.files[0].path]
        assert dataset.audit().faults == ()

    def test_stands_before_what_others_commit_meanwhile(
        self, dataset, article, reject, monkeypatch
    ):
        self.fill(dataset, article, reject)
        real, raced = replacing.append_commit, []

        def append_after_others(storage, commit):
            if not raced:
                raced.append(True)
                later = article("a").fetched_at + timedelta(days=1)
                dataset.commit("u3", [replace(article("r"), fetched_at=later), article("e")])
            return real(storage, commit)

        monkeypatch.setattr(replacing, "append_commit", append_after_others)
        commit = rebuild_index(dataset.root, dataset.settings)
        assert commit.number == 4
        asked = url_id(article("r").requested_url)
        assert IndexReader(dataset.root, 4).lookup_urls([asked])[asked].outcome == "written"
        assert IndexReader(dataset.root, 4).lookup_articles([article("e").article_id])
        assert dataset.audit().faults == ()

    def test_twice_at_once_is_as_good_as_once(self, dataset, article, reject, monkeypatch):
        self.fill(dataset, article, reject)
        before = self.lookups(dataset, article, reject)
        real, raced = replacing.append_commit, []

        def append_after_another(storage, commit):
            if not raced:
                raced.append(True)
                rebuild_index(dataset.root, dataset.settings)
            return real(storage, commit)

        monkeypatch.setattr(replacing, "append_commit", append_after_another)
        rebuild_index(dataset.root, dataset.settings)
        assert len(live_files(read_commits(dataset.root), "index")) == 1
        assert self.lookups(dataset, article, reject) == before
        assert dataset.audit().faults == ()


@pytest.mark.parametrize("rows", [200_000])
def test_ten_thousand_keys_are_looked_up_fast(dataset, rows):
    """A twentieth of a second of CPU for each 10,000 rows would be 5 s for a million."""
    ids = [f"{number:032x}" for number in range(rows)]
    columns = {
        "entry_id": ids,
        "outcome": ["written"] * rows,
        "article_id": ids,
        "revision": [1] * rows,
        "content_hash": ids,
        "cluster_id": ids,
        "fetched_at": [0] * rows,
        "unit": ["u1"] * rows,
    }
    schema = file_schema("index")
    table = pa.Table.from_arrays(
        [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.nulls(rows, field.type)
            for field in schema
        ],
        schema=schema,
    )
    storage = open_storage(dataset.root)
    file = write_rows(storage, "u1", "index", "", table, dataset.settings)
    reader = IndexFiles(storage, [file])
    start = time.process_time()
    found = reader.lookup_articles(ids[:: rows // 10_000])
    assert len(found) == 10_000
    assert time.process_time() - start < rows / 10_000 * 0.05 * 5
