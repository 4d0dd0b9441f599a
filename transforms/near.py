"""Keep each story once: drop articles that nearly repeat one that was written before them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from newsbeam.transforms import resources
from newsbeam.transforms.coders import NearPart
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dedup.clusters import Component, find_components
from newsbeam.transforms.dedup.exact import is_compared
from newsbeam.transforms.dedup.links import (
    Link,
    Linked,
    NewArticle,
    find_links,
    new_article,
    order_of,
    shards_of,
)
from newsbeam.transforms.dedup.near import judge_linked, near_duplicate_of
from newsbeam.transforms.routing import Routed, outputs, route

#: An article, what it is linked to or the component that it belongs to, by article or by shard.
Keyed = tuple[str, NearPart]


class DropNearDuplicates(beam.PTransform):
    """Articles → a dictionary of ``articles`` to write and ``duplicates``.

    ::

        articles ─► Sign ─signatures, by shard of keys─► Link ─links─► Components
                      └──────────── articles, links, components, by article ───────► Part
                                            alone: to be written ◄──┤
                                                                    └ by component ─► Judge

    No worker needs all signatures: each gets those with a key of its shard. Links alone, a few
    bytes each, meet in one place to be divided into components, which are then judged apart.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, articles: Any) -> dict[str, Any]:
        """Apply the step."""
        shards = self._context.config.duplicates.shards
        signed = articles | "Sign" >> beam.ParDo(_SignFn(shards)).with_outputs(
            "signatures", "revisions", main="firsts"
        )
        linked = (
            signed.signatures
            | "Group by key" >> beam.GroupByKey()
            | "Link" >> beam.ParDo(_LinkFn(self._context))
        )
        components = (
            linked
            | "Bring together" >> beam.Map(_to_one_place).with_output_types(tuple[str, Linked])
            | "Group" >> beam.GroupByKey()
            | "Components" >> beam.FlatMap(_divide).with_output_types(Keyed)
        )
        keyed = linked | "Key links" >> beam.Map(_key_linked).with_output_types(Keyed)
        parted = (
            (signed.firsts, keyed, components)
            | "Gather" >> beam.Flatten()
            | "Group by article" >> beam.GroupByKey()
            | "Part" >> beam.ParDo(_PartFn(shards)).with_outputs("linked", main="alone")
        )
        judged = (
            parted.linked
            | "Group by component" >> beam.GroupByKey()
            | "Judge" >> outputs(_JudgeFn(self._context))
        )
        return {
            "articles": (signed.revisions, parted.alone, judged.articles)
            | "Articles" >> beam.Flatten(),
            "duplicates": judged.duplicates,
        }


class _SignFn(beam.DoFn):
    def __init__(self, shards: int) -> None:
        self._shards = shards

    def process(
        self, article: Article
    ) -> Iterable[
        Keyed
        | TaggedOutput[Literal["signatures"], tuple[str, NewArticle]]
        | TaggedOutput[Literal["revisions"], Article]
    ]:
        # A later revision is news of its own URL and is not compared (decision record 15).
        if not is_compared(article):
            yield TaggedOutput("revisions", article)
            return
        yield article.article_id, article
        new = new_article(article)
        shards = shards_of(new.signature, self._shards) if self._shards > 1 else [0]
        for shard in shards:
            yield TaggedOutput("signatures", (str(shard), new))


class _LinkFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[NewArticle]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[Linked]:
        self._context = resources.in_window(self._context, window)
        shard, articles = keyed
        settings = self._context.config.duplicates
        yield from find_links(
            articles,
            settings,
            resources.stories(self._context).blocks(),
            shard=int(shard),
            shards=settings.shards,
        ).linked


def _to_one_place(linked: Linked) -> tuple[str, Linked]:
    return "", linked


def _key_linked(linked: Linked) -> tuple[str, Any]:
    return linked.article_id, linked


def _divide(keyed: tuple[str, Iterable[Linked]]) -> Iterator[tuple[str, Any]]:
    # What is known stays whatever happens, so it does not join the articles that may repeat it.
    edges = (
        (linked.article_id, link.article_id if link.place is None else linked.article_id)
        for linked in keyed[1]
        for link in linked.links
    )
    for article_id, label in find_components(edges).items():
        yield article_id, Component(label=label)


class _PartFn(beam.DoFn):
    def __init__(self, shards: int) -> None:
        self._shards = shards

    def process(
        self, keyed: tuple[str, Iterable[Any]]
    ) -> Iterable[Article | TaggedOutput[Literal["linked"], Keyed]]:
        parts = list(keyed[1])
        components = [part for part in parts if isinstance(part, Component)]
        for part in parts:
            if components and not isinstance(part, Component):
                shard = shard_of(components[0].label, self._shards)
                yield TaggedOutput("linked", (shard, part))
            elif isinstance(part, Article):
                yield part


class _JudgeFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        self._context = resources.in_window(self._context, window)
        articles: dict[str, Article] = {}
        links: dict[str, list[Link]] = defaultdict(list)
        for part in keyed[1]:
            if isinstance(part, Article):
                articles[part.article_id] = part
            else:
                links[part.article_id] += part.links
        known = resources.index(self._context).lookup_articles(
            {link.article_id for each in links.values() for link in each if link.place is not None}
        )
        known_text = resources.stories(self._context).texts_of(known.values())

        def text_of(article_id: str) -> str:
            new = articles.get(article_id)
            return new.text if new else known_text(article_id)

        order = {identity: order_of(article) for identity, article in articles.items()}
        found = judge_linked(order, links, text_of, self._context.config.duplicates)
        verdicts = {each.article_id: each for each in found.duplicates}
        for article in articles.values():
            each = verdicts.get(article.article_id)
            if each is None:
                yield route(article)
                continue
            stays = articles.get(each.duplicate_of) or known[each.duplicate_of]
            yield route(near_duplicate_of(article, stays, each.verdict))
