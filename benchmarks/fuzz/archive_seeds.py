"""Archives that fuzzing starts from: each form of file, record and answer, invented for it."""

import gzip

import brotli
import zstandard

_PAGE = b"<html><head><title>One</title></head><body><p>Text of the page.</p></body></html>"


def _answer(body: bytes = _PAGE, *lines: bytes, end: bytes = b"\r\n") -> bytes:
    head = (b"HTTP/1.1 200 OK", b"Content-Type: text/html", *lines, b"", b"")
    return end.join(head) + body


def _record(kind: bytes, block: bytes, *lines: bytes, end: bytes = b"\r\n") -> bytes:
    head = (
        b"WARC/1.1",
        b"WARC-Type: " + kind,
        b"WARC-Record-ID: <urn:uuid:1>",
        b"WARC-Target-URI: http://a.example/1",
        b"WARC-Date: 2026-03-03T09:30:00Z",
        b"Content-Type: application/http; msgtype=response",
        b"Content-Length: %d" % len(block),
        *lines,
        b"",
        b"",
    )
    return end.join(head) + block + end + end


_RECORDS = (
    _record(b"warcinfo", b"software: a\r\n"),
    _record(b"response", _answer()),
    _record(b"Request", b"GET / HTTP/1.1\n\n", end=b"\n"),
    _record(b"response", _answer(end=b"\n"), end=b"\n").lower(),
    _record(b"revisit", _answer(b"")),
)
_CODED = (
    _answer(gzip.compress(brotli.compress(_PAGE)), b"Content-Encoding: br, gzip"),
    _answer(b"5;a=b\r\n<html\r\n1\r\n>\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
    b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" + _answer(),
    _answer(zstandard.compress(_PAGE), b"Content-Encoding: zstd", b"Set-Cookie: a;", b" b=c"),
)
_SEGMENTS = (
    _record(b"response", _answer()[:60], b"WARC-Segment-Number: 1"),
    _record(
        b"continuation",
        _answer()[60:],
        b"WARC-Segment-Number: 2",
        b"WARC-Segment-Origin-ID: <urn:uuid:1>",
        b"WARC-Segment-Total-Length: %d" % len(_answer()),
    ),
)
_ARC = (
    b"filedesc://a.arc 0.0.0.0 20260303093000 text/plain 12\n1 0 a\nURL I\n\n"
    b"http://a.example/1 1.2.3.4 20260303093000 text/html %d\n%s\n" % (len(_answer()), _answer())
)


def _skippable(number: int, data: bytes) -> bytes:
    return bytes((0x50 + number,)) + b"\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def _with_dictionary() -> bytes:
    samples = [record + b"%d" % number for number, record in enumerate(_RECORDS * 30)]
    dictionary = zstandard.train_dictionary(1000, samples)
    pack = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True).compress
    frame = _skippable(13, zstandard.compress(dictionary.as_bytes()))
    return frame + _skippable(0, b"note").join(map(pack, _RECORDS))


ARCHIVES = (
    b"".join(_RECORDS),
    b"".join(map(gzip.compress, _RECORDS)),
    gzip.compress(b"".join(_RECORDS)),
    b"".join(map(zstandard.compress, _RECORDS)),
    _with_dictionary(),
    b"".join(_record(b"response", answer) for answer in _CODED),
    b"".join(_SEGMENTS),
    b"".join(_RECORDS) + b"garbage\r\n\r\n" + _RECORDS[1][:-40],
    _ARC,
    gzip.compress(_ARC),
)
