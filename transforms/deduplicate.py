"""Keep each article once: by its URL, by its text, and by what it says nearly word for word."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms import resources
from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dedup.claims import settle_claims
from newsbeam.transforms.dedup.exact import ItemState, entry_of, settle_same_text, settle_same_url
from newsbeam.transforms.dedup.site_lines import clean_site
from newsbeam.transforms.near import DropNearDuplicates
from newsbeam.transforms.routing import Routed, count, gather, outputs, route


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
            | "Key by site" >> beam.Map(_key_by_site, shards).with_output_types(tuple[str, Article])
            | "Group by site" >> beam.GroupByKey()
            | "Clean and judge by URL" >> outputs(_SettleSitesFn(self._context))
        )
        by_text = (
            by_site.articles
            | "Key by text" >> beam.Map(_key_by_text, shards).with_output_types(tuple[str, Article])
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


def _key_by_site(article: Article, shards: int) -> tuple[str, Article]:
    # Articles of one URL are of one domain, so they come together too.
    return shard_of(article.domain or article.article_id, shards), article


def _key_by_text(article: Article, shards: int) -> tuple[str, Article]:
    return shard_of(article.content_hash, shards), article


def _groups(articles: Iterable[Article], key: Callable[[Article], str]) -> dict[str, list[Article]]:
    groups = defaultdict(list)
    for article in articles:
        groups[key(article)].append(article)
    return groups


class _SettleSitesFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        self._context = resources.in_window(self._context, window)
        forgotten = resources.forgotten(self._context)
        articles = []
        for article in keyed[1]:
            if forgotten and forgotten.has_article(article):
                yield count("forgotten", entry_of(article))
            else:
                articles.append(article)
        sites = _groups(articles, lambda article: article.domain or "")
        learned = resources.boilerplate(self._context).lookup_sites(sites.keys())
        settled = settle_claims(
            articles,
            resources.index(self._context).lookup_articles,
            resources.stories(self._context).told_of,
            self._context.config.duplicates,
            {domain: frozenset[str]().union(*each) for domain, each in learned.items()},
        )
        known = settled.known
        items = {each.article_id for each in settled.articles if ItemState.of(each)}
        known |= resources.stories(self._context).with_items(
            known[identity] for identity in items & known.keys()
        )
        sites = _groups(settled.articles, lambda article: article.domain or "")
        for domain, group in sites.items():
            cleaned = group
            if domain and self._context.config.text.learn_boilerplate:
                cleaned, lines = clean_site(
                    group,
                    known,
                    learned.get(domain, []),
                    self._context.config.text,
                    self._context.config.quality,
                    learned_at=self._context.started_at,
                )
                yield from map(route, lines)
            for identity, same in _groups(cleaned, lambda article: article.article_id).items():
                yield from map(route, settle_same_url(same, known.get(identity)))


class _SettleTextsFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        self._context = resources.in_window(self._context, window)
        groups = _groups(keyed[1], lambda article: article.content_hash)
        known = resources.index(self._context).lookup_texts(list(groups))
        for text, group in groups.items():
            for outcome in settle_same_text(group, known.get(text)):
                yield route(outcome)
