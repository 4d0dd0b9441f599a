"""Steps of a user's own: functions that the configuration names, called with each article.

::

    steps: [newsroom.rows:mark_section, newsroom.rows:add_topics]

A step returns the article, changed by ``dataclasses.replace`` or not, or ``Drop(reason)``. It runs
before rows are judged, on every article that was read; marked with ``before_writing``, on those
that will be written. What it raises, and what it may not do, makes a reject of that one article.
"""

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from newsbeam.transforms.core.errors import REASONS, ConfigError
from newsbeam.transforms.core.records import Article, Duplicate, Reject
from newsbeam.transforms.core.rejects import reject_article

#: What a step may change. Identity, address and text stay: ids and hashes are over them. So do
#: columns whose values newsbeam itself reads again, such as the language, which is in the path.
CHANGEABLE = frozenset(
    (
        *("title", "subtitle", "summary", "authors", "tags", "section", "publisher", "agency"),
        *("dateline_place", "published_at", "modified_at", "places", "countries", "keywords"),
        *("image_url", "quality_flags", "quality", "entities", "free_access"),
        "ai_training_opt_out",
    )
)
_FIXED = tuple(each.name for each in fields(Article) if each.name not in CHANGEABLE)
_REASON = re.compile(r"[a-z][a-z0-9_]{1,39}")
_BEFORE_WRITING = "newsbeam_before_writing"
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Article)


@dataclass(frozen=True, slots=True)
class Drop:
    """What a step returns instead of an article: it becomes a reject with this ``reason``.

    The reason is a short name, such as ``off_topic``, that newsbeam does not use itself; ``detail``
    is a sentence for people. Raises ValueError otherwise.
    """

    reason: str
    detail: str = ""

    def __post_init__(self) -> None:
        if not _REASON.fullmatch(self.reason):
            raise ValueError(f"{self.reason!r} is no short name such as off_topic")
        if not isinstance(self.detail, str):
            raise ValueError(f"{self.detail!r} is no sentence")
        if self.reason in REASONS:
            raise ValueError(f"{self.reason!r} is a reason that newsbeam uses itself")


Step = Callable[[Article], Article | Drop]
_StepT = TypeVar("_StepT", bound=Callable[[Article], Any])


def before_writing(step: _StepT) -> _StepT:
    """Mark a step as one that runs on what is left to write, after duplicates are dropped."""
    setattr(step, _BEFORE_WRITING, True)
    return step


@lru_cache(maxsize=64)
def load_step(name: str) -> Step:
    """Return the step ``package.module:function``. Raises ConfigError if there is none."""
    module, _, function = name.partition(":")
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"steps: {name} cannot be imported: {error}. Install its package, or name its folder "
            "in PYTHONPATH."
        ) from error
    except (Exception, SystemExit) as error:  # whatever a user's module raises
        raise ConfigError(
            f"steps: {module} cannot be imported: it raised {type(error).__name__}: {error}."
        ) from error
    try:
        step = getattr(found, function)
    except AttributeError:
        raise ConfigError(f"steps: {module} has nothing called {function}.") from None
    if not callable(step):
        raise ConfigError(f"steps: {name} is no function.")
    return step  # type: ignore[no-any-return]


def load_steps(names: Sequence[str]) -> None:
    """Load all of them, so that what is wrong with one shows before anything is read."""
    for name in names:
        load_step(name)


def choose_steps(names: Sequence[str], *, writing: bool) -> tuple[str, ...]:
    """Return those of ``names`` that run before writing, or before judging, in their order."""
    return tuple(
        name for name in names if getattr(load_step(name), _BEFORE_WRITING, False) == writing
    )


def take_steps(article: Article, names: Sequence[str]) -> Article | Reject:
    """Return ``article`` as the steps leave it, or its reject by the first that does not."""
    for name in names:
        outcome = _take(article, name)
        if isinstance(outcome, Reject):
            return outcome
        article = outcome
    return article


def take_steps_together(
    rows: Iterable[Article | Duplicate], names: Sequence[str]
) -> Iterator[Article | Duplicate | Reject]:
    """Yield what becomes of the revisions of one article and of the duplicates that name it.

    Where a revision is dropped, so are those after it, and with the first one the duplicates:
    no row names one that is not there.
    """
    rows = list(rows)
    revisions = [row for row in rows if isinstance(row, Article)]
    dropped: Reject | None = None
    is_new_and_gone = False
    for article in sorted(revisions, key=lambda row: row.revision):
        outcome = take_steps(article, names) if dropped is None else _follow(article, dropped)
        if dropped is None and isinstance(outcome, Reject):
            dropped, is_new_and_gone = outcome, article.revision == 1
        yield outcome
    for row in rows:
        if isinstance(row, Duplicate):
            yield _follow(row, dropped) if dropped and is_new_and_gone else row


def _follow(row: Article | Duplicate, dropped: Reject) -> Reject:
    return reject_article(row, dropped.reason, f"{dropped.detail} (The article that it follows.)")


def _take(article: Article, name: str) -> Article | Reject:
    step = load_step(name)
    try:
        outcome = step(article)
    # Whatever a user's function raises costs one article. One that exits would end the command,
    # with nothing said.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        return _fail(article, f"{name} raised {type(error).__name__}: {error}")
    if outcome is article:
        return article
    if isinstance(outcome, Drop):
        return reject_article(article, outcome.reason, outcome.detail or f"Dropped by {name}.")
    if not isinstance(outcome, Article):
        found = type(outcome).__name__
        return _fail(article, f"{name} returned {found} instead of an Article or a Drop.")
    for field in _FIXED:
        if getattr(outcome, field) != getattr(article, field):
            return _fail(article, f"{name} changed {field}, which a step may not.")
    for at in (outcome.published_at, outcome.modified_at):
        if at is None:
            continue
        if not isinstance(at, datetime):
            return _fail(article, f"{name} gave what a column cannot hold: {at!r} is no time.")
        if at.utcoffset() is None:
            return _fail(article, f"{name} gave a time without a zone: {at}.")
    try:  # as it would cross to another worker
        return _decoder.decode(_encoder.encode(outcome))
    except (ValueError, TypeError, OverflowError) as error:
        return _fail(article, f"{name} gave what a column cannot hold: {error}.")


def _fail(article: Article, detail: str) -> Reject:
    return reject_article(article, "step_failed", detail)
