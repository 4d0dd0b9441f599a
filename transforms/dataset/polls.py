"""How each source stood when it was last read."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.core.records import Poll
from transforms.dataset.log import live_files, load_commits, read_data
from transforms.dataset.rows import to_polls, widen
from transforms.dataset.storage import open_storage


def last_polls(root: str, *, until: int | None = None) -> dict[str, Poll]:
    """Return the latest poll of each source by its ``source_ref``, up to commit ``until``.

    Raises ``DatasetError``.
    """
    storage = open_storage(root)
    found: dict[str, Poll] = {}
    # From the newest file back, so that only rows that count become objects.
    for file in reversed(live_files(load_commits(storage, until=until), "feeds")):
        rows = read_data(storage, file)
        known = pa.array(list(found), pa.string())
        fresh = rows.filter(pc.invert(pc.is_in(rows["source_ref"], value_set=known)))
        # Files are sorted by time within a source: the last one stays.
        found |= {poll.source_ref: poll for poll in to_polls(widen("feeds", fresh))}
    return found
