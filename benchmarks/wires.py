"""Items of the news trade against the truth, field by field, and their speed beside feeds.

    make bench-wires

The evaluation data is found as in the tests: NEWSBEAM_DATA, else ../shared/data beside the
repository. Fields are compared as the truth's README says: texts after NFC with blanks collapsed,
times as instants. Speed is CPU time of ``open_documents``, each wire and its feed by turns in one
process, of which the best of some rounds counts: others use the machine too.
"""

import io
import json
import os
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.detect import HEAD_BYTES, detect_kind
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items, read_json
from newsbeam.transforms.wires.times import read_time

SEEN = datetime(2026, 12, 1, tzinfo=UTC)
ROUNDS = 15
#: Formats of the data that are read, and the kind of source that they are.
KINDS = {
    "newsml-g2": "newsml",
    "newsml-1.2": "newsml",
    "nitf": "nitf",
    "ninjs": "ninjs",
    "iptc-7901": "iptc7901",
    "anpa": "iptc7901",
    "schema.org": "jsonld",
}
#: Paragraphs that a reader may keep or drop.
_OPTIONAL = ("title", "infobox", "linkbox")

#: Why a field of an item is not what the truth has, where that is meant.
EXPLAINED = {
    ("newsml-g2", "notes"): "a notepad's parts that must not be published are left out",
    ("newsml-g2", "subjects"): "a subject without code and name is no subject",
    ("newsml-g2", "links"): "a link without target is no link",
    ("newsml-1.2", "dateline"): "a dateline that is a date for machines alone is none",
    ("newsml-1.2", "captions"): "the same caption stands once",
    ("ninjs", "captions"): "captions of pictures that come along are in the story's row too",
    ("ninjs", "summary"): "an `abstract` is one; a description of a caption is none",
    ("ninjs", "slugline"): "`slug` is a slugline too",
    ("ninjs", "first_created"): "`firstVersion` is a first version's time",
    ("ninjs", "subjects"): "an object of codes alone is a list of subjects",
    ("ninjs", "notes"): "the reason of an embargo is a note",
    ("ninjs", "text"): "an hl1 above a NITF body is the headline",
    ("iptc-7901", "notes"): "the public part of a notepad is a note; the truth has it apart",
    ("schema.org", "subjects"): "`about` names subjects too",
    ("schema.org", "captions"): "an image's caption is one",
    ("schema.org", "genres"): "`genre` is one",
    ("nitf", "embargoed"): "a release after the issue is an embargo",
}


def main() -> None:
    """Print the tables."""
    folder = Path(os.environ.get("NEWSBEAM_DATA") or "../shared/data") / "wires"
    print("# Items as the news trade sends them\n\n`make bench-wires`\n")
    for title, truth, files in (
        ("Real items", "truth.jsonl", folder / "files"),
        ("Invented items", "invented-truth.jsonl", folder),
    ):
        show_fields(title, read_truth(folder / truth), files)
    show_detection(folder)
    show_speed(folder)


