"""How files, archives and pages become articles."""

from datetime import date
from typing import Literal

from pydantic import Field

from newsbeam.transforms.core.settings.base import MIB, NonNegative, Positive, PositiveInt, Settings


class SelectSettings(Settings):
    """Which captures of web archives are read. What is not wanted is counted, and has no row."""

    hosts: tuple[str, ...] = Field(
        (), description="Only these hosts and what is below them; empty: all."
    )
    exclude_hosts: tuple[str, ...] = Field((), description="Not these, nor what is below them.")
    languages: tuple[str, ...] = Field(
        (),
        description="Only captures that the archive or the first tag of the page states to be in "
        "one of these; those that state none are read.",
    )
    since: date | None = Field(None, description="First day of capture, in UTC.")
    until: date | None = Field(None, description="Last day of capture, in UTC.")
    statuses: tuple[int, ...] = Field(
        (), description="Only answers with these; empty: all, and errors become rejects."
    )


class ReadSettings(Settings):
    """How files, feeds and tables are read."""

    fields: dict[str, str] = Field(
        {},
        description="Names of our fields (id, url, html, text, title, …) to the columns or keys "
        "that hold them in JSON lines and Parquet; dots reach into nested objects.",
    )
    shards: PositiveInt = Field(
        1, description="Parts that files are divided into, one worker each; 1 on one machine."
    )
    max_text_bytes: PositiveInt = Field(
        10 * MIB, description="Largest document in a file, a row or a WARC record."
    )
    archives: str | None = Field(
        None,
        description="Folder or bucket below which the archives lie that an index (CDX) names; "
        "null: the folder of the index.",
    )
    select: SelectSettings = Field(
        SelectSettings(), description="Which captures of web archives are read."
    )
    max_sitemap_depth: int = Field(3, ge=0, description="How far sitemap indexes are followed.")
    max_archive_members: PositiveInt = Field(
        100_000, description="Members of a zip or tar archive, at most; the rest is rejected."
    )
    max_archive_bytes: PositiveInt = Field(
        4096 * MIB, description="What an archive may hold after decompression."
    )


class CrawlSettings(Settings):
    """Where the archives of Common Crawl are, which an input names by month or crawl."""

    base: str = Field(
        "https://data.commoncrawl.org",
        description="Folder, bucket or address below which crawl-data/ lies.",
    )
    folder: str = Field(
        "out/crawls",
        description="Where an archive that is fetched from an address is kept until it is read.",
    )
    part_bytes: PositiveInt = Field(
        16 * MIB, description="How much of an archive is asked for at once; see fetch.delay_s."
    )
    max_paths_bytes: PositiveInt = Field(
        16 * MIB, description="Largest list of archives, decompressed."
    )


class ExtractSettings(Settings):
    """How pages become articles."""

    workers: int = Field(0, ge=0, description="Extraction processes; 0: as many as cores.")
    timeout_s: Positive = Field(10.0, description="Wall time for one page; then it is killed.")
    memory_mb: PositiveInt = Field(2048, description="Address space of one extraction process.")
    recycle_after: PositiveInt = Field(2000, description="Pages until a process is replaced.")
    min_chars: int = Field(
        25, ge=0, description="Shortest text, in characters, that is an article; CJK counts double."
    )
    max_future_s: NonNegative = Field(
        86400.0, description="A date further ahead than this is clamped and flagged."
    )
    engine: Literal["newsbeam", "trafilatura"] = Field(
        "newsbeam",
        description="What chooses the text of a page; trafilatura: its text exactly, before "
        "cleaning.",
    )
    other_pages: Literal["by_source", "reject", "write"] = Field(
        "by_source",
        description="Pages that are no article. by_source: those that a feed names are written "
        "with their kind as a flag, all others rejected; reject, write: whoever names them.",
    )
    keep_removed: bool = Field(
        True, description="Fill the column removed: what was taken out of a page as what."
    )


class WireSettings(Settings):
    """What is done with items as the news trade sends them."""

    obey_kills: bool = Field(
        False,
        description="Of an article that is taken back only the notice stays: its revision has no "
        "text, summary or captions of the story, the revisions before it and the duplicates with "
        "their texts are removed. Without it, what the item itself carries stays, and they do.",
    )
