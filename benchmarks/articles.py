"""Articles made by hand, for benchmarks that need rows and no reading."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from newsbeam.transforms.core.identity import article_id, content_hash
from newsbeam.transforms.core.records import Article


def make_article(url: str, text: str, at: datetime, **fields: Any) -> Article:
    """Return the article with this text at ``url``, published and read at one moment.

    ``fields`` are what is to differ from an article in English of a file of JSON lines.
    """
    text_hash = fields.pop("content_hash", None) or content_hash(text)
    identity = article_id(url, text_hash)
    host = url.split("/")[2]
    article = Article(
        article_id=identity,
        url=url,
        canonical_url=url,
        requested_url=url,
        domain=host,
        host=host,
        text=text,
        language="en",
        language_confidence=1.0,
        published_at=at,
        fetched_at=at,
        first_seen_at=at,
        word_count=40,
        char_count=len(text),
        sentence_count=1,
        reading_minutes=1,
        completeness="full",
        cluster_id=identity,
        content_hash=text_hash,
        extractor="benchmark",
        source_kind="jsonl",
        source_ref="/made.jsonl",
        pipeline_version="0",
    )
    return replace(article, **fields)
