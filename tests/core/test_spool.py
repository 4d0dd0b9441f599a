"""What is put aside comes back, in any order."""

import tempfile

import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.spool import Spool

MUCH = bytes(range(250)) * 40_000


def test_what_is_put_aside_comes_back_whatever_order_it_is_asked_for_in():
    spool = Spool()
    kept = [b"first", b"", MUCH, "drei".encode("utf-16")]
    places = [spool.add(each) for each in kept[:2]]
    assert spool.read(places[0]) == b"first"
    places += [spool.add(each) for each in kept[2:]]
    assert [spool.read(place) for place in reversed(places)] == kept[::-1]


def test_little_needs_no_folder_for_temporary_files_and_much_says_that_there_is_none(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    spool = Spool()
    assert spool.read(spool.add(b"a few articles")) == b"a few articles"
    with pytest.raises(DatasetError, match="TMPDIR"):
        spool.add(MUCH)
