"""Keep each article once: by its URL, by its text, and by what it says nearly word for word."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam

from transforms import resources
from transforms.core.context import PassContext
from transforms.core.records import Article
from transforms.core.sharding import shard_of
from transforms.dedup.exact import settle_same_text, settle_same_url
from transforms.near import DropNearDuplicates
from transforms.routing import Routed, gather, outputs, route


class DropDuplicates(beam.PTransform):
    """Articles → what is to be written of them, as a dictionary of table to rows.

    Articles of one URL are judged first, so that a changed text becomes a revision; the first
    revisions that remain are then compared by their text, at last nearly. What the dataset has
    already counts in each step.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, articles: Any) -> dict[str, Any]:
        """Apply the step."""
        shards = self._context.config.duplicates.shards
        by_url = (
            articles
            | "Key by URL" >> beam.Map(_key_by_url, shards).with_output_types(tuple[str, Article])
            | "Group by URL" >> beam.GroupByKey()
            | "Judge by URL" >> outputs(_SettleUrlsFn(self._context))
        )
        by_text = (
            by_url.articles
            | "Key by text" >> beam.Map(_key_by_text, shards).with_output_types(tuple[str, Article])
            | "Group by text" >> beam.GroupByKey()
            | "Judge by text" >> outputs(_SettleTextsFn(self._context))
        )
        steps = [by_url, by_text]
        if self._context.config.duplicates.near:
            steps.append(by_text.articles | "Nearly" >> DropNearDuplicates(self._context))
        return {
            "articles": steps[-1].articles,
            "duplicates": gather("duplicates", steps),
            "index": by_url.unchanged,  # the index alone has rows for them
        }


def _key_by_url(article: Article, shards: int) -> tuple[str, Article]:
    return shard_of(article.article_id, shards), article


def _key_by_text(article: Article, shards: int) -> tuple[str, Article]:
    return shard_of(article.content_hash, shards), article


def _groups(articles: Iterable[Article], key: Callable[[Article], str]) -> dict[str, list[Article]]:
    groups = defaultdict(list)
    for article in articles:
        groups[key(article)].append(article)
    return groups


class _SettleUrlsFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        self._context = resources.in_window(self._context, window)
        groups = _groups(keyed[1], lambda article: article.article_id)
        known = resources.index(self._context).lookup_articles(list(groups))
        for identity, group in groups.items():
            for outcome in settle_same_url(group, known.get(identity)):
                yield route(outcome)


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
