"""Extract articles from pages that somebody else has fetched."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from newsbeam.transforms import resources
from newsbeam.transforms.alone import as_pass
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.routing import Routed, outputs, route
from newsbeam.transforms.steps.outputs import count_entry, told

#: Pages that are extracted side by side.
_BATCH = 64


class ExtractArticles(beam.PTransform):
    """Pages → their articles and ``rejects``, by tags.

    HTML should cross no shuffle: put this right behind what reads the pages.

    >>> from pathlib import Path
    >>> import apache_beam as beam
    >>> from newsbeam.transforms import ExtractArticles, make_page
    >>> page = make_page(Path("story.html").read_bytes(), "https://example.org/story")
    >>> with beam.Pipeline() as pipeline:
    ...     found = pipeline | beam.Create([page]) | ExtractArticles()
    ...     _ = found.articles | beam.Map(lambda article: print(article.title, article.language))
    A vote on the breakwater en
    """

    def __init__(self, context: PassContext | Config | None = None) -> None:
        super().__init__()
        self._context = as_pass(context)

    def expand(self, pages: PCollection[Page]) -> Any:
        """Apply the step."""
        return (
            pages
            | "Batch" >> beam.BatchElements(1, _BATCH).with_output_types(list[Page])
            | "Extract and clean" >> outputs(_ExtractFn(self._context))
        )


def make_page(body: bytes, url: str | None = None, *, fetched_at: datetime | None = None) -> Page:
    """Return a page of HTML as ``ExtractArticles`` takes it; ``fetched_at`` is in UTC, else now."""
    at = fetched_at or datetime.now(UTC)
    entry = Entry(source_kind="url", source_ref=url or "page", url=url, seen_at=at)
    return Page(entry=entry, url=url, body=body, media="html", fetched_at=at)


class _ExtractFn(PassFn):
    def process(self, pages: Sequence[Page]) -> Routed:
        for page in pages:
            yield from map(route, count_entry(page.entry, "entries", "admitted", "fetched"))
        pool = resources.extraction_pool(self._context)
        for outcome in pool.map_unordered(pages):
            yield route(told(outcome))
