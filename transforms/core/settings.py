"""Every setting, its default and what it means. Configuration files are checked against this.

No number that a user might want to change stands anywhere else in the code.
"""

import re
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

Positive = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]

MIB = 1 << 20


class Settings(BaseModel):
    """Base of all sections: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FetchSettings(Settings):
    """How other people's servers are asked, and what is taken from them."""

    contact_url: str | None = Field(
        None, description="A page that says who runs this crawler; goes into the User-Agent."
    )
    delay_s: NonNegative = Field(5.0, description="Least time between two requests to a host.")
    max_crawl_delay_s: NonNegative = Field(
        120.0, description="Crawl-delay in robots.txt is honoured up to this."
    )
    connections: PositiveInt = Field(64, description="Requests under way at once, over all hosts.")
    deadline_s: Positive = Field(60.0, description="Total time for one request and its body.")
    connect_timeout_s: Positive = Field(10.0, description="Time to connect to one address.")
    max_page_bytes: PositiveInt = Field(10 * MIB, description="Largest page, decompressed.")
    max_feed_bytes: PositiveInt = Field(
        20 * MIB, description="Largest feed or sitemap, decompressed."
    )
    max_header_bytes: PositiveInt = Field(65536, description="Longest line of response headers.")
    max_headers: PositiveInt = Field(128, description="Most response headers.")
    max_redirects: int = Field(5, ge=0, description="Redirects that are followed.")
    max_url_chars: PositiveInt = Field(2048, description="Longest URL that is asked for.")
    max_entries: PositiveInt = Field(
        2000,
        description="Entries of a feed or sitemap that are read in a pass; the rest waits for the "
        "next.",
    )
    retries: int = Field(2, ge=0, description="Further tries in a pass after a passing failure.")
    retry_statuses: tuple[int, ...] = Field(
        (408, 429, 500, 502, 503, 504, 522, 524), description="Answers that are tried again."
    )
    retry_delay_s: NonNegative = Field(
        2.0, description="Wait before the first further try; doubles, with jitter of a half."
    )
    backoff_s: Positive = Field(
        60.0, description="First wait after a 429 or 503 without Retry-After; doubles."
    )
    max_backoff_s: Positive = Field(
        86400.0, description="Longest time that a host is left alone, whatever it asks for."
    )
    max_wait_s: NonNegative = Field(
        120.0, description="A host that must be left alone for longer is deferred to a later pass."
    )
    latency_factor: NonNegative = Field(
        1.0, description="The delay grows to this many times the host's usual response time."
    )
    keep_alive_s: NonNegative = Field(
        2.0, description="A connection is kept for a next request that may follow within this."
    )
    dns_ttl_s: Positive = Field(300.0, description="How long an address lookup is remembered.")
    dead_host_ttl_s: Positive = Field(
        600.0, description="How long a host that could not be reached is not tried again."
    )
    robots: bool = Field(True, description="Obey robots.txt (RFC 9309).")
    robots_max_bytes: PositiveInt = Field(500 * 1024, description="How much of robots.txt is read.")
    robots_max_redirects: int = Field(
        5, ge=0, description="Redirects that are followed to a robots.txt."
    )
    robots_ttl_s: Positive = Field(86400.0, description="How long robots.txt is remembered.")
    robots_error_ttl_s: Positive = Field(
        3600.0, description="How long a robots.txt that failed forbids the host."
    )
    allow_addresses: tuple[str, ...] = Field(
        (), description="Address ranges (CIDR) that may be asked though they are not public."
    )
    connect_to: dict[str, str] = Field(
        {},
        description="Host names (or *.suffix) to the address:port that serves them, as in curl's "
        "--connect-to: for tests and intranets. The address must be public or allowed.",
    )
    proxy: str | None = Field(
        None, description="An http proxy; none is taken from the environment."
    )
    shards: PositiveInt = Field(
        1, description="Parts that hosts are divided into, one worker each; 1 on one machine."
    )


