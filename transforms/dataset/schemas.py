"""Which files of a dataset do not have the present schema."""

from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema, version_of
from newsbeam.transforms.dataset.layout import PAGES
from newsbeam.transforms.dataset.log import open_data
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.writer import StagedFile


def find_older(root: str) -> dict[str, str]:
    """Return how each file that does not have the present schema differs, by its path.

    Raises ``DatasetError``.
    """
    state = load_state(open_storage(root))
    faults = ((file.path, schema_fault(state.storage, file)) for file in state.files())
    return {path: fault for path, fault in sorted(faults) if fault}


def schema_fault(storage: Storage, file: StagedFile) -> str:
    """Return how the schema of ``file`` differs from the present one; "" if it does not."""
    if file.table == PAGES:  # which are WARC
        return ""
    with open_data(storage, file) as parquet:
        schema = parquet.schema_arrow
    version = version_of(schema)
    if version == SCHEMA_VERSION:
        return ""
    missing = [name for name in file_schema(file.table).names if name not in schema.names]
    lacks = f"lacks {', '.join(missing)}" if missing else "has its descriptions in its columns"
    return f"version {version} instead of {SCHEMA_VERSION}; it {lacks}."
