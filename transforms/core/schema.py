"""The Arrow schemas of the dataset's tables and of their files, in each version."""

import json
from functools import cache

import pyarrow as pa

from newsbeam.transforms.core.columns import (
    ARTICLES,
    BOILERPLATE,
    DUPLICATES,
    FEEDS,
    INDEX,
    REJECTS,
)

#: Goes up when columns are added. They are only ever appended: files of older versions stay good.
#: From 5 on, descriptions stand in the metadata of a file, if anywhere, and not of its columns,
#: which table formats compare.
SCHEMA_VERSION = 5

#: In the metadata of a file: descriptions of its columns, by name, as JSON. A file of few rows has
#: instead how many rows of each column have no value, in the order of the columns.
DESCRIPTIONS = "newsbeam.columns"
NULLS = "newsbeam.nulls"

#: Table name, which is also its folder, to schema.
TABLES: dict[str, pa.Schema] = {
    "articles": ARTICLES,
    "duplicates": DUPLICATES,
    "rejects": REJECTS,
    "feeds": FEEDS,
    "index": INDEX,
    "boilerplate": BOILERPLATE,
}

#: Columns that stand in the path and not in the files.
PARTITIONS: dict[str, tuple[str, ...]] = {
    "articles": ("date", "language"),
    "duplicates": ("date",),
    "rejects": ("date",),
    "feeds": (),
    "index": (),
    "boilerplate": (),
    "pages": (),  # whose files are WARC
}


#: How many columns of a table were there before the version in the key.
_COLUMNS_BEFORE = {
    2: {
        "articles": ARTICLES.get_field_index("cleaning"),
        "duplicates": DUPLICATES.get_field_index("text"),
    },
    3: {"articles": ARTICLES.get_field_index("published_utc_offset")},
    4: {"articles": ARTICLES.get_field_index("page_kind")},
    5: {
        "articles": ARTICLES.get_field_index("wire"),
        "feeds": FEEDS.get_field_index("waiting"),
    },
}


@cache
def file_schema(table: str, version: int = SCHEMA_VERSION) -> pa.Schema:
    """Return the schema that files of ``table`` have: without its partition columns.

    ``version`` is that of the newsbeam that wrote the file.
    """
    schema = TABLES[table]
    for later, before in _COLUMNS_BEFORE.items():
        if version < later and table in before:
            schema = pa.schema(list(schema)[: before[table]])
    for name in PARTITIONS[table]:
        position = schema.get_field_index(name)
        if position >= 0:
            schema = schema.remove(position)
    metadata = {"newsbeam.schema_version": str(version)}
    if version < 5:
        return schema.with_metadata(metadata)
    descriptions = {field.name: field.metadata[b"description"].decode() for field in schema}
    metadata[DESCRIPTIONS] = json.dumps(descriptions)
    return pa.schema([field.remove_metadata() for field in schema], metadata)


def version_of(schema: pa.Schema) -> int:
    """Return the version in the metadata of a file's schema, 0 if there is none."""
    version = (schema.metadata or {}).get(b"newsbeam.schema_version", b"")
    return int(version) if version.isdigit() else 0
