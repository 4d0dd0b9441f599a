"""A text that its publisher reserves against training is told as such, whatever says it."""

from dataclasses import replace

import pytest
from wires import nitf

from newsbeam.transforms.core.records import Article
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.wires.item import encode_item
from newsbeam.transforms.wires.read import read_items

TEXT = (
    "The harbour board of Port Ellery voted on Tuesday to rebuild the northern breakwater, which "
    "two winter storms had damaged beyond repair, and to ask the region for a third of the cost.",
) * 3
HTML = "<html><head>{}</head><body><article><h1>A vote</h1>{}</article></body></html>"


def row_of(make_page, options, body: bytes, media: str, headers: dict[str, str]) -> Article:
    row = extract_article(replace(make_page(body, media=media), **headers), options)
    assert isinstance(row, Article)
    return row


def html(meta: str = "") -> bytes:
    return HTML.format(meta, "".join(f"<p>{part}</p>" for part in TEXT)).encode()


BODIES = {
    "html": html(),
    "text": "\n\n".join(TEXT).encode(),
    "wire": encode_item(next(read_items(nitf(TEXT).encode(), "nitf"))),
}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"robots_tag": "max-snippet:-1, noai"}, True),
        ({"robots_tag": "noimageai"}, True),
        ({"robots_tag": "noindex"}, None),
        ({"tdm_reservation": "1"}, True),
        ({"tdm_reservation": "0"}, False),
    ],
)
@pytest.mark.parametrize("media", BODIES)
def test_headers_reserve_a_text_of_any_kind(make_page, options, media, headers, expected):
    row = row_of(make_page, options, BODIES[media], media, headers)
    assert row.ai_training_opt_out is expected


@pytest.mark.parametrize(
    ("meta", "headers", "expected"),
    [
        ('<meta name="tdm-reservation" content="0">', {"tdm_reservation": "1"}, True),
        ('<meta name="robots" content="noai">', {"tdm_reservation": "0"}, True),
        ('<meta name="tdm-reservation" content="0">', {"robots_tag": "noindex"}, False),
    ],
)
def test_what_a_meta_element_or_a_header_reserves_is_reserved(
    make_page, options, meta, headers, expected
):
    row = row_of(make_page, options, html(meta), "html", headers)
    assert row.ai_training_opt_out is expected