def read_truth(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of truth by file."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["file"]].append(row)
    return rows


def read_file(path: Path, kind: str) -> list[WireItem]:
    """Return the items in a file, which may be JSON lines."""
    body = path.read_bytes()
    if path.suffix == ".jsonl":
        return [item for line in body.splitlines() for item in read_json(line.decode(), kind)]
    return list(read_items(body, kind))


def show_fields(title: str, truth: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """Print how many fields of how many items are right."""
    right: Counter[tuple[str, str]] = Counter()
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    formats: Counter[str] = Counter()
    for name, rows in truth.items():
        form = rows[0]["format"]
        if form not in KINDS:
            continue
        try:
            items = read_file(folder / name, KINDS[form])
        except InputError as error:
            wrong[form, f"refused ({error.reason})"].append(name)
            continue
        for row, item in pair(rows, items):
            formats[form] += item is not None and item.kind == "text"
            for field, same in compare(row, item):
                right[form, field] += same
                if not same:
                    wrong[form, field].append(name.rpartition("/")[2][-50:])
    fields = list(dict.fromkeys(field for _, field in (*right, *wrong)))
    print(f"## {title}\n\nText items by format: right / compared.\n")
    print(f"| Field | {' | '.join(formats)} |\n|---|{'---:|' * len(formats)}")
    for field in fields:
        cells = [_cell(right[form, field], len(wrong[form, field])) for form in formats]
        print(f"| {field} | {' | '.join(cells)} |")
    print("\nNot equal to the truth:\n")
    for (form, field), names in sorted(wrong.items()):
        if names:
            why = EXPLAINED.get((form, field), "**not explained**")
            print(f"- {form}, {field}: {len(names)} ({names[0]}): {why}")
    print()


def _cell(right: int, wrong: int) -> str:
    return f"{right} / {right + wrong}" if right + wrong else ""


def pair(
    rows: list[dict[str, Any]], items: list[WireItem]
) -> Iterator[tuple[dict[str, Any], WireItem | None]]:
    """Yield each row of truth with its item; parts of items need not be items of their own."""
    by_id: dict[str | None, list[WireItem]] = defaultdict(list)
    for item in items:
        by_id[item.facts.guid].append(item)
    for row in rows:
        found = by_id.get(words(row.get("item")))
        item = found.pop(0) if found else (items[0] if len(rows) == 1 and items else None)
        if item is None and row["kind"] != "text" and row.get("parent"):
            continue
        yield row, item


def compare(row: dict[str, Any], item: WireItem | None) -> Iterator[tuple[str, bool]]:
    """Yield each field with whether it is what the truth says."""
    if item is None:
        yield "kind", False
        return
    yield "kind", item.kind == row["kind"]
    if row["kind"] != "text":
        return
    facts = item.facts
    yield "guid", words(facts.guid) == words(row.get("item")) or not row.get("item")
    plain = {
        "version": (facts.version, row.get("version")),
        "headline": (item.headline, row["headline"]),
        "subheadline": (item.subheadline, row["subheadline"]),
        "summary": (item.summary, row["abstract"]),
        "byline": (facts.byline, row["byline"]),
        "credit": (facts.credit, row["credit"]),
        "provider": (facts.provider, row.get("provider")),
        "dateline": (facts.dateline, (row.get("dateline") or {}).get("text")),
        "language": (facts.language, row["language"]),
        "pub_status": (facts.pub_status, row["pubstatus"]),
        "slugline": (facts.slugline, row["slugline"]),
        "copyright": (facts.copyright, row.get("copyright") or row.get("copyright_holder")),
        "usage_terms": (facts.usage_terms, row["rights"]),
    }
    for name, (found, told) in plain.items():
        yield name, words(found) == (words(told) or None)
    yield "urgency", facts.urgency == row["urgency"]
    times = {
        "version_created": (facts.version_created, row.get("versioncreated") or row.get("issued")),
        "first_created": (facts.first_created, row.get("firstcreated")),
        "content_created": (facts.content_created, row.get("contentcreated")),
        "embargoed": (facts.embargoed, row.get("embargoed")),
    }
    for name, (written, told) in times.items():
        yield name, instant(written) == instant(told)
    subjects = [(each.code, words(each.name)) for each in facts.subjects]
    told_subjects = [(each["code"], words(each["name"])) for each in row["subjects"] or ()]
    yield "subjects", subjects == told_subjects or _unescaped(told_subjects) == subjects
    yield "keywords", same(item.keywords, row["keywords"])
    yield "genres", same(facts.genres, row["genres"])
    yield "signals", same(facts.signals, row.get("signals"))
    notes = [each["text"] for each in row.get("ednotes") or () if each["public"] is not False]
    yield "notes", [bare(each.text) for each in facts.notes] == [bare(each) for each in notes]
    if row.get("links"):
        links = [(each.relation, each.target, each.version) for each in facts.links]
        yield (
            "links",
            links == [(each["rel"], each["to"], each["version"]) for each in row["links"]],
        )
    located = (row.get("places") or {}).get("located")
    if located:
        yield "located", same(facts.located, located if isinstance(located, list) else [located])
    yield "captions", same(facts.captions, row.get("captions"))
    if row["authors"]:
        yield "authors", same(item.authors or item.people, row["authors"])
    if row.get("score_body") is not False:
        yield "text", same_text(item, row)


def same_text(item: WireItem, row: dict[str, Any]) -> bool:
    """Return whether the paragraphs say the same, with or without those that may be dropped."""
    paragraphs = row.get("paragraphs") or []
    kinds = row.get("kinds") or ["p"] * len(paragraphs)
    needed = [text for text, kind in zip(paragraphs, kinds, strict=True) if kind not in _OPTIONAL]
    return bare(" ".join(item.paragraphs)) in (bare(" ".join(needed)), bare(" ".join(paragraphs)))


def words(text: str | None) -> str | None:
    """Return a text in NFC with single blanks."""
    return None if text is None else unicodedata.normalize("NFC", " ".join(text.split()))


def bare(text: str) -> str:
    """Return a text without any blank."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def same(found: Any, told: list[str] | None) -> bool:
    """Return whether two lists of texts are the same."""
    return [words(each) for each in found] == [words(each) for each in told or ()]


def _unescaped(subjects: list[tuple[Any, str | None]]) -> list[tuple[Any, str | None]]:
    return [(code, name and name.replace("&amp;", "&")) for code, name in subjects]


def instant(text: str | None) -> datetime | None:
    """Return the moment that a time names."""
    claim = read_time(text)
    return claim.at if claim else None


def show_detection(folder: Path) -> None:
    """Print whether the content alone says what each file is."""
    found: Counter[tuple[str, str]] = Counter()
    for truth, files in (("truth.jsonl", folder / "files"), ("invented-truth.jsonl", folder)):
        for name, rows in read_truth(folder / truth).items():
            head = (files / name).read_bytes()[:HEAD_BYTES]
            found[rows[0]["format"], detect_kind("file", head)] += 1
    print("## Found by content\n\n| Format | Taken for | Files |\n|---|---|---:|")
    for (form, kind), count in sorted(found.items()):
        print(f"| {form} | {kind} | {count} |")
    print()


def show_speed(folder: Path) -> None:
    """Print items a second beside those of feeds of the same size, by turns."""
    print(
        "## Speed\n\nReading alone, each file beside a feed of one item and of as many bytes. An "
        "entry of a feed\nis an address to fetch with a teaser; an item of the trade is the whole "
        f"article in paragraphs.\nThe best of {ROUNDS} rounds of each file counts.\n"
    )
    print("| Format | Files | Wire, ms an item | Feed, ms an item | Items a second, ratio |")
    print("|---|---:|---:|---:|---:|")
    pairs: dict[str, list[tuple[bytes, bytes]]] = defaultdict(list)
    for name, rows in read_truth(folder / "truth.jsonl").items():
        if rows[0]["format"] in KINDS and len(rows) == 1 and rows[0]["kind"] == "text":
            body = (folder / "files" / name).read_bytes()
            pairs[rows[0]["format"]].append((body, make_feed(len(body), 1)))
    items = 100
    message = make_message(items)
    pairs["newsml-g2, 100 in a message"] = [(message, make_feed(len(message), items))]
    for form, documents in pairs.items():
        count = sum(count_items(wire) for wire, _ in documents)
        spent = [0.0, 0.0]
        for pair in documents:
            rounds = [[clock(partial(count_items, body)) for body in pair] for _ in range(ROUNDS)]
            for side in (0, 1):
                spent[side] += min(each[side] for each in rounds)
        wire_ms, feed_ms = (each * 1000 / count for each in spent)
        print(
            f"| {form} | {len(documents)} | {wire_ms:.2f} | {feed_ms:.2f} | "
            f"{feed_ms / wire_ms:.2f} |"
        )


def clock(work: Callable[[], object]) -> float:
    """Return the CPU seconds that ``work`` takes."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def count_items(body: bytes) -> int:
    """Read a document as a job does and count what it holds."""
    reader = open_documents(
        io.BytesIO(body),
        Source(ref="file"),
        ReadSettings(),
        seen_at=SEEN,
        max_entries=2000,
    )
    try:
        return sum(1 for _ in reader)
    except InputError:
        return 0


SENTENCE = "The harbour board of Port Ellery voted on Tuesday to rebuild the northern breakwater. "


def make_feed(size: int, items: int) -> bytes:
    """Return an RSS feed of ``items`` with their texts, about ``size`` bytes long."""
    each = max(1, size // items - 350)
    text = (SENTENCE * (each // len(SENTENCE) + 1))[:each]
    entries = "".join(
        f"<item><title>A vote on the breakwater {number}</title><guid>urn:x:{number}</guid>"
        f"<link>https://ellery.example/{number}</link><category>Harbour</category>"
        "<pubDate>Tue, 03 Mar 2026 08:30:00 GMT</pubDate>"
        f"<description>{escape(f'<p>{text}</p>')}</description></item>"
        for number in range(items)
    )
    return f'<rss version="2.0"><channel><title>Ellery</title>{entries}</channel></rss>'.encode()


def make_message(items: int) -> bytes:
    """Return a newsMessage of NewsML-G2 with ``items`` stories of ten paragraphs."""
    body = f"<p>{SENTENCE * 3}</p>" * 10
    parts = "".join(
        f'<newsItem guid="urn:x:{number}" version="1" standardversion="2.29" xml:lang="en">'
        '<itemMeta><itemClass qcode="ninat:text"/><provider literal="ELL"/>'
        '<versionCreated>2026-03-03T09:30:00+01:00</versionCreated><pubStatus qcode="stat:usable"/>'
        '</itemMeta><contentMeta><urgency>4</urgency><language tag="en"/>'
        '<subject qcode="medtop:20000763"><name>transport</name></subject>'
        f"<headline>A vote on the breakwater {number}</headline><by>By Ana Moreira</by>"
        '</contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML>'
        "</contentSet></newsItem>"
        for number in range(items)
    )
    name = "http://iptc.org/std/nar/2006-10-01/"
    return f'<newsMessage xmlns="{name}"><itemSet>{parts}</itemSet></newsMessage>'.encode()


if __name__ == "__main__":
    main()
