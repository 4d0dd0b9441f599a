"""A unit that is done a second time, with other inputs than those of its commit.

An engine that goes back to a checkpoint polls again what it had polled after it. If the commit of
those polls stands already, the second ones may still have found something else: they get a commit
of their own, judged like any other against what landed since, so that nothing of it is lost and
nothing is there twice.
"""

from collections.abc import Sequence

import pyarrow as pa

from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.ledger import Ledger
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.layout import PAGES, split_data_path
from newsbeam.transforms.dataset.log import Commit, read_data
from newsbeam.transforms.dataset.pages import join_pages
from newsbeam.transforms.dataset.projection import ROW_KINDS
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile, to_ledger, to_lines, write_rows


def has_inputs(commit: Commit, events: Ledger) -> bool:
    """Return whether ``commit`` counts the same inputs as ``events``, the ids compared."""
    counted = {key: tally for key, tally in to_ledger(commit.ledger).items() if tally.count}
    ours = {key: tally for key, tally in counted.items() if key[0] not in ROW_KINDS}
    return ours == {key: tally for key, tally in events.items() if tally.count}


def set_apart(
    storage: Storage,
    commit: Commit,
    staged: Sequence[StagedFile],
    events: Ledger,
    settings: DatasetSettings,
) -> tuple[str, list[StagedFile]]:
    """Return a unit beside that of ``commit``, named after ``events``, with its files."""
    inputs = digest(*(line.digest for line in to_lines(events)))
    unit = f"{commit.unit}-again-{inputs[:8]}"
    files = []
    for file in staged:
        if file.table == PAGES:
            files.append(join_pages(storage, unit, [file]))
            continue
        rows = read_data(storage, file)
        place = rows.schema.get_field_index("unit")
        named = pa.array([unit] * rows.num_rows, rows.schema.field(place).type)
        rows = rows.set_column(place, rows.schema.field(place), named)
        files.append(write_rows(storage, unit, *split_data_path(file.path), rows, settings))
    return unit, files
