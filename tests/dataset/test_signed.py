from newsbeam.transforms.dataset.log import read_data
from newsbeam.transforms.dataset.projection import index_rows
from newsbeam.transforms.dataset.signed import LATELY, Lately
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import write_shard
from newsbeam.transforms.dedup.signing import sign_article


def test_kept_signatures_make_the_same_rows_of_the_index(dataset, article):
    rows = [sign_article(article(name, f"A text about the {name} of the town.")) for name in "bca"]
    file = write_shard(
        dataset.root, "u1", "articles", "date=2026-11-22/language=en", rows, dataset.settings
    )
    written = read_data(open_storage(dataset.root), file)
    signed = LATELY.find(file.staged)
    assert signed is not None
    assert index_rows("articles", written.drop_columns(["text"]), signed).equals(
        index_rows("articles", written)
    )


def test_a_file_with_a_row_that_is_not_signed_is_signed_when_it_is_committed(article):
    lately = Lately()
    lately.keep("staging/u1/a", [sign_article(article("a")), article("b")])
    assert lately.find("staging/u1/a") is None


def test_the_latest_files_are_kept_and_each_whole(article):
    lately = Lately(most=3)
    rows = [sign_article(article(name)) for name in "abcd"]
    lately.keep("staging/u1/a", rows[:2])
    lately.keep("staging/u1/b", rows[2:])
    assert lately.find("staging/u1/a") is None
    assert len(lately.find("staging/u1/b") or ()) == 2
    lately.keep("staging/u1/c", rows)
    assert len(lately.find("staging/u1/c") or ()) == 4


def test_what_is_committed_is_dropped_and_makes_room(article):
    lately = Lately(most=3)
    rows = [sign_article(article(name)) for name in "abcd"]
    lately.keep("staging/u1/a", rows[:2])
    lately.drop(["staging/u1/a", "staging/u1/of-another-process"])
    assert lately.find("staging/u1/a") is None
    lately.keep("staging/u2/a", rows[:2])
    lately.keep("staging/u2/b", rows[2:3])
    assert lately.find("staging/u2/a") is not None
