import pyarrow as pa

from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.lately import LATELY, Lately
from newsbeam.transforms.dataset.log import read_data
from newsbeam.transforms.dataset.projection import index_rows
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import write_shard, write_shards
from newsbeam.transforms.dedup.exact import duplicate_of
from newsbeam.transforms.dedup.signing import sign_article

FOLDER = "date=2026-11-22/language=en"


def test_what_is_kept_of_files_is_what_follows_from_them(dataset, article, reject):
    rows = [sign_article(article(name, f"A text about the {name} of the town.")) for name in "cbad"]
    several = {
        "articles": [(FOLDER, rows[:1]), (FOLDER, rows[1:])],
        "duplicates": [("date=2026-11-22", [duplicate_of(rows[0], rows[1], how="near")])],
        "rejects": [("date=2026-11-22", [reject("one"), reject("other")])],
    }
    for table, shards in several.items():
        for file in write_shards(dataset.root, "u1", table, shards, dataset.settings):
            written = read_data(open_storage(dataset.root), file)
            kept = LATELY.find(file.staged)
            assert kept is not None
            assert kept.equals(index_rows(table, written))


def test_a_file_with_a_row_that_is_not_signed_is_signed_when_it_is_committed(dataset, article):
    rows = [sign_article(article("a")), article("b")]
    file = write_shard(dataset.root, "u1", "articles", FOLDER, rows, dataset.settings)
    assert LATELY.find(file.staged) is None


def test_nothing_is_kept_of_what_is_committed(dataset, article, events):
    rows = [sign_article(article("a"))]
    (file,) = dataset.stage("u1", rows)
    assert LATELY.find(file.staged) is not None
    commit = commit_unit(
        dataset.root, "u1", [file], events(rows), base=0, info={}, settings=dataset.settings
    )
    assert commit.number == 1
    assert LATELY.find(file.staged) is None


def test_the_latest_files_are_kept_and_each_whole():
    lately = Lately(most=3)
    rows = pa.table({"entry_id": ["a", "b", "c", "d"]})
    lately.keep("staging/u1/a", rows[:2])
    lately.keep("staging/u1/b", rows[2:])
    assert lately.find("staging/u1/a") is None
    assert lately.find("staging/u1/b").num_rows == 2
    lately.keep("staging/u1/c", rows)
    assert lately.find("staging/u1/c").num_rows == 4
