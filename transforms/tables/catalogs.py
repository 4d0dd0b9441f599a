"""The catalog that knows the Iceberg table of a dataset, and how files are reached from it."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.utils.config import Config
from sqlalchemy.exc import OperationalError

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import CATALOG, IcebergSettings
from newsbeam.transforms.stores.credentials import buckets_in_use, options_of

#: Below the root of the dataset: the metadata, and the catalog if none is configured.
FOLDER = "iceberg"
_FILE = "catalog.db"
_OWN = f"{FOLDER}/{_FILE}"
_CONFIGURED = "the configured catalog"


def check_catalog(root: str, settings: IcebergSettings) -> None:
    """Raise ``UsageError`` if a dataset in a bucket has no catalog."""
    if "://" in root and not configured(settings):
        raise UsageError(
            f"{root} is in a bucket, where no SQLite file can be. Name a catalog: "
            "`dataset.iceberg.catalog: {uri: https://…}` of a REST catalog, or {uri: "
            "sqlite:////PATH/catalog.db} on this machine."
        )


def configured(settings: IcebergSettings) -> dict[str, str]:
    """Return what is said of the catalog, by the configuration and by pyiceberg's own."""
    said = Config().get_catalog_config(CATALOG) or {}
    return {name: str(value) for name, value in said.items()} | settings.catalog


def name_table(settings: IcebergSettings) -> str:
    """Return the table with where its catalog is, without what may be a secret."""
    uri = urlsplit(configured(settings).get("uri", ""))
    place = f"{uri.scheme}://{uri.netloc.rpartition('@')[2]}{uri.path}" if uri.scheme else ""
    return f"{settings.table} in {place or _CONFIGURED if configured(settings) else _OWN}"


def open_catalog(root: str, settings: IcebergSettings) -> Catalog:
    """Return the catalog that is configured; without one, an SQLite file in the dataset.

    Raises whatever the catalog raises.
    """
    properties: dict[str, str | None] = {**settings.catalog}
    if not configured(settings):
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
    """Return how the store of the dataset is reached; what is not said, the client looks for."""
    if not root.startswith(("s3://", "s3a://")):
        return {}
    said = options_of(buckets_in_use(), "s3")
    found = {
        "s3.endpoint": said.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL"),
        "s3.region": said.get("region") or os.environ.get("AWS_REGION"),
        "s3.access-key-id": said.get("access_key_id"),
        "s3.secret-access-key": said.get("secret_access_key"),
        "s3.session-token": said.get("session_token"),
    }
    return {name: value for name, value in found.items() if value}
