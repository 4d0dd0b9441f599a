import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from loopback import answer, fetch_page

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.bodies import decompress

TEXT = b"Ein Satz, noch ein Satz. " * 5000


def deflate_raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


PACKERS = [
    ("gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", deflate_raw),
    ("br", lambda data: brotli.compress(data, quality=1)),
    ("zstd", zstd),
]


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
@given(data=st.binary(max_size=2000))
def test_what_was_packed_comes_back(encoding, pack, data):
    assert decompress(pack(data), encoding, 2000) == data


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_a_body_at_the_limit_comes_back_whole(encoding, pack):
    assert decompress(pack(TEXT), encoding, len(TEXT)) == TEXT


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_a_larger_body_stops_soon_after_the_limit(encoding, pack):
    packed = pack(b"\0" * (64 << 20))
    assert 1000 < len(decompress(packed, encoding, 1000)) <= 9 << 20


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_data_that_ends_early_is_not_taken_for_all_of_it(encoding, pack):
    packed = pack(TEXT)
    with pytest.raises(InputError, match="ends early") as caught:
        decompress(packed[:-5], encoding, len(TEXT))
    assert caught.value.reason == "bad_encoding"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_damaged_data_is_a_bad_encoding(encoding):
    with pytest.raises(InputError) as caught:
        decompress(b"<html>not packed at all</html>", encoding, 1000)
    assert caught.value.reason == "bad_encoding"


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_several_members_are_one_body(pack):
    packed = pack(b"one, ") + pack(b"two, ") + pack(b"three")
    encoding = "gzip" if pack is gzip.compress else "zstd"
    assert decompress(packed, encoding, 1000) == b"one, two, three"


@pytest.mark.parametrize(("encoding", "pack"), [one for one in PACKERS if one[0] != "br"])
@pytest.mark.parametrize("padding", [b"\n", bytes(500), b"<!-- served by cache -->"])
def test_padding_behind_a_whole_body_is_ignored(encoding, pack, padding):
    assert decompress(pack(b"whole") + padding, encoding, 1000) == b"whole"


def test_a_zstd_window_larger_than_http_allows_is_refused():
    options = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=options).compressobj()
    packed = packer.compress(b"x" * 100) + packer.flush()
    with pytest.raises(InputError, match="memory"):
        decompress(packed, "zstd", 1000)


PAGE = b"<html><p>" + b"The ferry sails again. " * 20
PLAIN = b"The ferry sails again. " * 20


@pytest.mark.parametrize(
    ("lines", "body", "expected"),
    [
        (["gzip, br"], brotli.compress(gzip.compress(PAGE)), PAGE),
        (["br, gzip"], gzip.compress(brotli.compress(PLAIN)), PLAIN),
        (["gzip", "br"], brotli.compress(gzip.compress(PAGE)), PAGE),
        (["gzip, gzip"], gzip.compress(gzip.compress(PLAIN)), PLAIN),
        (["gzip, gzip"], gzip.compress(PAGE), PAGE),
        (["gzip, identity, x-gzip"], gzip.compress(gzip.compress(PLAIN)), PLAIN),
        (["deflate, zstd"], zstd(zlib.compress(PLAIN)), PLAIN),
        (["deflate"], deflate_raw(PLAIN), PLAIN),
        (["gzip"], PAGE, PAGE),
        (["utf-8"], PAGE, PAGE),
        (["utf-8, gzip"], gzip.compress(PAGE), PAGE),
        (["gzip, utf-8"], gzip.compress(PAGE), PAGE),
        (["gzip, br"], b"", b""),
        # what is no markup is not taken for what it was not said to be
        (["gzip, gzip"], gzip.compress(PLAIN), None),
        (["gzip, br"], gzip.compress(PLAIN), None),
        (["utf-8"], PLAIN, None),
        (["br"], brotli.compress(PAGE)[:-9], None),
        (["gzip"] * 5, PAGE, None),
    ],
)
def test_codings_in_a_row_are_undone_from_the_last_to_the_first(run, lines, body, expected):
    head = "".join(f"Content-Encoding: {line}\r\n" for line in lines)

    async def handle(request, writer):
        length = f"Content-Length: {len(body)}\r\n\r\n"
        writer.write(f"HTTP/1.1 200 X\r\n{head}{length}".encode() + body)
        await writer.drain()

    found = fetch_page(handle, run)
    assert (None if found == "bad_encoding" else found.body) == expected


@pytest.mark.parametrize("outer", [gzip.compress, zstd])
def test_a_bomb_in_two_codings_is_too_large(run, outer):
    bomb = outer(brotli.compress(bytes(64 << 20)))
    coding = "br, gzip" if outer is gzip.compress else "br, zstd"
    page = answer(bomb, headers={"Content-Encoding": coding})
    assert fetch_page(page, run) == "too_large"
