"""Records as the tests of archives write them."""

from datetime import UTC, datetime

from archives import (
    http,
    open_archive,
    record,
)

from newsbeam.transforms.core.records import Page

DATE = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


def page_of(data: bytes) -> Page:
    (page,) = open_archive(data)
    assert isinstance(page, Page), page
    return page


def chunked(body: bytes, end: bytes = b"\r\n") -> bytes:
    pieces = [body[:7], body[7:]]
    return (
        b"".join(b"%X;a=b%s%s%s" % (len(each), end, each, end) for each in pieces)
        + b"0"
        + end
        + end
    )


THREE = [record(name, http()) for name in "123"]
