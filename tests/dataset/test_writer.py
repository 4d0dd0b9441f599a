import json
import random
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.columns import ARTICLES
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Removed
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.rows import to_articles
from newsbeam.transforms.dataset.writer import to_ledger, to_lines, write_shard
from newsbeam.transforms.dedup.exact import duplicate_of, entry_of


def write(dataset, table, rows):
    partition = partition_of(table, rows[0])
    file = write_shard(dataset.root, "u1", table, partition, rows, dataset.settings)
    return file, dataset.path / file.staged


def test_an_article_comes_back_as_it_went_in(dataset, article):
    rows = [article("a", unit="u1", supersedes=None, tags=("x", "y"), free_access=False)]
    _, path = write(dataset, "articles", rows)
    assert to_articles(pq.read_table(path, partitioning=None), "en") == rows


def test_files_have_the_schema_and_its_version(dataset, article):
    _, path = write(dataset, "articles", [article()])
    schema = pq.read_schema(path)
    assert schema.equals(file_schema("articles"))
    assert "language" not in schema.names
    for field in schema:
        assert b"description" not in (field.metadata or {}), "table formats compare it"
    assert schema.metadata[b"newsbeam.schema_version"] == b"5"
    assert schema.metadata[b"newsbeam.writer"].startswith(b"newsbeam ")


def test_what_was_taken_out_of_a_page_comes_back_and_is_safe_to_write(dataset, article):
    removed = (Removed(kind="byline", text="By A. Writer"), Removed(kind="call", text="Sub\ud800"))
    row = article("a", unit="u1", page_kind="live_blog", removed=removed)
    _, path = write(dataset, "articles", [row])
    (found,) = to_articles(pq.read_table(path, partitioning=None), "en")
    assert found.page_kind == "live_blog"
    assert found.removed == (removed[0], Removed(kind="call", text="Sub\ufffd"))


def test_a_file_of_one_row_is_small(dataset, article):
    _, path = write(dataset, "articles", [article("a", text="One line.")])
    assert path.stat().st_size < 16_000, "of 29,000 with all that helps to read large files"


def columns_of(path):
    group = pq.ParquetFile(path).metadata.row_group(0)
    return {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}


def blooms_of(columns):
    return {name for name, column in columns.items() if column.bloom_filter_offset}


def test_files_are_laid_out_for_readers(dataset, article):
    _, path = write(dataset, "articles", [article(str(number)) for number in range(1000)])
    columns = columns_of(path)
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert all(column.has_column_index for column in columns.values())
    assert all(column.is_stats_set for column in columns.values())
    assert columns["publisher"].has_dictionary_page
    assert columns["quality_flags.list.element"].has_dictionary_page
    assert not columns["text"].has_dictionary_page
    assert not columns["article_id"].has_dictionary_page
    assert blooms_of(columns) == {"article_id", "url"}
    described = json.loads(pq.read_schema(path).metadata[b"newsbeam.columns"])
    for field in file_schema("articles"):
        expected = ARTICLES.field(field.name).metadata[b"description"]
        assert described[field.name] == expected.decode()


def test_a_file_of_few_rows_is_passed_over_by_site_and_time(dataset, article):
    at = datetime(2026, 11, 20, 7, tzinfo=UTC)
    _, path = write(
        dataset,
        "articles",
        [article("a", published_at=at), article("b", published_at=at + timedelta(hours=2))],
    )
    columns = columns_of(path)
    bounds = columns["published_at"].statistics
    assert (bounds.min, bounds.max) == (at, at + timedelta(hours=2))
    assert columns["domain"].statistics.has_min_max
    assert columns["first_seen_at"].statistics.has_min_max
    assert columns["withdrawn"].statistics.null_count == 2
    assert blooms_of(columns) == set(), "the column itself is as small"
    assert columns["text"].statistics is None, "its bounds are whole texts"


def test_rows_are_sorted_by_domain_and_time_and_grouped(dataset, article):
    dataset.settings = DatasetSettings(row_group_rows=10)
    start = datetime(2026, 11, 22, tzinfo=UTC)
    rows = [
        article(str(n), domain=f"d{n % 3}.example", published_at=start + timedelta(minutes=n % 7))
        for n in range(25)
    ]
    _, path = write(dataset, "articles", rows)
    assert pq.ParquetFile(path).num_row_groups == 3
    found = pq.read_table(path, partitioning=None)
    keys = list(zip(found["domain"].to_pylist(), found["published_at"].to_pylist(), strict=True))
    assert keys == sorted(keys)


