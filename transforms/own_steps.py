"""Call the steps of a user's own, which the configuration names."""

from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam

from newsbeam.transforms.coders import StoryPart
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.own_steps import take_steps, take_steps_together
from newsbeam.transforms.core.records import Article, Duplicate
from newsbeam.transforms.dedup.straight import follow_links, key_duplicate
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route


class TakeSteps(beam.PTransform):
    """Articles → articles as the steps ``names`` leave them, and ``rejects``, by tags."""

    def __init__(self, names: Iterable[str], context: PassContext) -> None:
        super().__init__()
        self._context = context
        self._names = tuple(names)

    def expand(self, articles: Any) -> Any:
        """Apply the step."""
        return articles | "Take" >> outputs(_TakeStepsFn(self._names, self._context))


class TakeStepsBeforeWriting(beam.PTransform):
    """A dictionary of ``articles`` and ``duplicates`` → both and ``rejects``, by tags.

    What is dropped takes along what would point to it: its later revisions, and the duplicates of
    a first one.
    """

    def __init__(self, names: Iterable[str], context: PassContext) -> None:
        super().__init__()
        self._context = context
        self._names = tuple(names)

    def expand(self, tables: Mapping[str, Any]) -> Any:
        """Apply the step."""
        key = beam.Map(_key_by_article).with_output_types(tuple[str, StoryPart])
        straight = tables["duplicates"] | "Straighten" >> _Straighten(self._context)
        keyed = [
            tables["articles"] | "Key articles" >> key,
            straight | "Key duplicates" >> key,
        ]
        return (
            keyed
            | "Bring together" >> beam.Flatten()
            | "Group by article" >> beam.GroupByKey()
            | "Take" >> outputs(_TakeTogetherFn(self._names, self._context))
        )


class _Straighten(beam.PTransform):
    """Duplicates → the same, each naming an article and not another duplicate.

    What is named is at most three duplicates away: one of its URL, of its text, and nearly of it.
    In the first round each follows one link, in the second what has followed one itself.
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, duplicates: Any) -> Any:
        """Apply the step."""
        key = beam.FlatMap(key_duplicate).with_output_types(tuple[str, Duplicate])
        follow = beam.ParDo(_FollowFn(self._context))
        for number in (1, 2):
            duplicates = (
                duplicates
                | f"Key {number}" >> key
                | f"Group {number}" >> beam.GroupByKey()
                | f"Follow {number}" >> follow
            )
        return duplicates


def _key_by_article(row: Article | Duplicate) -> tuple[str, Any]:
    return row.article_id if isinstance(row, Article) else row.duplicate_of, row


class _FollowFn(PassFn):
    def process(self, keyed: tuple[str, Iterable[Duplicate]]) -> Iterable[Duplicate]:
        yield from follow_links(keyed)


class _TakeStepsFn(PassFn):
    def __init__(self, names: tuple[str, ...], context: PassContext) -> None:
        super().__init__(context)
        self._names = names

    def process(self, article: Article) -> Routed:
        yield route(take_steps(article, self._names))


class _TakeTogetherFn(PassFn):
    def __init__(self, names: tuple[str, ...], context: PassContext) -> None:
        super().__init__(context)
        self._names = names

    def process(self, keyed: tuple[str, Iterable[Any]]) -> Routed:
        yield from map(route, take_steps_together(keyed[1], self._names))
