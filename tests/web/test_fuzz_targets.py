"""The seeds of the fuzz targets, which keep the targets themselves at work."""

import pytest

from benchmarks.fuzz.seeds import SEEDS
from benchmarks.fuzz.targets import OPTIONS, run_target
from benchmarks.fuzz.words import WORDS


@pytest.mark.parametrize(
    ("target", "seed"), [(target, seed) for target, seeds in SEEDS.items() for seed in seeds]
)
def test_nothing_is_wrong_with_what_fuzzing_starts_from(target, seed):
    run_target(target, seed + b"\0" * OPTIONS)
    run_target(target, seed + b"\0\xff\x80\x10")


def test_a_server_that_names_an_impossible_date_does_no_harm():
    head = b"HTTP/1.1 200 OK\r\nExpires: Mon, 01 Jan %s 00:00:00 GMT\r\n" % (b"9" * 20)
    run_target("http", head + b"Content-Length: 0\r\n\r\n" + b"\0" * OPTIONS)


def test_each_target_has_words():
    assert WORDS.keys() == SEEDS.keys()
