"""Poll sources that are URLs: feeds, sitemaps, and pages whose kind nobody knew."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route
from newsbeam.transforms.steps.fetch import host_shard
from newsbeam.transforms.steps.poll import poll_sources


class PollSources(beam.PTransform):
    """Sources that are URLs → the entries that they list, by tags (see ``routing``).

    A source whose kind is not known is read as what its answer is: a feed, a sitemap, an OPML
    list, or the page of an article, which is then extracted here.

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import PollSources, Source
    >>> with beam.Pipeline() as pipeline:
    ...     feeds = pipeline | beam.Create([Source(ref=f"{SITE}/feed.xml")])
    ...     found = feeds | PollSources(SETTINGS)
    ...     _ = found.entries | beam.Map(lambda entry: print(entry.title))
    A vote on the breakwater
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, sources: PCollection[Source]) -> Any:
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


def _key_by_host(source: Source, shards: int) -> tuple[str, Source]:
    return host_shard(source.ref, shards), source


class _PollFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Source]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        yield from map(route, poll_sources(self.in_window(window), keyed[1]))
