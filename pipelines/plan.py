"""Which sources a pass reads: inputs as the user gives them, resolved, in parts of bounded size."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.filesystems import FileSystems

from transforms.core.errors import UsageError
from transforms.core.records import SOURCE_KINDS, Poll, Source
from transforms.core.settings import InputSettings, PassSettings

_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass reads, and the last polls of sources that have not changed since."""

    sources: tuple[Source, ...]
    unchanged: tuple[Poll, ...] = ()


def is_web(ref: str) -> bool:
    """Return whether ``ref`` is asked over HTTP rather than read from a file system."""
    return ref.lower().startswith(_WEB)


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
        path = Path(ref).expanduser().absolute()
        ref = f"{path}/**" if path.is_dir() else str(path)
    found = sorted(_match(ref), key=lambda file: file.path)
    if not found:
        raise UsageError(
            f"The input {ref} matches no file. Give a URL, a path, a folder or a glob that exists."
        )
    for file in found:
        yield Source(
            ref=file.path,
            kind=kind,
            size=file.size_in_bytes,
            fingerprint=f"{file.size_in_bytes}-{file.last_updated_in_seconds}",
        )


def _match(pattern: str) -> list[FileMetadata]:
    if Path(pattern).is_file():  # a name with [ or * in it is a name first
        stat = Path(pattern).stat()
        return [FileMetadata(pattern, stat.st_size, stat.st_mtime)]
    try:
        matched: list[FileMetadata] = FileSystems.match([pattern])[0].metadata_list
    except ValueError as error:
        raise UsageError(f"The input {pattern} cannot be opened: {error}.") from None
    return [file for file in matched if not file.path.endswith("/")]


def next_pass(sources: Iterable[Source], polls: Mapping[str, Poll], settings: PassSettings) -> Pass:
    """Return what to read next of ``sources``, given how the last poll of each ended.

    A file that was read to its end and has not changed since is not read again. One that was read
    in part goes on where it stood. Sources are taken in order until the pass is full.
    """
    chosen: list[Source] = []
    unchanged: list[Poll] = []
    room = settings.max_bytes
    for source in sources:
        poll = polls.get(source.ref)
        same = (
            poll is not None
            and poll.outcome != "failed"
            and source.fingerprint is not None
            and poll.fingerprint == source.fingerprint
        )
        if same and poll is not None and poll.complete:
            unchanged.append(poll)
            continue
        if room <= 0:
            continue
        if is_web(source.ref):
            room -= settings.url_bytes if source.kind == "url" else settings.feed_bytes
            chosen.append(replace(source, last=poll))
        else:
            position = poll.position if same and poll is not None else 0
            chosen.append(replace(source, last=poll, position=position, max_bytes=room))
            room -= source.size
    return Pass(sources=tuple(chosen), unchanged=tuple(unchanged))
