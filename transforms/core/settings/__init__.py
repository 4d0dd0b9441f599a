"""Every setting, its default and what it means. Configuration files are checked against this.

No number that a user might want to change stands anywhere else in the code. The sections of each
room have a module; here is the whole.
"""

from typing import Annotated

from pydantic import Field

from newsbeam.transforms.core.settings.base import Settings
from newsbeam.transforms.core.settings.buckets import BucketSettings, S3Settings
from newsbeam.transforms.core.settings.dataset import (
    CATALOG,
    DatasetSettings,
    IcebergSettings,
    KeepSettings,
    PassSettings,
    UpkeepSettings,
)
from newsbeam.transforms.core.settings.reading import (
    CrawlSettings,
    ExtractSettings,
    ReadSettings,
    SelectSettings,
    WireSettings,
)
from newsbeam.transforms.core.settings.text import (
    DuplicateSettings,
    EntitySettings,
    QualitySettings,
    TextSettings,
)
from newsbeam.transforms.core.settings.web import FetchSettings, PollSettings

__all__ = [
    "CATALOG",
    "BucketSettings",
    "Config",
    "CrawlSettings",
    "DatasetSettings",
    "DuplicateSettings",
    "EntitySettings",
    "ExtractSettings",
    "FetchSettings",
    "IcebergSettings",
    "InputSettings",
    "KeepSettings",
    "PassSettings",
    "PollSettings",
    "QualitySettings",
    "ReadSettings",
    "S3Settings",
    "SelectSettings",
    "Settings",
    "TextSettings",
    "UpkeepSettings",
    "WireSettings",
]


class InputSettings(Settings):
    """One input with what is known of it."""

    ref: str = Field(description="A URL, a path, a glob, or any of them with a kind: in front.")
    publisher: str | None = Field(None, description="Name of the outlet.")
    language: str | None = Field(None, description="Language, BCP 47, where it is always the same.")


class Config(Settings):
    """A whole configuration."""

    inputs: tuple[InputSettings | str, ...] = Field(
        (),
        description="What to read: URLs, paths, globs or crawls, each as a line of text or as a "
        "mapping of ref and, if known, publisher and language.",
    )
    steps: tuple[Annotated[str, Field(pattern=r"^\w+(\.\w+)*:\w+$")], ...] = Field(
        (),
        description="Functions of your own, such as newsroom.rows:only_harbours, that are called "
        "with each article: before it is judged or, if marked with before_writing, before it is "
        "written.",
    )
    read: ReadSettings = ReadSettings()
    crawls: CrawlSettings = CrawlSettings()
    fetch: FetchSettings = FetchSettings()
    poll: PollSettings = PollSettings()
    extract: ExtractSettings = ExtractSettings()
    text: TextSettings = TextSettings()
    wires: WireSettings = WireSettings()
    quality: QualitySettings = QualitySettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    entities: EntitySettings = EntitySettings()
    dataset: DatasetSettings = DatasetSettings()
    keep: KeepSettings = KeepSettings()
    buckets: BucketSettings = BucketSettings()
    passes: PassSettings = PassSettings()
    upkeep: UpkeepSettings = UpkeepSettings()
