"""Identities: 32 hex digits of BLAKE2b-128, the same on every machine and engine."""

import hashlib
import re
import unicodedata

_ASCII = bytes(range(128))
#: Bytes of UTF-8, those of ASCII that no word has as spaces.
_WORDS = bytes(code if code > 127 or chr(code).isalnum() else 32 for code in range(256))


def digest(*parts: str | None) -> str:
    """Return 32 hex digits over ``parts``; None differs from "", ("ab", "c") from ("a", "bc")."""
    hasher = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = b"" if part is None else part.encode("utf-8", "surrogatepass")
        hasher.update(b"\x00" if part is None else b"\x01" + len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()


def normalize_text(text: str) -> str:
    """Return the words of ``text`` alone: NFKC, case folded, one space where anything else stood.

    Whitespace, punctuation and case are what reprints change without changing the article; words
    and numbers are not touched, so that the correction of one of them is a change.
    """
    return _normalized(text).decode("utf-8", "surrogatepass")


def content_hash(text: str) -> str:
    """Return the identity of an article's text: BLAKE2b-128 of the normalized text."""
    return hashlib.blake2b(_normalized(text), digest_size=16).hexdigest()


def _normalized(text: str) -> bytes:
    # Bytes are translated and replaced at several times the speed at which letters are looked at.
    folded = unicodedata.normalize("NFKC", text).casefold()
    data = folded.encode("utf-8", "surrogatepass")
    others = data.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    for char in set(others):
        if not char.isalnum():
            data = data.replace(char.encode("utf-8", "surrogatepass"), b" ")
    return b" ".join(data.translate(_WORDS).split())


def article_id(canonical_url: str | None, text_hash: str, item: str | None = None) -> str:
    """Return the identity of an article: over its canonical URL, its item, or its text.

    ``item`` is what ``item_id`` gives of a wire item with a guid.
    """
    if canonical_url is None:
        return item or text_hash
    return hashlib.blake2b(canonical_url.encode("utf-8"), digest_size=16).hexdigest()


def taken_id(canonical_url: str | None) -> str:
    """Return the identity of the article at a URL under which another one was written before."""
    return digest("taken", canonical_url)


def item_id(
    format_name: str | None, guid: str | None, version: str | None, provider: str | None
) -> str | None:
    """Return the identity of a wire item, the same for all its versions; None without a guid.

    NewsML 1 ends its identifier in the revision (and whether that is an update), which is no part
    of the identity. What is no URI is told apart by who sent it.
    """
    if not guid:
        return None
    if format_name == "newsml-1.2" and version:
        guid = re.sub(rf":{re.escape(version)}[AUN]?$", "", guid)
    return digest("item", guid, None if ":" in guid else provider)


def entry_id(source_kind: str, source_ref: str, source_id: str | None, url: str | None) -> str:
    """Return the identity of an input: what the ledger counts. All four stand in every row.

    ``url`` is the URL as asked (``requested_url`` of a row), None where nothing was asked for.
    """
    return digest("entry", source_kind, source_ref, source_id, url)


def line_id(domain: str, line: str) -> str:
    """Return the identity of a boilerplate line of a site."""
    return digest("line", domain, line)


def source_identity(source_ref: str) -> str:
    """Return the identity of a source, under which the ledger counts its polls."""
    return digest("source", source_ref)


def reject_id(stage: str, reason: str, entry: str) -> str:
    """Return the identity of a reject: the same input failing the same way again is the same."""
    return digest("reject", stage, reason, entry)
