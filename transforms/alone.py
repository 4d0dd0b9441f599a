"""What a step needs to know where it stands in somebody else's pipeline.

Without a dataset a step knows nothing from before. Steps that belong to one commit share a pass::

    news = new_pass("news", Config(...))
    pipeline | ... | ReadFiles(news) ... | DropDuplicates(news) | CommitDataset(news)
"""

from datetime import UTC, datetime

from newsbeam.transforms.core.context import PassContext, new_unit
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.log import head

#: No dataset is ever there.
_NOWHERE = "/nonexistent/newsbeam"


def new_pass(dataset: str | None = None, config: Config | None = None) -> PassContext:
    """Return the context of one bounded run, into the folder or bucket ``dataset`` if it has one.

    Raises ``DatasetError`` if there is a dataset that cannot be read.
    """
    return PassContext(
        root=dataset or _NOWHERE,
        unit=new_unit(),
        base=head(dataset) if dataset else 0,
        started_at=datetime.now(UTC),
        config=config or Config(),
    )


def as_pass(given: PassContext | Config | None) -> PassContext:
    """Return ``given``, or the context of a run of its own, with these or the default settings."""
    return given if isinstance(given, PassContext) else new_pass(config=given)
