"""What was deleted on request, so that it is known without saying what it was.

A commit that forgets keeps marks: hashes of URLs, domains and publishers with a salt of the
dataset, or a date. They tell of a row or an input that is met later whether it is among what was
forgotten.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.core.identity import article_id
from newsbeam.transforms.core.records import WIRE_KINDS, Article, Entry, Reject
from newsbeam.transforms.core.urls import canonicalize_url, host_of, registered_domain, url_id
from newsbeam.transforms.dataset.log import Mark

#: Of each table, the columns that ``Forgotten.mask`` looks at.
MASKED = {
    "articles": [
        *("article_id", "requested_url", "domain", "publisher", "published_at", "fetched_at"),
        *("source_kind", "source_ref"),
    ],
    "duplicates": [
        *("article_id", "url", "requested_url", "publisher", "published_at", "fetched_at"),
        *("source_kind", "source_ref"),
    ],
    "rejects": ["url", "rejected_at", "source_kind", "source_ref"],
    "index": ["article_id", "url_id"],
    "boilerplate": ["domain"],
}


def new_salt() -> str:
    """Return a salt, in hex."""
    return secrets.token_hex(16)


def make_marks(
    salt: str,
    *,
    urls: Iterable[str] = (),
    domains: Iterable[str] = (),
    publishers: Iterable[str] = (),
    before: datetime | None = None,
    articles: Iterable[str] = (),
) -> list[Mark]:
    """Return the marks of what is to be forgotten; ``articles`` by their ids."""
    values = {("domain", domain.strip().lower()) for domain in domains}
    values |= {("article", identity) for identity in articles}
    values |= {("publisher", _plain(publisher)) for publisher in publishers}
    for url in urls:
        canonical = canonicalize_url(url)
        values.add(("url", url_id(url) or ""))
        values.add(("article", article_id(canonical, "") if canonical else url.strip().lower()))
    marks = [Mark(kind=kind, salt=salt, value=_salted(salt, value)) for kind, value in values]
    if before is not None:
        marks.append(Mark(kind="before", salt="", value=before.astimezone(UTC).isoformat()))
    return sorted(marks, key=lambda mark: (mark.kind, mark.value))


class Forgotten:
    """Tells what is among the forgotten."""

    def __init__(
        self, marks: Sequence[Mark], keep_days: float | None = None, *, now: datetime | None = None
    ) -> None:
        self._hashed = {(mark.kind, mark.salt, mark.value) for mark in marks if mark.salt}
        self._salts = sorted({mark.salt for mark in marks if mark.salt})
        self._kinds = {kind for kind, _, _ in self._hashed}
        dates = [datetime.fromisoformat(mark.value) for mark in marks if mark.kind == "before"]
        if keep_days is not None:
            dates.append((now or datetime.now(UTC)) - timedelta(days=keep_days))
        self._before = max(dates, default=None)

    def __bool__(self) -> bool:
        return bool(self._hashed) or self._before is not None

    def has_url(self, url: str | None) -> bool:
        """Return whether ``url`` as asked, or its domain, was forgotten."""
        if url is None or not self._hashed:
            return False
        return self._has("url", url_id(url)) or self._has("domain", _domain_of(url))

    def has_entry(self, entry: Entry) -> bool:
        """Return whether what a source says of ``entry`` is enough to leave it alone."""
        published = entry.published
        if self._before is not None and published is not None and published.at < self._before:
            return True
        return self.has_url(entry.url)

    def has_page_of(self, entry: Entry) -> bool:
        """Return whether the page of ``entry`` is among the forgotten, whatever became of it."""
        return self.has_entry(entry) or self._has("publisher", _plain(entry.publisher))

    def has_article(self, article: Article) -> bool:
        """Return whether ``article`` is one that was forgotten, or as old as those."""
        at = article.published_at or article.fetched_at
        if self._before is not None and at < self._before:
            return True
        if not self._hashed:
            return False
        return (
            self._has("article", article.article_id)
            or self._has("url", url_id(article.requested_url))
            or self._has("url", _document_of(article.source_kind, article.source_ref))
            or self._has("domain", article.domain)
            or self._has("publisher", _plain(article.publisher))
        )

    def has_outcome(self, outcome: Article | Reject) -> bool:
        """Return whether what a page turned into is among what was forgotten."""
        if isinstance(outcome, Article):
            return self.has_article(outcome)
        if self._before is not None and outcome.rejected_at < self._before:
            return True
        document = _document_of(outcome.source_kind, outcome.source_ref)
        return self.has_url(outcome.url) or self._has("url", document)

    def mask(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        """Return which rows, of which the columns ``MASKED`` are needed, were forgotten."""
        found = np.zeros(rows.num_rows, np.bool_)
        for kind, column, read in _KEYS.get(table, ()):
            if kind in self._kinds:
                found |= self._matches(kind, rows[column], read)
        if "url" in self._kinds and "source_ref" in MASKED.get(table, ()):
            kinds, refs = (rows[name].to_pylist() for name in ("source_kind", "source_ref"))
            documents = map(_document_of, kinds, refs)
            found |= np.fromiter((self._has("url", one) for one in documents), np.bool_, len(refs))
        if self._before is not None and table in ("articles", "duplicates", "rejects"):
            times = (
                rows["rejected_at"]
                if table == "rejects"
                else pc.coalesce(rows["published_at"], rows["fetched_at"])
            )
            found |= pc.less(times, pa.scalar(self._before, times.type)).to_numpy()
        return found

    def _matches(
        self, kind: str, column: pa.ChunkedArray, read: Callable[[str], str | None]
    ) -> NDArray[np.bool_]:
        values = column.combine_chunks()
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        wanted = [one for one in values.unique().to_pylist() if one and self._has(kind, read(one))]
        found = pc.is_in(values, value_set=pa.array(wanted, pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)

    def _has(self, kind: str, value: str | None) -> bool:
        if value is None or kind not in self._kinds:
            return False
        return any((kind, salt, _salted(salt, value)) in self._hashed for salt in self._salts)


def _salted(salt: str, value: str) -> str:
    data = value.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16, key=bytes.fromhex(salt)).hexdigest()


def _plain(publisher: str | None) -> str:
    return " ".join((publisher or "").split()).casefold()


def _domain_of(url: str) -> str | None:
    host = host_of(url)
    return None if host is None else registered_domain(host) or host


def _document_of(source_kind: str, source_ref: str) -> str | None:
    """Return the ``url_id`` of the document, behind an address, that an input stood in as a part.

    None of what stood in a file, and of the entries of feeds and sitemaps, which have their own.
    """
    document, part, _ = source_ref.partition("#")
    if "://" not in document or not (part or source_kind in WIRE_KINDS):
        return None
    return url_id(document)


def _itself(value: str) -> str:
    return value


#: Of each table, which kinds of marks its columns are looked up in, and by what of their values.
_KEYS: dict[str, tuple[tuple[str, str, Callable[[str], str | None]], ...]] = {
    "articles": (
        ("article", "article_id", _itself),
        ("url", "requested_url", url_id),
        ("domain", "domain", _itself),
        ("publisher", "publisher", _plain),
    ),
    "duplicates": (
        ("article", "article_id", _itself),
        ("url", "requested_url", url_id),
        ("domain", "url", _domain_of),
        ("publisher", "publisher", _plain),
    ),
    "rejects": (("url", "url", url_id), ("domain", "url", _domain_of)),
    "index": (("article", "article_id", _itself), ("url", "url_id", _itself)),
    "boilerplate": (("domain", "domain", _itself),),
}
