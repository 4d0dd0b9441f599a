"""Inputs as the user gives them, resolved to sources."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsbeam.pipelines.local_files import find_files
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.records import SOURCE_KINDS, Source
from newsbeam.transforms.core.rejects import scrub
from newsbeam.transforms.core.settings import InputSettings
from newsbeam.transforms.sources.plan import is_web
from newsbeam.transforms.stores.inputs import find_objects
from newsbeam.transforms.stores.objects import is_bucket


def resolve_inputs(inputs: Iterable[InputSettings | str]) -> tuple[Source, ...]:
    """Return the sources that ``inputs`` name, each once, files in the order of their names.

    An input is a URL, a path, a folder or a glob, any of them with a kind and a colon in front.
    Raises UsageError for a path where nothing is.
    """
    sources: dict[str, Source] = {}
    for given in inputs:
        known = (
            InputSettings(ref=given, publisher=None, language=None)
            if isinstance(given, str)
            else given
        )
        kind, ref = _split_kind(known.ref)
        for source in _find(kind, ref):
            sources.setdefault(
                source.ref, replace(source, publisher=known.publisher, language=known.language)
            )
    return tuple(sources.values())


def _split_kind(ref: str) -> tuple[str, str]:
    kind, colon, rest = ref.partition(":")
    if colon and kind in SOURCE_KINDS:
        return kind, rest
    return "auto", ref


def _find(kind: str, ref: str) -> Iterator[Source]:
    if is_web(ref):
        yield Source(ref=ref, kind=kind)
        return
    if "://" not in ref:
        found = list(find_files(ref))
    else:
        found = list(find_objects(ref) if is_bucket(ref) else _match(ref))
    if not found:
        raise UsageError(
            f"The input {ref} matches no file. Give a URL, a path, a folder or a glob that exists."
        )
    for path, size, changed_at in found:
        # A name that is no Unicode text cannot be kept; reading it fails, and that is its outcome.
        yield Source(ref=scrub(path), kind=kind, size=size, fingerprint=f"{size}-{changed_at}")


def _match(pattern: str) -> Iterator[tuple[str, int, float]]:
    """Yield what ``find_files`` does, of a file system that Beam knows, such as hdfs://."""
    from newsbeam.transforms.other_files import find_others  # others do without Beam

    try:
        yield from find_others(pattern)
    except ValueError as error:
        raise UsageError(f"The input {pattern} cannot be opened: {error}.") from None
