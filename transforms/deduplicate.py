"""Keep each article once: by its URL, by its text, and by what it says nearly word for word."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.near import DropNearDuplicates
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, gather, outputs, route
from newsbeam.transforms.steps.judge import judge_sites, judge_texts, key_by_site, key_by_text


class DropDuplicates(beam.PTransform):
    """Articles → what is to be written of them, as a dictionary of table to rows.

    The articles of a site come together first: each gets the URL that it is known by, lines that
    recur over them are taken out, and those of one URL are judged, so that a changed text becomes a
    revision. The first revisions that remain are then compared by their text, at last nearly. What
    the dataset has already counts in each step.

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import DropDuplicates, ReadFiles, Source
    >>> copies = [Source(ref="story.html"), Source(ref="copy.html")]
    >>> with beam.Pipeline() as pipeline:
    ...     articles = (pipeline | beam.Create(copies) | ReadFiles()).articles
    ...     kept = articles | DropDuplicates()
    ...     _ = kept["duplicates"] | beam.Map(lambda row: print(row.how, row.similarity))
    exact 1.0
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, articles: PCollection[Article]) -> dict[str, Any]:
        """Apply the step."""
        shards = self._context.config.duplicates.shards
        by_site = (
            articles
            | "Key by site" >> beam.Map(key_by_site, shards).with_output_types(tuple[str, Article])
            | "Group by site" >> beam.GroupByKey()
            | "Clean and judge by URL" >> outputs(_SettleSitesFn(self._context))
        )
        by_text = (
            by_site.articles
            | "Key by text" >> beam.Map(key_by_text, shards).with_output_types(tuple[str, Article])
            | "Group by text" >> beam.GroupByKey()
            | "Judge by text" >> outputs(_SettleTextsFn(self._context))
        )
        articles, duplicates = by_text.articles, gather("duplicates", [by_site, by_text])
        if self._context.config.duplicates.near:
            nearly = articles | "Nearly" >> DropNearDuplicates(self._context)
            articles = nearly["articles"]
            duplicates = (duplicates, nearly["duplicates"]) | "All duplicates" >> beam.Flatten()
        return {
            "articles": articles,
            "duplicates": duplicates,
            "index": by_site.unchanged,  # the index alone has rows for them
            "boilerplate": by_site.boilerplate,
            "events": by_site.events,
            "rejects": by_site.rejects,
        }


class _SettleSitesFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        yield from map(route, judge_sites(self.in_window(window), keyed[1]))


class _SettleTextsFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        yield from map(route, judge_texts(self.in_window(window), keyed[1]))
