"""Whatever a row of an item says comes back from each format that it is exported in."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.records import (
    Article,
    DateClaim,
    Entry,
    Page,
    Source,
    Wire,
    WireLink,
    WireNote,
    WireSubject,
)
from newsbeam.transforms.core.settings import Config, ReadSettings
from newsbeam.transforms.dataset.export import FORMATS
from newsbeam.transforms.dataset.rows import to_rows
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.wires.codes import resolve
from newsbeam.transforms.wires.item import WireItem, encode_item

#: Without making a failure smaller, which takes minutes here.
PHASES = (Phase.explicit, Phase.generate)
SEEN = datetime(2026, 11, 28, tzinfo=UTC)
#: What says how and where this reading was done, and is another's after another reading.
OF_READING = frozenset(
    (
        *("source_kind", "source_ref", "source_id", "unit", "fetched_at", "first_seen_at"),
        *("url", "requested_url", "extractor", "title_source", "authors_source", "cleaning"),
        *("published_source", "pipeline_version"),
    )
)

WORDS = (
    *("harbour", "vote", "&", "<b>", "“quay”", "§5", "zwölf", "港", "3,000", "a:b", "x/y"),
    *("'lock'", "keeper", "noon;", "été"),
)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
words = st.sampled_from(["harbour", "ports", "traffic", "Ellery"])
codes = st.sampled_from(["medtop:20000763", "20000763", "ell:x", "a word", "http://v.example/c"])
zones = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(-timedelta(hours=5))])
moments = st.builds(
    lambda at, zone: at.replace(microsecond=0, tzinfo=zone),
    st.datetimes(datetime(2026, 1, 2), datetime(2026, 10, 30)),
    zones,
)
stated = st.one_of(
    moments.map(lambda at: at.isoformat()),
    moments.map(lambda at: at.replace(tzinfo=None).isoformat()),
    moments.map(lambda at: at.date().isoformat()),
)
subjects = st.builds(
    lambda code, name: WireSubject(code=code, name=name, uri=resolve(code)),
    codes,
    st.none() | words,
) | st.builds(WireSubject, code=st.none(), name=words, uri=st.none())
notes = st.builds(WireNote, text=phrases, role=st.sampled_from([None, "noteRole:x"]))
links = st.builds(
    WireLink,
    relation=st.sampled_from([None, "irel:seeAlso", "PreviousRevision"]),
    target=st.sampled_from(["urn:x:1", "https://ellery.example/1?a=1&b=2", "plain"]),
    version=st.sampled_from([None, "2"]),
)


def optional(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def some(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, max_size=3, unique=True).map(tuple)


facts = st.builds(
    Wire,
    format=st.sampled_from(["newsml-g2", "newsml-1.2", "ninjs", "nitf", "anpa", "schema.org"]),
    format_version=optional(st.just("2.29")),
    guid=optional(st.sampled_from(["urn:newsml:ellery.example:1:3", "plain-17", "https://e.x/1"])),
    version=optional(st.sampled_from(["1", "3", "3U"])),
    pub_status=st.sampled_from([None, "usable", "canceled"]),
    urgency=optional(st.integers(1, 9)),
    slugline=optional(phrases),
    byline=optional(st.sampled_from(["By Ana Moreira", "ahm/kt"])),
    credit=optional(words),
    provider=optional(st.sampled_from(["Ellery Press", "nprov:ELL", "ell.example"])),
    dateline=optional(st.just("PORT ELLERY, March 3 (Ellery Press) -")),
    language=optional(st.sampled_from(["en-GB", "DE", "x y"])),
    version_created=optional(stated),
    first_created=optional(stated),
    content_created=optional(stated),
    subjects=some(subjects),
    genres=some(words),
    located=some(st.sampled_from(["Port Ellery", "Marlow, Mass.", "Île"])),
    signals=some(st.sampled_from(["sig:correction", "2ND LEAD"])),
    notes=some(notes),
    links=some(links),
    captions=some(phrases),
    copyright=optional(phrases),
    usage_terms=optional(phrases),
)


def claim(at: datetime) -> DateClaim:
    minutes = int(at.utcoffset().total_seconds()) // 60 or None  # readers say nothing of UTC
    return DateClaim(
        at=at.astimezone(UTC), source="wire", precision="second", utc_offset=minutes, flags=()
    )


items = st.builds(
    WireItem,
    kind=st.just("text"),
    facts=facts,
    url=optional(st.just("https://ellery.example/17?a=1&b=2")),
    headline=optional(phrases),
    subheadline=optional(phrases),
    summary=optional(phrases),
    authors=some(st.sampled_from(["Ana Moreira", "Joan Albrecht"])),
    publisher=optional(words),
    section=optional(words),
    keywords=some(st.sampled_from(["breakwater", "a, b", "C; d"])),
    image_url=optional(st.just("https://ellery.example/1.jpg?w=1&h=2")),
    published=optional(moments.map(claim)),
    modified=optional(moments.map(claim)),
    is_killed=st.booleans(),
    paragraphs=st.lists(phrases, min_size=1, max_size=4).map(tuple),
)


def options() -> ExtractOptions:
    config = Config()
    return ExtractOptions.of(config.extract, config.text, config.quality, "1")


def row_of(article: Article) -> dict[str, object]:
    (row,) = to_rows("articles", [article], "u").to_pylist()
    day = (article.published_at or article.fetched_at).date().isoformat()
    return {**row, "language": article.language, "date": day}


def read_back(row: dict[str, object], form: str) -> dict[str, object]:
    text = "".join(FORMATS[form]([row])).encode()
    source = Source(ref="out")
    pages = open_documents(io.BytesIO(text), source, ReadSettings(), seen_at=SEEN, max_entries=1)
    (page,) = pages
    again = extract_article(page, options())
    assert isinstance(again, Article)
    return row_of(again)


def said(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in OF_READING}


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=40, deadline=None, phases=PHASES)
@given(item=items)
def test_a_row_comes_back_from_each_format(form: str, item: WireItem):
    entry = Entry(source_kind="newsml", source_ref="x.xml", seen_at=SEEN)
    body = encode_item(item)
    page = Page(entry=entry, url=item.url, body=body, media="wire", fetched_at=SEEN)
    article = extract_article(page, options())
    if isinstance(article, Article):
        row = row_of(article)
        assert said(read_back(row, form)) == said(row)


@pytest.mark.parametrize("form", ["ninjs", "newsml"])
@settings(max_examples=20, deadline=None, phases=PHASES)
@given(item=items, language=st.sampled_from(["und", "en", "zh-Hant"]))
def test_a_page_comes_back_as_far_as_it_was_no_item(form: str, item: WireItem, language: str):
    page = Page(
        entry=Entry(source_kind="newsml", source_ref="x.xml", seen_at=SEEN),
        url=item.url,
        body=encode_item(replace(item, facts=Wire(format="x"), is_killed=False)),
        media="wire",
        fetched_at=SEEN,
    )
    article = extract_article(page, options())
    if isinstance(article, Article):
        row = row_of(replace(article, wire=None, withdrawn=None))
        again = read_back(row, form)
        row["wire"] = again["wire"]
        assert said(again) == said(row)
