"""What is put aside comes back, in any order."""

from newsbeam.transforms.core.spool import Spool


def test_what_is_put_aside_comes_back_whatever_order_it_is_asked_for_in():
    spool = Spool()
    kept = [b"first", b"", bytes(100_000), "drei".encode("utf-16")]
    places = [spool.add(each) for each in kept[:2]]
    assert spool.read(places[0]) == b"first"
    places += [spool.add(each) for each in kept[2:]]
    assert [spool.read(place) for place in reversed(places)] == kept[::-1]
