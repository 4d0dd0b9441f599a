"""Sweep what a dead writer left in a bucket, so that one who only slept cannot commit it any more.

On a disk the folder is moved out of the writer's way. Here a fence goes up beside its files, and
says how far the log was once the fence stood. A writer looks for a fence after it has read the
log, and before it creates the next record. So if it saw none, the record that it would create is
at most the one after that; as soon as the log is longer, its attempt fails, and it sees the fence
when it tries again. Only then are the files removed.
"""

from newsbeam.transforms.dataset.layout import STAGING, fence_path
from newsbeam.transforms.dataset.log import newest
from newsbeam.transforms.dataset.state import State


def sweep_fenced(state: State, unit: str, *, is_old: bool) -> None:
    """Put up a fence for a unit without a commit, or remove its files if one has stood long enough.

    ``state`` was loaded after its folder was seen.
    """
    storage = state.storage
    fence = fence_path(unit)
    try:
        seen = storage.read(fence)
    except FileNotFoundError:
        if not is_old:
            return
        seen = b""
        storage.write(fence, seen)
    if not seen:
        storage.replace(fence, str(newest(storage)).encode())
    elif state.number > int(seen):
        storage.remove(f"{STAGING}/{unit}")