def test_polls_are_sorted_by_day_source_and_time(dataset, poll):
    start = datetime(2026, 11, 22, tzinfo=UTC)
    rows = [
        poll(ref=f"https://{n % 3}.example/feed", polled_at=start + timedelta(hours=7 * n))
        for n in range(25)
    ]
    _, path = write(dataset, "feeds", rows)
    found = pq.read_table(path)
    refs, times = found["source_ref"].to_pylist(), found["polled_at"].to_pylist()
    keys = [(at.date(), ref, at) for ref, at in zip(refs, times, strict=True)]
    assert keys == sorted(keys)


def test_the_same_rows_in_any_order_make_the_same_file(dataset, article):
    rows = [article(str(number)) for number in range(20)]
    first, _ = write(dataset, "articles", rows)
    random.Random(7).shuffle(rows)
    second, _ = write(dataset, "articles", rows)
    assert (first.path, first.sha256, first.tallies) == (second.path, second.sha256, second.tallies)
    assert first.staged != second.staged


def test_lone_surrogates_and_nul_are_written_as_valid_utf8(dataset, article):
    text = "Caf\ud800 and \0 rain."
    row = article("a", text=text, title="T\udfff", tags=("\ud83d", "😀"), authors=("A",))
    commit = dataset.commit("u1", [row])
    (found,) = dataset.rows("articles")
    assert found["text"] == "Caf\ufffd and \0 rain."
    assert found["title"] == "T\ufffd"
    assert found["tags"] == ["\ufffd", "😀"]
    assert commit.number == 1
    assert dataset.audit().faults == ()


def test_an_empty_shard_is_a_bug(dataset):
    with pytest.raises(ValueError, match="no rows"):
        write_shard(dataset.root, "u1", "feeds", "", [], dataset.settings)


def test_a_partition_is_checked_before_anything_is_written(dataset, article):
    with pytest.raises(DatasetError):
        write_shard(
            dataset.root, "u1", "articles", "date=../x/language=en", [article()], dataset.settings
        )
    assert dataset.files() == []


def test_duckdb_and_pyarrow_read_the_folders_as_one_table(dataset, article):
    dataset.commit("u1", [article("a"), article("b", language="de")])
    glob = str(dataset.path / "articles" / "**" / "*.parquet")
    rows = duckdb.sql(
        f"select language, date, count(*) from read_parquet('{glob}', hive_partitioning = true) "
        "group by all order by 1"
    ).fetchall()
    assert [(language, str(date), count) for language, date, count in rows] == [
        ("de", "2026-11-22", 1),
        ("en", "2026-11-22", 1),
    ]
    found = ds.dataset(dataset.path / "articles", partitioning="hive").to_table()
    assert sorted(found["language"].to_pylist()) == ["de", "en"]


@pytest.mark.parametrize(
    ("stage", "reason", "kind"),
    [
        ("poll", "timeout", "poll_failed"),
        ("read", "bad_row", "invalid"),
        ("fetch", "timeout", "failed"),
        ("extract", "no_article", "rejected"),
    ],
)
def test_rejects_count_by_their_stage(dataset, reject, stage, reason, kind):
    file, _ = write(dataset, "rejects", [reject("r", stage, reason)])
    assert {(line.kind, line.reason): line.count for line in file.tallies} == {(kind, reason): 1}


def test_tallies_are_of_the_entries_that_the_pipeline_counted(dataset, article):
    a, b = article("a"), article("b", source_id=None)
    file, _ = write(dataset, "articles", [a, b])
    assert to_ledger(file.tallies) == {("written", ""): Tally.of([entry_of(a), entry_of(b)])}
    rows = [duplicate_of(a, b, how=how) for how in ("url", "exact", "near")]
    file, _ = write(dataset, "duplicates", rows)
    assert to_ledger(file.tallies) == {
        ("exact_duplicate", ""): Tally.of([entry_of(a)] * 2),
        ("near_duplicate", ""): Tally.of([entry_of(a)]),
    }


ledgers = st.dictionaries(
    st.tuples(st.sampled_from(["written", "failed"]), st.sampled_from(["", "timeout"])),
    st.lists(st.text(), max_size=5).map(Tally.of),
)


@given(ledgers, ledgers)
def test_ledgers_add_up_as_plain_values(one, other):
    added = to_ledger(to_lines(one), to_lines(other))
    assert added == to_ledger(to_lines(other), to_lines(one))
    for key in one.keys() | other.keys():
        assert added[key] == one.get(key, Tally()) + other.get(key, Tally())
