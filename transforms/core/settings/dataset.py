"""How a dataset is written, kept and kept up."""

import re
from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from newsbeam.transforms.core.settings.base import (
    MIB,
    NonNegativeInt,
    Positive,
    PositiveInt,
    Settings,
    Share,
)

#: What Iceberg's own configuration is read for beside ours: secrets belong there.
CATALOG = "newsbeam"
_SECRET = re.compile(
    r"secret|password|token|credential|key|connection-string|authorization|sas|^header\.", re.I
)


class IcebergSettings(Settings):
    """Where the Iceberg table is known. Secrets come from the environment alone."""

    catalog: dict[str, str] = Field(
        {},
        description="Properties of pyiceberg's catalog, such as uri, type and warehouse; empty: a "
        "SQLite file in the dataset. Secrets, or all of them, come from the environment: "
        "PYICEBERG_CATALOG__NEWSBEAM__TOKEN, ….",
    )
    table: str = Field(
        "newsbeam.articles",
        pattern=r"^\w+(\.\w+)+$",
        description="Name of the table in the catalog, behind its namespace.",
    )
    metadata: Literal["dataset", "catalog"] = Field(
        "dataset",
        description="Where the table's metadata stands: in the folder iceberg/ of the dataset, or "
        "where the catalog puts it, since some (Amazon's S3 Tables is one) take no other place.",
    )

    @field_validator("catalog")
    @classmethod
    def _without_secrets(cls, catalog: dict[str, str]) -> dict[str, str]:
        for key, value in catalog.items():
            if _SECRET.search(key) or "@" in value.partition("://")[2].partition("/")[0]:
                name = key.upper().replace("-", "_").replace(".", "__")
                raise PydanticCustomError(
                    "secret",
                    "{key} holds a secret, and a configuration is printed. Set {variable} in the "
                    "environment instead",
                    {"key": key, "variable": f"PYICEBERG_CATALOG__{CATALOG.upper()}__{name}"},
                )
        return catalog


class DatasetSettings(Settings):
    """How Parquet is written."""

    partition_by: Literal["day", "month", "year"] = Field(
        "day",
        description="What a folder date=… holds; it has the date of the first day. A day suits "
        "what is read as it is published.",
    )
    old_days: Positive | None = Field(
        None,
        description="Rows that are older than this when they are read stand in the folder of their "
        "year, those from before the year before in that of their decade, so that a back "
        "catalogue is no folder a day; their date is its first day. null: they too stand where "
        "partition_by says.",
    )
    archived_days: Positive | None = Field(
        90.0,
        description="The same for rows that come out of archives and tables (WARC, CDX, zip, JSON "
        "lines, Parquet), which are of many days more often than of today.",
    )
    shards: PositiveInt = Field(1, description="Files for one partition in one pass, at most.")
    row_group_rows: PositiveInt = Field(50_000, description="Rows in a Parquet row group.")
    file_bytes: PositiveInt = Field(
        128 * MIB, description="Size of a file that compaction aims for; half of it is not small."
    )
    compression_level: int = Field(9, ge=1, le=19, description="zstd level.")
    keep_days: Positive | None = Field(
        None,
        description="Articles that are older are forgotten by upkeep, and not read; null: none.",
    )
    staging_ttl_s: Positive = Field(86400.0, description="Age at which leftovers are swept.")
    tables: tuple[Literal["delta", "iceberg"], ...] = Field(
        (),
        description="Formats in which the articles are a table too, over the same files; each "
        "commit is a version. Needs newsbeam[delta] or newsbeam[iceberg].",
    )
    iceberg: IcebergSettings = IcebergSettings()


class KeepSettings(Settings):
    """What of the pages that are read is kept, so that they can be extracted again."""

    bytes: Literal["none", "rejected", "all"] = Field(
        "none",
        description="Pages whose bytes are kept below pages/, as WARC, for `newsbeam replay`: "
        "none, those that extraction rejects, or all. A fifth of what the pages are.",
    )


class UpkeepSettings(Settings):
    """What `watch` does between rounds so that a dataset stays fast: merge, fold, sweep."""

    share: Share = Field(
        0.1, description="Share of the time of `watch` that upkeep takes at most; 0: none."
    )


class PassSettings(Settings):
    """How a big job is divided. Each pass commits; memory follows the size of a pass."""

    max_bytes: PositiveInt = Field(48 * MIB, description="Input bytes of one pass.")
    html_share: Share = Field(
        0.25, description="What a byte of an HTML file counts for: most of a page is no text."
    )
    feed_bytes: PositiveInt = Field(2 * MIB, description="What one feed or sitemap counts for.")
    url_bytes: PositiveInt = Field(100 * 1024, description="What one article URL counts for.")
    small_bytes: NonNegativeInt | None = Field(
        None,
        description="A pass of more input bytes is run by Beam's runner for one process where no "
        "--runner is named, which takes more time and memory; null: none. 0: all that read.",
    )
    worker_start_s: Positive = Field(
        45.0,
        description="Time in which a worker of an engine elsewhere must have begun, also in place "
        "of a lost one; where machines are started for a job, as on Dataflow, they need minutes.",
    )
