"""Keep each story once: drop articles that nearly repeat one that was written before them."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from newsbeam.transforms.coders import NearPart
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.dedup.exact import is_compared
from newsbeam.transforms.dedup.links import Linked, NewArticle
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route
from newsbeam.transforms.steps.near import divide, judge_near, link, place_parts, sign

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
        signed = articles | "Sign" >> beam.ParDo(_SignFn(self._context)).with_outputs(
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
            | "Part" >> beam.ParDo(_PartFn(self._context)).with_outputs("linked", main="alone")
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


class _SignFn(PassFn):
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
        for signature in sign(article, self._context.config.duplicates.shards):
            yield TaggedOutput("signatures", signature)


class _LinkFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[NewArticle]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[Linked]:
        yield from link(self.in_window(window), *keyed)


def _to_one_place(linked: Linked) -> tuple[str, Linked]:
    return "", linked


def _key_linked(linked: Linked) -> tuple[str, Any]:
    return linked.article_id, linked


def _divide(keyed: tuple[str, Iterable[Linked]]) -> Iterator[tuple[str, Any]]:
    return divide(keyed[1])


class _PartFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Any]]
    ) -> Iterable[Article | TaggedOutput[Literal["linked"], Keyed]]:
        shards = self._context.config.duplicates.shards
        for shard, part in place_parts(keyed[1], shards):
            yield part if shard is None else TaggedOutput("linked", (shard, part))


class _JudgeFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Routed:
        yield from map(route, judge_near(self.in_window(window), keyed[1]))
