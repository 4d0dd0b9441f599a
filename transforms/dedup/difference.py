"""How two texts differ, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

# Break of a paragraph, a word with what hangs on it, or one letter of a script without spaces.
_PIECE = re.compile(
    r"\n\n|[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff]|"
    r"[^\s\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
_LETTER = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BREAK = "\n\n"

Op = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A run of words that both texts have, or one of them alone."""

    op: Op  # removed: only the first text has it; added: only the second
    text: str
    words: int


def compare_words(first: str, second: str) -> list[Change]:
    """Return the runs of words that lead from ``first`` to ``second``, in their order."""
    a, b = _PIECE.findall(first), _PIECE.findall(second)
    changes: list[Change] = []
    removed, added = [], []
    for step in Indel.opcodes(a, b):
        if step.tag != "equal":
            removed += a[step.src_start : step.src_end]
            added += b[step.dest_start : step.dest_end]
            continue
        changes += _changes(removed, added)
        removed, added = [], []
        changes.append(_change("same", a[step.src_start : step.src_end]))
    return changes + _changes(removed, added)


def _changes(removed: Sequence[str], added: Sequence[str]) -> list[Change]:
    """Return what stands between two runs that are the same: first what went, then what came."""
    return [_change("removed", removed)] * bool(removed) + [_change("added", added)] * bool(added)


def shorten(changes: Sequence[Change], around: int = 8) -> Iterator[Change]:
    """Yield ``changes`` with only ``around`` words of what is the same beside each difference."""
    for place, change in enumerate(changes):
        pieces = _PIECE.findall(change.text)
        before = 0 if place == 0 else around
        after = 0 if place == len(changes) - 1 else around
        if change.op != "same" or len(pieces) <= before + after + around:
            yield change
            continue
        kept = [*pieces[:before], "…", *(pieces[-after:] if after else [])]
        yield Change(op="same", text=_join(kept), words=change.words)


def _change(op: Op, pieces: Sequence[str]) -> Change:
    return Change(op=op, text=_join(pieces), words=sum(piece != _BREAK for piece in pieces))


def _join(pieces: Sequence[str]) -> str:
    """Write pieces as they stood: letters of scripts without spaces close together."""
    text = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        close = not before or _BREAK in (before, piece)
        close = close or bool(_LETTER.match(before) and _LETTER.match(piece))
        text += piece if close else f" {piece}"
    return text