class PollSettings(Settings):
    """How often a feed is asked."""

    start_interval_s: Positive = Field(3600.0, description="Interval of a new feed.")
    min_interval_s: Positive = Field(900.0, description="Shortest interval.")
    max_interval_s: Positive = Field(
        86400.0, description="Longest interval, whatever the feed or its server asks for."
    )
    interval_step: float = Field(
        1.5, gt=1, description="Factor by which an interval becomes shorter or longer."
    )
    shorter_below: float = Field(
        0.33, ge=0, le=1, description="Share of entries known already that shortens the interval."
    )
    longer_above: float = Field(
        0.67, ge=0, le=1, description="Share of entries known already that lengthens it."
    )
    jitter: float = Field(
        0.1, ge=0, lt=1, description="Largest share by which a wait is changed, by the URL's hash."
    )
    max_missing_s: Positive = Field(
        30 * 86400.0, description="Longest wait for a feed that is not found."
    )
    moves_before_following: PositiveInt = Field(
        3, description="Equal permanent redirects in a row after which a feed's URL is changed."
    )
    unconditional_s: Positive = Field(
        86400.0, description="Time after which a feed is asked for whole, unchanged or not."
    )


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


class TextSettings(Settings):
    """How text is cleaned and measured."""

    keep_credits: bool = Field(
        True, description="Leave datelines and agency credits in the text once they are read."
    )
    keywords: int = Field(10, ge=0, description="Keywords for an article, at most.")
    learn_boilerplate: bool = Field(
        True, description="Take out lines that recur over the articles of one site."
    )
    boilerplate_articles: int = Field(
        8, ge=2, description="Articles of one site in a pass that a line must stand in, …"
    )
    boilerplate_prose_articles: int = Field(
        12, ge=2, description="… if it reads like a sentence of a report, …"
    )
    boilerplate_share: Share = Field(
        0.01, description="… and the share of the site's articles in the pass."
    )


QualityRule = Literal[
    "gopher_word_count",
    "gopher_word_length",
    "gopher_symbols",
    "gopher_bullets",
    "gopher_ellipses",
    "gopher_letters",
    "gopher_stop_words",
    "gopher_repeated_lines",
    "gopher_top_ngrams",
    "gopher_repeated_ngrams",
    "c4_sentences",
    "c4_lorem_ipsum",
    "c4_curly_bracket",
    "fineweb_ended_lines",
    "fineweb_short_lines",
    "fineweb_repeated_lines",
    "fineweb_list",
]
#: The rules of ``text.quality``, in the order in which they are reported.
QUALITY_RULES: tuple[QualityRule, ...] = get_args(QualityRule)


class QualitySettings(Settings):
    """Measures by which text is chosen for training language models: Gopher, C4, FineWeb."""

    annotate: bool = Field(
        False, description="Fill the column quality, and name the failed rules in quality_flags."
    )
    drop: tuple[QualityRule, ...] = Field(
        (), description="Rules whose failure rejects an article; annotates the others too."
    )


class EntitySettings(Settings):
    """Persons, organisations and places, found by a model of the user's. Needs an extra."""

    model: str | None = Field(
        None,
        description="Folder or package of a spaCy pipeline; needs newsbeam[entities]. Articles in "
        "its language are read, or all if it is for many languages.",
    )
    labels: dict[str, str] = Field(
        {
            "PERSON": "person",
            "PER": "person",
            "ORG": "organisation",
            "GPE": "place",
            "LOC": "place",
            "FAC": "place",
        },
        description="The model's labels that are kept, and what each is called in the dataset.",
    )
    exclude: tuple[str, ...] = Field(
        ("tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"),
        description="Components of the pipeline that names are found without.",
    )


