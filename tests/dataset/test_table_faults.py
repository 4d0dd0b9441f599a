"""Each commit becomes one version of a table, whoever is killed, late or out of room."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
from deltalake import DeltaTable
from pyiceberg.table import Transaction
from table_views import FORMATS, add, by_log, by_reader, versions

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.tables import update_tables
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.tables.follow import follow_log


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


#: Where a process may be gone: before the version stands, and when it does.
POINTS = {
    "delta": (DeltaTable, "create_write_transaction"),
    "iceberg": (Transaction, "commit_transaction"),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_process_that_is_gone_leaves_a_version_once(dataset, article, monkeypatch, form, when):
    settings = DatasetSettings(tables=(form,))
    for number in range(1, 4):
        add(dataset, article, [f"a{number}", f"b{number}"], f"u{number}")
        kind, name = POINTS[form]
        real = getattr(kind, name)

        def crash(*args, real=real, **kwargs):
            if when == "after":
                real(*args, **kwargs)
            raise Crash

        with monkeypatch.context() as patch:
            patch.setattr(kind, name, crash)
            with pytest.raises(Crash):
                follow_log(dataset.root, form, settings)
                raise AssertionError("the crash never came")
        if number == 2:
            continue  # the next one has two commits to show
        follow_log(dataset.root, form, settings)
        assert by_reader(dataset.root, form) == by_log(dataset.root)
    found = versions(dataset.root, form)
    assert sorted(found.keys() - {0}) == [1, 2, 3]
    for number in (1, 2, 3):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)


def _follow_often(root, form, flags, number):
    """Follow the log of ``root`` until told to stop; return what went wrong."""
    wrong = []
    while not (flags / "stop").exists():
        try:
            follow_log(root, form, DatasetSettings())
        except DatasetError as error:
            wrong.append(str(error))
        (flags / str(number)).touch()
    return wrong


@pytest.mark.parametrize("form", FORMATS)
def test_two_writers_make_each_version_once(dataset, article, tmp_path, form):
    context = multiprocessing.get_context("spawn")
    add(dataset, article, "ab", "u0")
    (flags := tmp_path / "flags").mkdir()
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        both = [pool.submit(_follow_often, dataset.root, form, flags, n) for n in range(2)]
        try:
            until = time.monotonic() + 60
            while len(list(flags.iterdir())) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            # However late they are: the table is there, and each commit becomes a version.
            follow_log(dataset.root, form, DatasetSettings())
            for number in range(1, 7):
                add(dataset, article, [f"a{number}"], f"u{number}")
        finally:
            (flags / "stop").touch()
        wrong = [error for each in both for error in each.result(60)]
    follow_log(dataset.root, form, DatasetSettings())
    assert wrong == []
    found = versions(dataset.root, form)
    assert sorted(found.keys() - {0}) == list(range(1, 8))
    for number in (3, 7):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)


@pytest.mark.parametrize("form", FORMATS)
def test_the_commit_stands_if_the_table_cannot_be_written(
    dataset, article, monkeypatch, caplog, form
):
    settings = DatasetSettings(tables=(form,))
    add(dataset, article, "ab", "u1")
    update_tables(dataset.root, settings)
    shown = by_reader(dataset.root, form)
    add(dataset, article, "cd", "u2")

    def fail(*_args, **_kwargs):
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(*POINTS[form], fail)
        update_tables(dataset.root, settings)
    assert "What was committed stands" in caplog.text
    assert f"`newsbeam tables {dataset.root}` catches up" in caplog.text
    assert by_reader(dataset.root, form) == shown
    assert run(["tables", dataset.root]) == 0
    assert by_reader(dataset.root, form) == by_log(dataset.root) != shown
