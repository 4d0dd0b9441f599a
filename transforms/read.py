"""Read files: documents are extracted on the spot, addresses of articles and sources are passed on.

HTML never leaves this step: a page that is read here is an article or a reject when it comes out.
"""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route
from newsbeam.transforms.steps.read import read_files


class ReadFiles(beam.PTransform):
    """Sources that are files → everything they hold, by tags (see ``routing``).

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import ReadFiles, Source
    >>> with beam.Pipeline() as pipeline:
    ...     found = pipeline | beam.Create([Source(ref="story.html")]) | ReadFiles()
    ...     _ = found.articles | beam.Map(lambda article: print(article.title, article.language))
    A vote on the breakwater en
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, sources: PCollection[Source]) -> Any:
        """Apply the step."""
        # A worker gets all the sources of its part at once, so that it can keep its cores busy.
        shards = self._context.config.read.shards
        return (
            sources
            | "Key by path" >> beam.Map(_key_by_path, shards).with_output_types(tuple[str, Source])
            | "Group" >> beam.GroupByKey()
            | "Read, extract and clean" >> outputs(_ReadFilesFn(self._context))
        )


def _key_by_path(source: Source, shards: int) -> tuple[str, Source]:
    return shard_of(source.ref, shards), source


class _ReadFilesFn(PassFn):
    def process(self, keyed: tuple[str, Iterable[Source]]) -> Routed:
        yield from map(route, read_files(self._context, keyed[1]))
