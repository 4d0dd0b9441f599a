"""Fetch the articles that entries point to, and extract them on the spot.

All entries of a host go to one worker, which asks each host as slowly as it wants and many hosts
at once. HTML never leaves the step.
"""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route
from newsbeam.transforms.steps.fetch import fetch_articles, host_shard


class FetchArticles(beam.PTransform):
    """Entries with a URL → the articles behind them, by tags (see ``routing``).

    Entries whose page the dataset or this pass has seen before are counted and not asked for,
    unless their source says that they were modified since. Of items whose texts are at one address
    each is joined with what it answers, and each version of one.

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import FetchArticles, PollSources, Source
    >>> with beam.Pipeline() as pipeline:
    ...     feeds = pipeline | beam.Create([Source(ref=f"{SITE}/feed.xml")])
    ...     found = (feeds | PollSources(SETTINGS)).entries | FetchArticles(SETTINGS)
    ...     _ = found.articles | beam.Map(lambda article: print(article.title, article.language))
    A vote on the breakwater en
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, entries: PCollection[Entry]) -> Any:
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


def _key_by_host(entry: Entry, shards: int) -> tuple[str, Entry]:
    return host_shard(entry.url or "", shards), entry


class _FetchFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Entry]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        yield from map(route, fetch_articles(self.in_window(window), keyed[1]))
