"""Files of kept pages are written, committed, replaced, swept and checked like all others."""

import gzip
from dataclasses import replace

import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.identity import content_hash
from newsbeam.transforms.core.records import Article, Entry, Page, Reject
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.layout import PAGES
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.pages import PageKeeper, scan_pages, write_pages
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.replay import find_candidates, find_pages, read_pages
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import LocalStorage, open_storage
from newsbeam.transforms.dataset.upkeep import keep_up


def page_of(row: Article | Reject, body: bytes = b"<p>The council met.</p>") -> Page:
    """The page that a row came from."""
    asked = row.url if isinstance(row, Reject) else row.requested_url
    at = row.rejected_at if isinstance(row, Reject) else row.fetched_at
    entry = Entry(
        source_kind=row.source_kind,
        source_ref=row.source_ref,
        source_id=row.source_id,
        url=asked,
        seen_at=at,
    )
    return Page(entry=entry, url=asked, body=body, media="html", http_status=200, fetched_at=at)


def keep(dataset, unit, rows, which="all"):
    """Stage the pages of rows as a worker does; return the files."""
    keeper = PageKeeper(dataset.root, unit, which, lambda: Forgotten([]))
    for row in rows:
        keeper.offer(page_of(row), row)
    return keeper.finish()


@pytest.fixture
def commit(events):
    def commit_with_pages(dataset, unit, rows, which="all", base=None, pages=None):
        staged = dataset.stage(unit, rows)
        staged += keep(dataset, unit, rows, which) if pages is None else pages
        return commit_unit(
            dataset.root,
            unit,
            staged,
            events(rows),
            base=head(dataset.root) if base is None else base,
            info={},
            settings=dataset.settings,
        )

    return commit_with_pages


def kept_urls(dataset):
    state = load_state(open_storage(dataset.root))
    return sorted(
        (kept.page.url or "").rpartition("/")[2]
        for file in state.files(PAGES)
        for kept in scan_pages(state.storage, file)
    )


def test_pages_are_committed_checked_and_found_in_every_store(store, commit, article, reject):
    rejected = reject("r", stage="extract", reason="too_short")
    commit(store, "u1", [article("a"), rejected])
    commit(store, "u2", [article("b"), reject("s", stage="extract")], which="rejected")
    commit(store, "u3", [article("c")], which="none")
    assert kept_urls(store) == ["a", "r", "s"]
    audit = store.audit()
    assert (audit.faults, audit.rows[PAGES]) == ((), 3)
    fold_log(open_storage(store.root), store.settings, least=1)
    state = load_state(open_storage(store.root))
    (candidate,) = find_candidates(state, find_pages(state), reason="too_short")
    assert list(read_pages(state, [candidate])) == [page_of(rejected)]
    assert len(find_candidates(state, find_pages(state), everything=True)) == 3
    assert all(name.endswith(".warc.gz") for name in store.files(PAGES))
    assert store.files("staging") == []


def test_forgetting_takes_out_the_pages_of_all_rows_that_go(store, commit, article, reject):
    # The second reject stands in the dataset already: its page has no row of its own.
    again = replace(reject("r", stage="extract"), rejected_at=article("a").fetched_at)
    commit(store, "u1", [article("a"), article("b"), reject("r", stage="extract")])
    commit(store, "u2", [again, article("c")])
    assert kept_urls(store) == ["a", "b", "c", "r", "r"]
    urls = [f"https://news.example/{name}" for name in ("a", "c", "r")]
    done = forget(store.root, store.settings, urls=urls)
    assert done.rows[PAGES] == 4
    assert kept_urls(store) == ["b"]
    assert len(store.files(PAGES)) == 1, "a file without pages is none"
    assert store.audit().faults == ()
    forget(store.root, store.settings, urls=["https://news.example/nothing"])
    assert kept_urls(store) == ["b"]


def test_upkeep_joins_files_and_every_page_is_found(store, commit, article):
    rows = [article(f"a{number}") for number in range(6)]
    for number, row in enumerate(rows):
        commit(store, f"u{number}", [row])
    before = kept_urls(store)
    keep_up(store.root, store.settings)
    assert len(store.files(PAGES)) < 6
    compact(store.root, store.settings)
    assert len(store.files(PAGES)) == 1
    assert kept_urls(store) == before
    state = load_state(open_storage(store.root))
    pages = list(read_pages(state, find_candidates(state, find_pages(state), everything=True)))
    assert pages == [page_of(row) for row in rows]
    assert store.audit().faults == ()


def test_a_bundle_that_is_done_again_leaves_no_second_copy(dataset, commit, article):
    rows = [article("a"), article("b")]
    keep(dataset, "u1", rows[:1])  # an attempt that died
    commit(dataset, "u1", rows)
    commit(dataset, "u1", rows)  # an engine that does the whole unit again
    assert kept_urls(dataset) == ["a", "b"]
    assert dataset.files("staging") == []
    assert dataset.audit().faults == ()


