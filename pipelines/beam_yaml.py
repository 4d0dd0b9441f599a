"""Transforms for pipelines in Beam YAML; ``configs/beam_yaml.yaml`` is such a pipeline."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import apache_beam as beam

from newsbeam.pipelines.ingest import ingest_pass, read_all
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.transforms.alone import new_pass
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.routing import gather
from newsbeam.transforms.sources.plan import Pass


class ArticleRow(NamedTuple):
    """An article as Beam's rows have it: what most want to filter, join and write."""

    article_id: str
    url: str | None
    title: str | None
    summary: str | None
    text: str
    authors: Sequence[str]
    tags: Sequence[str]
    section: str | None
    publisher: str | None
    language: str
    published_at: str | None  # ISO 8601, UTC
    word_count: int
    completeness: str
    source_ref: str


class CommitRow(NamedTuple):
    """A commit of a dataset."""

    number: int


class ReadNews(beam.PTransform):
    """Nothing → a row for each article that ``inputs`` hold, each as often as it is there.

    ``inputs`` are as on the command line, ``settings`` as in a configuration. Raises UsageError
    for an input that is not there, ``pydantic.ValidationError`` for a setting that is none.
    """

    def __init__(self, inputs: Sequence[str], settings: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._sources = resolve_inputs(inputs)
        self._context = new_pass(config=Config(**(settings or {})))

    def expand(self, start: Any) -> Any:
        """Apply the step."""
        steps = read_all(start.pipeline, self._sources, self._context)
        return gather("articles", steps) | "As rows" >> beam.Map(to_row).with_output_types(
            ArticleRow
        )


class ReadNewsIntoDataset(beam.PTransform):
    """Nothing → a row for the commit that adds what ``inputs`` hold to the dataset ``output``.

    Its name says "Read" because Beam YAML wants an input of all others.
    """

    def __init__(
        self, inputs: Sequence[str], output: str, settings: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._sources = resolve_inputs(inputs)
        self._context = new_pass(output, Config(**(settings or {})))

    def expand(self, start: Any) -> Any:
        """Apply the step."""
        numbers = ingest_pass(start.pipeline, Pass(sources=self._sources), self._context)
        return numbers | "As row" >> beam.Map(CommitRow).with_output_types(CommitRow)


def to_row(article: Article) -> ArticleRow:
    """Return the columns of ``article`` that a row has."""
    values = {name: getattr(article, name) for name in ArticleRow._fields}
    at = article.published_at
    values["published_at"] = None if at is None else at.isoformat()
    return ArticleRow(**values)
