"""The difference between a dataset and the truth about the newsroom that it was read from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from newsbeam.pipelines.newsroom.site import strip_tracking
from newsbeam.pipelines.newsroom.truth import Rejected, Repeated, Truth, Written

Row = Mapping[str, Any]


def compare(
    truth: Truth, articles: Sequence[Row], duplicates: Sequence[Row], rejects: Sequence[Row]
) -> list[str]:
    """Return a sentence for each difference; none if the dataset is as it has to be.

    The rows are those of the tables of the same names (``transforms/core/schema.py``) as dicts.
    """
    return [
        *_compare_articles(truth.written, articles),
        *_compare_duplicates(truth.duplicates, duplicates),
        *_compare_rejects(truth.rejects, rejects),
    ]


def _compare_articles(written: Iterable[Written], rows: Sequence[Row]) -> Iterable[str]:
    found = {(row["canonical_url"], row["revision"]): row for row in rows}
    if len(found) < len(rows):
        yield f"{len(rows) - len(found)} articles are in the dataset more than once."
    for one in written:
        row = found.pop((one.url, one.revision), None)
        name = one.url if one.revision == 1 else f"{one.url} (revision {one.revision})"
        if row is None:
            yield f"{name} is missing from the articles."
        else:
            yield from (f"{name}: {fault}" for fault in _compare_article(one, row))
    for url, revision in found:
        yield f"{url} (revision {revision}) is among the articles, but should not be."


def _compare_article(one: Written, row: Row) -> Iterable[str]:
    pairs: list[tuple[str, object, object]] = [
        ("title", one.title, _fold(row["title"])),
        ("authors", list(one.authors), list(row["authors"] or ())),
        ("published_at", one.published_at, _in_utc(row["published_at"])),
        ("language", one.language, row["language"]),
        ("publisher", one.publisher, row["publisher"]),
        ("completeness", one.completeness, row["completeness"]),
    ]
    if one.modified_at is not None:
        pairs.append(("modified_at", one.modified_at, _in_utc(row["modified_at"])))
    if one.agency is not None:
        pairs.append(("agency", one.agency, row["agency"]))
    if one.dateline_place is not None:
        place = row["dateline_place"]
        pairs.append(("dateline_place", one.dateline_place.casefold(), place and place.casefold()))
    for name, wanted, got in pairs:
        if wanted != got:
            yield f"{name} is {_show(got)}, but should be {_show(wanted)}."
    if strip_tracking(row["requested_url"] or "") not in one.requested:
        yield f"requested_url is {row['requested_url']}, which no input names."
    yield from _compare_text(one.paragraphs, row["text"])


def _compare_text(wanted: Sequence[str], text: str) -> Iterable[str]:
    got = [_fold(part) for part in text.split("\n\n")]
    missing = Counter(map(_fold, wanted)) - Counter(got)
    surplus = Counter(got) - Counter(map(_fold, wanted))
    for part in missing:
        yield f"the paragraph {_show(part)} is missing from the text."
    for part in surplus:
        yield f"the paragraph {_show(part)} should not be in the text."
    if not missing and not surplus and got != list(map(_fold, wanted)):
        yield "the paragraphs are in another order."


def _compare_duplicates(repeated: Iterable[Repeated], rows: Sequence[Row]) -> Iterable[str]:
    left = list(rows)
    for one in repeated:
        row = next((row for row in left if _matches(one, row)), None)
        if row is None:
            yield (
                f"{' or '.join(sorted(one.requested))} is missing from the duplicates: it repeats "
                f"{one.duplicate_of} ({one.how})."
            )
        else:
            left.remove(row)
    for row in left:
        yield (
            f"{row['requested_url']} is a duplicate of {row['duplicate_of_url']} ({row['how']}), "
            "but should not be."
        )


def _matches(one: Repeated, row: Row) -> bool:
    return (
        strip_tracking(row["requested_url"] or "") in one.requested
        and row["duplicate_of_url"] == one.duplicate_of
        and row["how"] == one.how
    )


def _compare_rejects(rejected: Iterable[Rejected], rows: Sequence[Row]) -> Iterable[str]:
    found: dict[str, Row] = {}
    for row in rows:
        found[row["url"] or row["source_ref"]] = row
    for one in rejected:
        got = found.pop(one.url, None)
        if got is None:
            yield f"{one.url} is missing from the rejects: {one.stage}, {one.reason}."
            continue
        outcome = (got["stage"], got["reason"])
        if outcome != (one.stage, one.reason):
            yield (
                f"{one.url} was rejected as {' '.join(outcome)}, but should be as "
                f"{one.stage} {one.reason} ({got['detail']})."
            )
        elif one.http_status is not None and got["http_status"] != one.http_status:
            yield f"{one.url}: http_status is {got['http_status']}, not {one.http_status}."
    for url, row in found.items():
        yield f"{url} was rejected ({row['stage']} {row['reason']}: {row['detail']})."


def _fold(text: str | None) -> str:
    return " ".join((text or "").split())


def _in_utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _show(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else repr(value)
    return text if len(text) <= 90 else text[:87] + "…"
