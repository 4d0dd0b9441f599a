"""Runs of the index: found by their keys, or by reading them where the keys cannot be believed."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.filters import decode_filter, encode_filter, may_have
from newsbeam.transforms.dataset.index import IndexReader, _complete
from newsbeam.transforms.dataset.keys import to_keys
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import LocalStorage, open_storage
from newsbeam.transforms.dataset.stories import StoryReader
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dedup.exact import duplicate_of


def some_keys(count, seed):
    return np.random.default_rng(seed).integers(0, 1 << 64, count, np.uint64)


def test_a_filter_lets_all_pass_that_it_was_made_of_and_few_others():
    keys = some_keys(20_000, 1)
    bits = decode_filter(encode_filter(keys, "run"), "run")
    assert len(may_have(bits, keys)) == len(keys)
    assert len(may_have(bits, some_keys(100_000, 2))) < 200
    assert len(may_have(decode_filter(encode_filter(keys[:0], "run"), "run"), keys)) == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:200] + b"\xff" + data[201:],
        lambda data: data.replace(b'"run":"run"', b'"run":"abc"'),
        lambda data: b"\xff" * 100,
        lambda data: b"[]\n",
    ],
)
def test_a_filter_that_does_not_fit_is_not_believed(damage):
    data = encode_filter(some_keys(100, 1), "run")
    assert decode_filter(data, "run") is not None
    assert decode_filter(damage(data), "run") is None
    assert decode_filter(data, "another run") is None


def test_a_key_is_the_first_half_of_an_identity():
    identities = [digest("one"), "0" * 32, "f" * 32, digest("two")]
    keys = to_keys(pa.array(identities))
    assert keys.tolist() == [int(one[:16], 16) for one in identities]
    assert len(to_keys(pa.array(["x", "", "🙂", "a" * 40]))) == 4
    assert len(to_keys(pa.array([], pa.string()))) == 0


@pytest.fixture
def small_groups(monkeypatch):
    """Four rows make a run large, and two are read at once."""
    for module in ("encoding", "keys", "index"):
        monkeypatch.setattr(f"newsbeam.transforms.dataset.{module}.INDEX_GROUP_ROWS", 4)
    monkeypatch.setattr("newsbeam.transforms.dataset.keys._GROUP_KEYS", 3)


@pytest.fixture
def filled(dataset, article, reject, small_groups):
    """Three large runs and a small one."""
    for number in range(3):
        rows = [article(f"{number}-{n}") for n in range(9)]
        copy = article(f"copy-{number}", rows[0].text)
        rows += [duplicate_of(copy, rows[0], how="exact"), reject(f"r-{number}")]
        dataset.commit(f"u{number}", rows)
    changed = article("0-0", "The council has changed its mind about it all. It snowed.")
    dataset.commit("u9", dataset.judge([changed], 3))
    return dataset


def known(dataset, article, reject):
    asked = [article(f"{number}-{n}") for number in range(3) for n in range(12)]
    asked += [article(f"copy-{number}") for number in range(3)]
    reader = IndexReader(dataset.root, head(dataset.root))
    return (
        reader.lookup_articles([each.article_id for each in asked]),
        reader.lookup_texts([each.content_hash for each in asked]),
        reader.lookup_urls([url_id(each.requested_url) for each in asked]),
        reader.lookup_rejects([reject(f"r-{n}").reject_id for n in range(9)]),
    )


def test_what_is_looked_up_by_keys_is_what_the_runs_have(filled, article, reject):
    found = known(filled, article, reject)
    assert len(filled.files("lookup")) == 6
    assert [len(each) for each in found] == [30, 27, 30, 3]
    assert found[0][article("0-0").article_id].revision == 2
    for name in filled.files("lookup"):
        (filled.path / name).unlink()
    assert known(filled, article, reject) == found


def test_what_is_not_known_is_told_without_reading_keys(filled, article, monkeypatch):
    opened = []
    real = LocalStorage.open

    def noting(self, path):
        opened.append(path)
        return real(self, path)

    monkeypatch.setattr(LocalStorage, "open", noting)
    reader = IndexReader(filled.root, head(filled.root))
    assert reader.lookup_articles([article(f"new-{n}").article_id for n in range(5)]) == {}
    assert [path for path in opened if path.startswith("lookup/")] == []
    assert len([path for path in opened if path.startswith("index/")]) == 1, "the small run alone"
    reader.lookup_articles([article("1-3").article_id])
    assert len([path for path in opened if path.startswith("index/")]) == 2


@pytest.mark.parametrize("which", ["*.filter", "*.keys.parquet", "*"])
@pytest.mark.parametrize("damage", ["swapped", "cut", "changed", "removed"])
def test_keys_that_do_not_fit_their_run_are_never_believed(filled, article, reject, which, damage):
    found = known(filled, article, reject)
    paths = sorted((filled.path / "lookup").glob(which))
    before = [path.read_bytes() for path in paths]
    for place, path in enumerate(paths):
        data = before[place]
        if damage == "swapped":
            same = [n for n, other in enumerate(paths) if other.suffix == path.suffix]
            path.write_bytes(before[same[same.index(place) - 1]])
        elif damage == "cut":
            path.write_bytes(data[: len(data) // 2])
        elif damage == "changed":
            middle = len(data) // 2 if path.suffix == ".filter" else 20
            path.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
        else:
            path.unlink()
    assert known(filled, article, reject) == found


def test_near_duplicates_read_their_horizon_only(dataset, article, small_groups, monkeypatch):
    day = timedelta(days=1)
    for number in range(6):
        first = article("x").first_seen_at + number * 10 * day
        rows = [article(f"{number}-{n}", first_seen_at=first) for n in range(9)]
        dataset.commit(f"u{number}", rows)
    state = load_state(open_storage(dataset.root))
    since = article("x").first_seen_at + 45 * day
    groups = []
    real = pq.ParquetFile.read_row_group

    def noting(self, *args, **kwargs):
        groups.append(args)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", noting)
    blocks = list(StoryReader(state, since).blocks())
    assert sum(len(block) for block in blocks) == 9
    assert len(groups) == 3, "the row groups of one run of nine rows"


def test_keys_that_lack_a_column_are_made_anew_and_not_believed(
    filled, article, reject, monkeypatch
):
    """As after an update of newsbeam that looks up one more column."""
    found = known(filled, article, reject)
    names = filled.files("lookup")
    monkeypatch.setattr("newsbeam.transforms.dataset.keys._KIND", "0000")
    assert known(filled, article, reject) == found
    monkeypatch.setattr("newsbeam.transforms.dataset.upkeep.INDEX_GROUP_ROWS", 4)
    done = keep_up(filled.root, filled.settings)
    assert done.lookups == 3
    assert set(filled.files("lookup")) > set(names)
    assert known(filled, article, reject) == found


def test_rows_of_a_run_that_lacks_a_column_have_none_there():
    rows = _complete(pa.table({"url_id": ["a"]}), ["url_id", "stage"])
    assert rows.to_pylist() == [{"url_id": "a", "stage": None}]
