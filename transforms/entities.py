"""Find the named entities of articles, with Beam's RunInference and a model that the user names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.pvalue import PCollection

from newsbeam.transforms import coders as coders  # articles need theirs
from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.life import show_life
from newsbeam.transforms.text.entities import BATCH, check_model, load_model, name_entities


class FindEntities(beam.PTransform):
    """Articles → the same articles with their entities.

    Stands after duplicates are dropped, since a model costs more than all else that is done to a
    page. Raises UsageError when it is made, if the model cannot be there.

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import Config, FindEntities, ReadFiles, Source
    >>> settings = Config(entities={"model": MODEL})
    >>> with beam.Pipeline() as pipeline:
    ...     articles = (pipeline | beam.Create([Source(ref="story.html")]) | ReadFiles()).articles
    ...     named = articles | FindEntities(settings)
    ...     _ = named | beam.Map(lambda article: print(article.entities[0].text))
    Port Ellery
    """

    def __init__(self, context: PassContext | Config) -> None:
        super().__init__()
        self._context = as_pass(context)
        check_model(self._context.config.entities)

    def expand(self, articles: PCollection[Article]) -> Any:
        """Apply the step."""
        handler = _SpacyHandler(self._context)
        return articles | "Infer" >> RunInference(handler).with_output_types(Article)


class _SpacyHandler(ModelHandler[Article, Article, Any]):
    """Hands on articles rather than predictions, so that nothing but records leaves the step."""

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context
        self._settings = context.config.entities

    def load_model(self) -> Any:
        show_life(self._context)
        return load_model(self._settings)

    def run_inference(
        self,
        batch: Sequence[Article],
        model: Any,
        inference_args: Mapping[str, Any] | None = None,  # noqa: ARG002 - of the interface
    ) -> Iterable[Article]:
        return name_entities(batch, model, self._settings)

    def get_metrics_namespace(self) -> str:
        return "newsbeam_entities"

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        return {"min_batch_size": 1, "max_batch_size": BATCH}
