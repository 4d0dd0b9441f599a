"""Decompression found by magic bytes, and caps."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.streams import open_decompressed, peek, read_capped, read_lines


def read(data: bytes, limit: int = 1 << 20) -> bytes:
    return read_capped(open_decompressed(io.BytesIO(data), "a.gz"), limit)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_all_members_and_frames_are_read(parts):
    whole = b"".join(parts)
    assert read(b"".join(map(gzip.compress, parts))) == whole
    assert read(b"".join(map(zstandard.compress, parts))) == whole
    assert read(b"".join(map(bz2.compress, parts))) == whole
    assert read(b"".join(map(lzma.compress, parts)) + bytes(8)) == whole


@pytest.mark.parametrize(
    "compress", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress]
)
def test_what_stands_before_the_damage_is_delivered(compress):
    data = compress(b"first line\n") + compress(b"second")[:-3]
    stream = open_decompressed(io.BytesIO(data), "a")
    delivered = b""
    with pytest.raises(InputError) as caught:
        while part := stream.read(100):
            delivered += part
    assert delivered.startswith(b"first line\n")
    assert caught.value.reason == "truncated_archive"


@pytest.mark.parametrize(
    "compress", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress]
)
def test_a_bomb_is_not_inflated_past_the_cap(compress):
    with pytest.raises(InputError) as caught:
        read(compress(bytes(200 << 20)), limit=1 << 20)
    assert caught.value.reason == "too_large"


def test_the_cap_itself_is_allowed():
    assert read(b"x" * 10, limit=10) == b"x" * 10


def test_zeros_that_pad_a_gzip_file_are_no_damage():
    assert read(gzip.compress(b"x") + bytes(512)) == b"x"


def test_peek_gives_back_what_it_read():
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    head, stream = peek(Pipe(b"abcdef"), 3)
    assert (head, read_capped(stream, 10)) == (b"abc", b"abcdef")


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=20))
def test_lines_are_those_of_split(lines):
    data = b"".join(line + b"\n" for line in lines)
    found = list(read_lines(io.BytesIO(data), 100))
    assert [line for line, _ in found] == lines
    assert sum(size for _, size in found) == len(data)


def test_a_line_over_the_limit_is_passed_over():
    data = b"a\n" + b"b" * 200_000 + b"\nc"
    assert [line for line, _ in read_lines(io.BytesIO(data), 100)] == [b"a", None, b"c"]