def test_a_unit_with_other_inputs_has_its_pages_beside_the_first(dataset, commit, article):
    commit(dataset, "u1", [article("a")])
    other = commit(dataset, "u1", [article("b")], base=0)
    assert other.unit.startswith("u1-again-")
    assert kept_urls(dataset) == ["a", "b"]
    assert dataset.audit().faults == ()


def test_what_was_never_committed_is_swept(dataset, commit, article):
    keep(dataset, "dead", [article("a")])
    recover(dataset.root, DatasetSettings(staging_ttl_s=1e-9))
    assert dataset.files("staging") == []
    assert dataset.files(PAGES) == []


def test_a_writer_killed_between_record_and_files_is_brought_to_its_end(
    dataset, commit, article, monkeypatch
):
    def die(*_args, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr("newsbeam.transforms.dataset.commits.finish", die)
    with pytest.raises(KeyboardInterrupt):
        commit(dataset, "u1", [article("a")])
    monkeypatch.undo()
    assert dataset.files(PAGES) == []
    assert kept_urls(dataset) == ["a"], "who follows the log finds it in staging"
    assert dataset.audit().faults == ()
    recover(dataset.root, dataset.settings)
    assert len(dataset.files(PAGES)) == 1
    assert dataset.audit().faults == ()


def test_two_writers_keep_what_each_has_read(dataset, commit, article):
    shared = content_hash("The same words.")
    one, two = (article(name, "The same words.") for name in ("a", "b"))
    assert one.content_hash == two.content_hash == shared
    commit(dataset, "u1", [one], base=0)
    commit(dataset, "u2", [two], base=0)  # judged again: a duplicate
    assert len(dataset.rows("duplicates")) == 1
    assert kept_urls(dataset) == ["a", "b"]
    assert dataset.audit().faults == ()


def test_a_full_disk_is_an_error_and_nothing_is_there(dataset, article, monkeypatch):
    def fail(self, path, data, final=None):
        raise DatasetError(f"Cannot write {path}: the disk is full.")

    monkeypatch.setattr(LocalStorage, "write", fail)
    with pytest.raises(DatasetError, match="the disk is full"):
        keep(dataset, "u1", [article("a")])
    assert dataset.files() == []


def test_a_large_pass_writes_several_files(dataset, commit, article, monkeypatch):
    monkeypatch.setattr("newsbeam.transforms.dataset.pages._FILE_BYTES", 2000)
    rows = [article(f"a{number}") for number in range(8)]
    commit(dataset, "u1", rows)
    assert len(dataset.files(PAGES)) > 2
    assert len(kept_urls(dataset)) == 8
    assert dataset.audit().faults == ()


def test_check_finds_what_is_wrong_with_pages(dataset, commit, article):
    commit(dataset, "u1", [article("a"), article("b")])
    stranger = keep(dataset, "u2", [article("stranger")])
    commit(dataset, "u2", [article("c")], pages=stranger)
    assert any(
        "1 pages are of inputs that have no outcome" in each for each in dataset.audit().faults
    )

    miscounted = [replace(file, rows=5) for file in keep(dataset, "u3", [article("d")])]
    commit(dataset, "u3", [article("d")], pages=miscounted)
    assert any("has 1 pages, its commit says 5" in each for each in dataset.audit().faults)

    torn = write_pages(open_storage(dataset.root), "u4", gzip.compress(b"no record"), 1)
    commit(dataset, "u4", [article("e")], pages=[torn])
    assert any("is damaged" in each and PAGES in each for each in dataset.audit().faults)


def test_check_finds_files_that_changed_are_missing_or_nobody_names(dataset, commit, article):
    commit(dataset, "u1", [article("a")])
    commit(dataset, "u2", [article("b")])
    one, two = (dataset.path / name for name in dataset.files(PAGES))
    (one.parent / one.name.replace("u1", "u9")).write_bytes(one.read_bytes())
    two.write_bytes(two.read_bytes()[:-1] + b"?")
    one.unlink()
    faults = "\n".join(dataset.audit().faults)
    assert "is missing though it was committed" in faults
    assert "is not what was written" in faults
    assert "is named by no commit" in faults


def test_what_was_forgotten_is_not_kept_when_it_is_read_all_the_same(
    dataset, commit, article, reject
):
    rejected = reject("r", stage="extract")
    commit(dataset, "u1", [article("a"), rejected])
    forget(dataset.root, dataset.settings, domains=["news.example"])
    marks = load_state(open_storage(dataset.root)).marks()
    keeper = PageKeeper(dataset.root, "u2", "all", lambda: Forgotten(marks))
    keeper.offer(page_of(article("a")), article("a"))
    keeper.offer(page_of(rejected), rejected)
    assert keeper.finish() == []
