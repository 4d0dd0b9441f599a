"""Keep each story once: drop articles that nearly repeat one that was written before them."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam

from transforms import resources
from transforms.core.context import PassContext
from transforms.core.records import Article
from transforms.dedup.exact import duplicate_of
from transforms.dedup.near import NewArticle, find_near_duplicates
from transforms.dedup.signatures import encode_signature, sign
from transforms.routing import Routed, outputs, route


class DropNearDuplicates(beam.PTransform):
    """Articles → articles to write and duplicates, by tags (see ``routing``).

    The pass is judged in one place: the signatures of a pass take 2 KB an article, and so does
    each known article within the horizon that shares a key with one of them.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, articles: Any) -> Any:
        """Apply the step."""
        return (
            articles
            | "Bring together" >> beam.Map(_to_one_place).with_output_types(tuple[str, Article])
            | "Group" >> beam.GroupByKey()
            | "Judge" >> outputs(_SettleNearFn(self._context))
        )


def _to_one_place(article: Article) -> tuple[str, Article]:
    return "", article


class _SettleNearFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        self._context = resources.in_window(self._context, window)
        # A later revision is news of its own URL and is not compared.
        articles = {}
        for article in keyed[1]:
            if article.revision == 1:
                articles[article.article_id] = article
            else:
                yield route(article)
        stories = resources.stories(self._context)

        def text_of(article_id: str) -> str:
            new = articles.get(article_id)
            return new.text if new else stories.text_of(article_id)

        found = find_near_duplicates(
            map(_sign, articles.values()),
            text_of,
            self._context.config.duplicates,
            stories.blocks(),
        )
        verdicts = {each.article_id: each for each in found.duplicates}
        known = resources.index(self._context).lookup_articles(
            {each.duplicate_of for each in found.duplicates} - articles.keys()
        )
        for article in articles.values():
            verdict = verdicts.get(article.article_id)
            if verdict is None:
                yield route(article)
                continue
            stays = articles.get(verdict.duplicate_of) or known[verdict.duplicate_of]
            yield route(
                duplicate_of(
                    article,
                    stays,
                    how="near",
                    similarity=verdict.verdict.similarity,
                    containment=verdict.verdict.containment,
                )
            )


def _sign(article: Article) -> NewArticle:
    return NewArticle(
        article_id=article.article_id,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        length=len(article.text),
        signature=encode_signature(sign(article.text)),
    )
