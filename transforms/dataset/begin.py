"""A worker's first sign of life, for whoever waits for it on another machine.

Engines do not say whether a worker could be started. What they share with the one who waits is the
dataset, so the first work of a pass leaves a mark in its staging folder, which goes with it.
"""

from functools import lru_cache

from newsbeam.transforms.dataset.layout import STAGING, check_unit
from newsbeam.transforms.dataset.storage import new_name, open_storage


@lru_cache(maxsize=4)  # once for a process is enough
def show_begun(root: str, unit: str) -> None:
    """Leave a mark that work on the pass ``unit`` has begun."""
    open_storage(root).write(f"{_folder(unit)}/{new_name('.begun')}", b"")


def has_begun(root: str, unit: str) -> bool:
    """Return whether any worker has written anything for the pass."""
    return bool(open_storage(root).names(_folder(unit)))


def _folder(unit: str) -> str:
    return f"{STAGING}/{check_unit(unit)}"
