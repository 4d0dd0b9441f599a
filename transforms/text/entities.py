"""Named entities, found by a spaCy pipeline that the configuration names. spaCy is an extra."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.records import Article, Entity
from newsbeam.transforms.core.settings import EntitySettings

#: Articles that the model is given at once.
BATCH = 32
#: As much of a text as is read: who an article is about is named in its first pages.
_MAX_CHARS = 50_000


def check_model(settings: EntitySettings) -> None:
    """Raise UsageError if the pipeline of ``settings`` cannot be there to be loaded."""
    if find_spec("spacy") is None:
        raise UsageError(
            "entities.model needs spaCy, which is not installed: pip install 'newsbeam[entities]'."
        )
    name = settings.model or ""
    is_package = name.isidentifier() and find_spec(name) is not None
    if not is_package and not (Path(name) / "config.cfg").is_file():
        raise UsageError(
            f"entities.model: {name} is neither a folder with a spaCy pipeline nor an installed "
            "package. Give the path of one, or install it into this environment."
        )


def load_model(settings: EntitySettings) -> Any:
    """Return the spaCy pipeline of ``settings``; raises UsageError if it cannot be loaded."""
    check_model(settings)
    return _load(settings.model or "", settings.exclude)


@lru_cache(maxsize=1)
def _load(name: str, exclude: tuple[str, ...]) -> Any:
    import spacy  # an extra: not there in the base installation

    try:
        return spacy.load(name, exclude=list(exclude))
    except (OSError, ValueError) as error:
        raise UsageError(f"entities.model: {name} cannot be loaded: {error}") from error


def name_entities(
    articles: Sequence[Article], model: Any, settings: EntitySettings
) -> list[Article]:
    """Return ``articles`` with their entities."""
    found = find_entities(articles, model, settings)
    return [
        replace(article, entities=entities)
        for article, entities in zip(articles, found, strict=True)
    ]


def find_entities(
    articles: Sequence[Article], model: Any, settings: EntitySettings
) -> Iterator[tuple[Entity, ...] | None]:
    """Yield what each of ``articles`` names, most often named first.

    None stands for an article that is not in the language of the model; a model for many languages
    (``xx``) takes all.
    """
    is_read = [model.lang in ("xx", article.language) for article in articles]
    texts = (
        f"{article.title or ''}\n\n{article.text}"[:_MAX_CHARS]
        for article, wanted in zip(articles, is_read, strict=True)
        if wanted
    )
    documents = model.pipe(texts)
    for wanted in is_read:
        yield _count_entities(next(documents), settings) if wanted else None


def _count_entities(document: Any, settings: EntitySettings) -> tuple[Entity, ...]:
    counts = Counter(
        (name, settings.labels[span.label_])
        for span in document.ents
        if span.label_ in settings.labels and (name := " ".join(span.text.split()))
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Entity(text=name, label=label, count=n) for (name, label), n in ordered)
