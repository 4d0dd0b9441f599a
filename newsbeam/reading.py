"""Reading a dataset in one line: ``newsbeam.open(root).articles.arrow()``."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsbeam.transforms.core.errors import DatasetError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as pd

    from newsbeam.transforms.dataset.writer import StagedFile

#: What is read of a dataset by its name.
TABLES = ("articles", "duplicates", "rejects", "feeds")
#: How an error of ours stands in one of DuckDB's.
_OUR_ERROR = re.compile(r"newsbeam\.transforms\.core\.errors\.DatasetError: (.+)")
#: How a file that Arrow cannot read does.
_FILE = re.compile(r"(?:Could not open Parquet input source|Failed to open local file) '([^']+)'")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a dataset, as it was when the dataset was opened.

    Its columns are those of the present schema, whatever version wrote a file: what an older one
    has not is null. ``date`` and ``language``, which stand in the path, are columns.
    """

    root: str
    name: str
    files: "tuple[StagedFile, ...]"
    #: Only rows of these units, all if None.
    units: tuple[str, ...] | None

    def arrow(self) -> "pd.Dataset":
        """Return the table as a dataset of Arrow; nothing is read yet."""
        import pyarrow as pa
        import pyarrow.dataset as pd

        schema = _schema(self.name)
        if not self.files:
            return pd.dataset(schema.empty_table())
        places = pa.schema([field for field in schema if field.name in _places(self.name)])
        only = None if self.units is None else pd.field("unit").isin(list(self.units))
        if "://" in self.root:
            # A client of object stores is only loaded where there is one.
            from newsbeam.transforms.dataset.scanning import scan_bucket

            return scan_bucket(self.root, self.name, self.files, schema, places, only)
        try:
            found = pd.dataset(
                [str(Path(self.root) / file.path) for file in self.files],
                schema=schema,
                format="parquet",
                partitioning=pd.partitioning(places, flavor="hive"),
                partition_base_dir=str(Path(self.root) / self.name),
            )
        except FileNotFoundError as error:
            raise DatasetError(
                f"{error} is not there: it was replaced after the dataset was opened, or is lost. "
                "Open the dataset again; `newsbeam check` tells what is lost."
            ) from error
        return found if only is None else found.filter(only)

    def pandas(self) -> Any:
        """Return the table as a DataFrame of pandas, read whole."""
        _need("pandas")
        return self.arrow().to_table().to_pandas()

    def polars(self) -> Any:
        """Return the table as a LazyFrame of Polars."""
        return _need("polars").scan_pyarrow_dataset(self.arrow())

    def duckdb(self, connection: Any = None) -> Any:
        """Return the table as a relation of DuckDB, of ``connection`` or its default one."""
        reader = connection or _need("duckdb")
        return reader.from_arrow(self.arrow())

    def hugging_face(self) -> Any:
        """Return the table as a Dataset of Hugging Face's ``datasets``, read whole."""
        return _need("datasets").Dataset(self.arrow().to_table())


@dataclass(frozen=True, slots=True)
class Opened:
    """A dataset as it was when it was opened, with the commit ``number``."""

    root: str
    number: int
    articles: Table
    duplicates: Table
    rejects: Table
    feeds: Table  # one row a poll

    def sql(self, query: str) -> Any:
        """Return what DuckDB answers to ``query``, as a relation; its views are the tables.

        Raises UsageError for a query that cannot be answered.
        """
        engine = _need("duckdb")
        connection = engine.connect()
        with _explained(engine):
            if not connection.extract_statements(query):
                raise UsageError(
                    "There is no statement in the query. Ask something of articles, duplicates, "
                    "rejects or feeds, such as SELECT count(*) FROM articles."
                )
            for name in TABLES:
                connection.register(name, getattr(self, name).arrow())
            return connection.sql(query)

    def rows(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns of the answer to ``query``, and its rows.

        Raises UsageError for a query that cannot be answered, DatasetError if a file of the dataset
        cannot be read.
        """
        answer = self.sql(query)
        if answer is None:  # of a statement that has none
            return [], []
        with _explained(_need("duckdb")):
            return answer.columns, answer.fetchall()


@contextmanager
def _explained(engine: Any) -> Iterator[None]:
    """Say in a sentence what DuckDB cannot do, or what kept it from reading."""
    try:
        yield
    except engine.Error as error:
        if ours := _OUR_ERROR.search(str(error)):
            raise DatasetError(ours[1]) from None
        if file := _FILE.search(str(error)):
            raise DatasetError(
                f"{file[1]} cannot be read. `newsbeam check` tells what of the dataset is damaged."
            ) from None
        raise UsageError(f"DuckDB cannot answer that: {error}") from None


def open(root: str | Path, *, since: int | None = None) -> Opened:
    """Return the dataset at ``root``, a folder or a bucket (``s3://…``), to be read.

    With ``since``, only the rows of commits after that number; keep ``number`` of what you get, and
    give it the next time. Buckets are reached by the variables of the environment. Raises
    UsageError if there is no dataset, or no such commit; DatasetError if a bucket cannot be read.

    >>> newsbeam.open("news").articles.pandas()  # doctest: +SKIP
    """
    from newsbeam.transforms.dataset.state import load_state
    from newsbeam.transforms.dataset.storage import open_storage

    place = str(root).rstrip("/") if "://" in str(root) else str(Path(root).expanduser().absolute())
    storage = open_storage(place)
    state = load_state(storage)
    if not state.number and not storage.exists("commits"):
        raise UsageError(f"There is no dataset at {place}: give the place of an --output.")
    if since is not None and not 0 <= since <= state.number:
        raise UsageError(f"since={since}: {place} has the commits 1 to {state.number}.")
    later = None if since is None else state.since(since)
    units = None if later is None else tuple(commit.unit for commit in later)
    fresh = None if later is None else {file.path for each in later for file in each.files}
    tables = {
        name: Table(
            root=place,
            name=name,
            files=tuple(file for file in state.files(name) if fresh is None or file.path in fresh),
            units=units,
        )
        for name in TABLES
    }
    return Opened(root=place, number=state.number, **tables)


def _schema(name: str) -> "pa.Schema":
    """Return the present schema, with ``date`` as a day."""
    import pyarrow as pa

    from newsbeam.transforms.core.schema import file_schema

    places = [pa.field(place, kind) for place, kind in _places(name).items()]
    return pa.schema([*places, *file_schema(name)])


def _places(name: str) -> "dict[str, pa.DataType]":
    import pyarrow as pa

    from newsbeam.transforms.core.schema import PARTITIONS

    kinds = {"date": pa.date32(), "language": pa.string()}
    return {place: kinds[place] for place in PARTITIONS[name]}


def _need(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError:
        raise UsageError(
            f"{package} is not installed, and newsbeam does without it until it is asked for this. "
            f"Run `pip install {package}`."
        ) from None
