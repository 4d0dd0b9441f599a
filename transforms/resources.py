"""What a worker process keeps between bundles: extraction processes, connections, the index.

Beam may make many copies of a step and may never tear one down, so these are kept here, once for a
process, and end with it.
"""

import atexit
from functools import lru_cache

from transforms.core.context import PassContext
from transforms.dataset.index import IndexReader
from transforms.extraction.article import ExtractOptions
from transforms.extraction.pool import ExtractionPool


def extraction_pool(context: PassContext) -> ExtractionPool:
    """Return the extraction processes of this worker."""
    return _pool(ExtractOptions.of(context.config.extract, context.config.text))


@lru_cache(maxsize=1)
def _pool(options: ExtractOptions) -> ExtractionPool:
    pool = ExtractionPool(options)
    atexit.register(pool.close)
    return pool


def index(context: PassContext) -> IndexReader:
    """Return what the dataset knew when the pass was planned."""
    return _index(context.root, context.base)


@lru_cache(maxsize=4)
def _index(root: str, base: int) -> IndexReader:
    return IndexReader(root, base)