class DuplicateSettings(Settings):
    """When two articles are the same story."""

    shards: PositiveInt = Field(
        1,
        description="Parts that comparison is divided into, one worker each; 1 on one machine, "
        "since each part reads the index.",
    )
    near: bool = Field(True, description="Look for near-duplicates, not only for equal texts.")
    horizon_days: Positive = Field(
        30.0, description="How far back articles are looked for that a new one nearly repeats."
    )
    jaccard: Share = Field(
        0.7, description="Same if the Jaccard of the shingles reaches this, wherever they stand."
    )
    containment: Share = Field(
        0.85, description="Same if the longer text has this share of the shorter one's shingles."
    )
    covered: Share = Field(
        0.77, description="Same if shared runs cover this share of the shorter text's words, and …"
    )
    aligned: Share = Field(
        0.87,
        description="… this share when gaps that are short in both texts count too; articles that "
        "only share a block have a long gap beside it.",
    )
    max_gap: int = Field(12, ge=0, description="Words in a gap, at most, that counts as an edit.")
    min_part_shingles: PositiveInt = Field(
        20, description="A text with fewer shingles is the same only by Jaccard, never as a part."
    )
    min_part: Share = Field(
        0.25, description="... nor with fewer than this share of the longer one's shingles."
    )
    numbers: Share = Field(
        0.6, description="Not the same if fewer of the numbers agree: reports from one template."
    )
    min_numbers: PositiveInt = Field(6, description="Fewer numbers than these are no evidence.")
    reject_containment: Share = Field(
        0.2, description="Pairs below this, estimated or exact, are not aligned."
    )
    crowd: PositiveInt = Field(
        32, description="Articles under one band key from which on the key is divided further."
    )
    comparisons: PositiveInt = Field(
        16, description="Candidates of one article whose texts are compared, the likeliest first."
    )
    prepared_texts: PositiveInt = Field(
        2048, description="Texts kept ready for comparison, about 30 KB each."
    )


#: What Iceberg's own configuration is read for beside ours: secrets belong there.
CATALOG = "newsbeam"
_SECRET = re.compile(r"secret|password|token|credential|access-key|sas", re.I)


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
        "year, so that a back catalogue is no folder a day, and their date is its first day; null: "
        "they too stand where partition_by says.",
    )
    shards: PositiveInt = Field(1, description="Files for one partition in one pass, at most.")
    row_group_rows: PositiveInt = Field(50_000, description="Rows in a Parquet row group.")
    file_bytes: PositiveInt = Field(
        128 * MIB, description="Size of a file that compaction aims for; half of it is not small."
    )
    compression_level: int = Field(3, ge=1, le=19, description="zstd level.")
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
    worker_start_s: Positive = Field(
        45.0,
        description="Time in which the first worker of an engine elsewhere must have begun; where "
        "machines are started for a job, as on Dataflow, they need minutes.",
    )


class S3Settings(Settings):
    """How ``s3://`` is reached; what is null, the variables AWS_… say."""

    endpoint: str | None = Field(None, description="Address of a store that is not Amazon's.")
    region: str | None = Field(None, description="Region of the bucket.")
    access_key_id: SecretStr | None = Field(None, description="Who asks.")
    secret_access_key: SecretStr | None = Field(None, description="What proves it.")
    session_token: SecretStr | None = Field(None, description="Of credentials for a time.")
    allow_http: bool | None = Field(None, description="Also without TLS.")


class GcsSettings(Settings):
    """How ``gs://`` is reached; what is null, the variables GOOGLE_… say."""

    application_credentials: str | None = Field(
        None, description="File with the key of a service account, in JSON."
    )


class AzureSettings(Settings):
    """How ``az://`` is reached; what is null, the variables AZURE_… say."""

    account_name: str | None = Field(None, description="Name of the storage account.")
    account_key: SecretStr | None = Field(None, description="What proves it.")
    endpoint: str | None = Field(None, description="Address of a store that is not Azure's own.")
    allow_http: bool | None = Field(None, description="Also without TLS.")


class BucketSettings(Settings):
    """How buckets are reached. Not sent to workers elsewhere: they have variables of their own."""

    s3: S3Settings = S3Settings()
    gs: GcsSettings = GcsSettings()
    az: AzureSettings = AzureSettings()

    def __reduce__(self) -> tuple[type["BucketSettings"], tuple[()]]:
        """Leave everything behind when a job is sent: engines store jobs and show them."""
        return type(self), ()


class InputSettings(Settings):
    """One input with what is known of it."""

    ref: str = Field(description="A URL, a path, a glob, or any of them with a kind: in front.")
    publisher: str | None = Field(None, description="Name of the outlet.")
    language: str | None = Field(None, description="Language, BCP 47, where it is always the same.")


class Config(Settings):
    """A whole configuration."""

    inputs: tuple[InputSettings | str, ...] = Field((), description="What to read.")
    steps: tuple[Annotated[str, Field(pattern=r"^[\w.]+:\w+$")], ...] = Field(
        (),
        description="Functions of your own that are called with each article, package.module:name: "
        "before it is judged or, marked with before_writing, before it is written.",
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
