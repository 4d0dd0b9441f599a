"""The catalog that knows the Iceberg table of a dataset, and how files are reached from it."""

import os
from pathlib import Path

from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.utils.config import Config
from sqlalchemy.exc import OperationalError

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import CATALOG, IcebergSettings

#: Below the root of the dataset: the metadata, and the catalog if none is configured.
FOLDER = "iceberg"
_FILE = "catalog.db"


def open_catalog(root: str, settings: IcebergSettings) -> Catalog:
    """Return the catalog that is configured; without one, an SQLite file in the dataset.

    Raises ``UsageError`` for a bucket without one, and whatever the catalog raises.
    """
    properties: dict[str, str | None] = {**settings.catalog}
    if not (properties or Config().get_catalog_config(CATALOG)):
        if "://" in root:
            raise UsageError(
                f"{root} is in a bucket, where no SQLite file can be. Name a catalog: "
                "`dataset.iceberg.catalog: {uri: https://…}` of a REST catalog, or {uri: "
                "sqlite:////PATH/catalog.db} on this machine."
            )
        folder = Path(root) / FOLDER
        folder.mkdir(exist_ok=True)
        properties = {"type": "sql", "uri": f"sqlite:///{folder / _FILE}"}
    properties |= _store_properties(root)
    try:
        return load_catalog(CATALOG, **properties)
    except OperationalError:
        # Of two that begin at once, one finds that the other has made the catalog's own tables.
        return load_catalog(CATALOG, **properties)


def url_of(root: str) -> str:
    """Return the address of the dataset, as Iceberg's metadata names it."""
    return root if "://" in root else f"file://{root}"


def _store_properties(root: str) -> dict[str, str | None]:
    """Return how the store of the dataset is reached; its credentials are found by the client."""
    if not root.startswith(("s3://", "s3a://")):
        return {}
    found = {
        "s3.endpoint": os.environ.get("AWS_ENDPOINT_URL"),
        "s3.region": os.environ.get("AWS_REGION"),
    }
    return {name: value for name, value in found.items() if value}
