"""Ask servers: poll feeds and sitemaps, fetch articles and extract them on the spot.

All sources and entries of a host go to one worker, which asks each host as slowly as it wants and
many hosts at once. Pages are extracted while others are on their way; HTML never leaves the step.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

import apache_beam as beam

from transforms import resources
from transforms.core.context import PassContext
from transforms.core.errors import InputError
from transforms.core.identity import digest, entry_id, source_identity
from transforms.core.records import Article, Entry, Page, Poll, Reject, Source
from transforms.core.rejects import reject_entry, reject_source
from transforms.core.sharding import shard_of
from transforms.core.urls import canonicalize_url, host_of, registered_domain
from transforms.dataset.index import url_id
from transforms.routing import Routed, count, outputs, route
from transforms.sources.detect import detect_kind
from transforms.sources.feeds import parse_feed
from transforms.sources.sitemaps import parse_sitemap
from transforms.web.batch import Job, fetch_all
from transforms.web.client import Response


class PollSources(beam.PTransform):
    """Sources that are URLs → the entries that they list, by tags (see ``routing``).

    A source whose kind is not known is read as what its answer is: a feed, a sitemap, or the page
    of an article, which is then extracted here.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, sources: Any) -> Any:
        """Apply the step."""
        return (
            sources
            | "Key by host"
            >> beam.Map(_key_by_host, self._context.config.fetch.shards).with_output_types(
                tuple[str, Source]
            )
            | "Group by host" >> beam.GroupByKey()
            | "Poll" >> outputs(_PollFn(self._context))
        )


class FetchArticles(beam.PTransform):
    """Entries with a URL → the articles behind them, by tags (see ``routing``).

    Entries that the dataset or this pass has seen before are counted and not asked for.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, entries: Any) -> Any:
        """Apply the step."""
        return (
            entries
            | "Key by host"
            >> beam.Map(_key_by_host, self._context.config.fetch.shards).with_output_types(
                tuple[str, Entry]
            )
            | "Group by host" >> beam.GroupByKey()
            | "Fetch, extract and clean" >> outputs(_FetchFn(self._context))
        )


def _key_by_host(item: Source | Entry, shards: int) -> tuple[str, Source | Entry]:
    url = (item.ref if isinstance(item, Source) else item.url) or ""
    return shard_of(registered_domain(url) or host_of(url) or url, shards), item
