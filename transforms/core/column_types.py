"""Types of the dataset's columns that are more than a number or a text."""

import pyarrow as pa


def _required(**types: pa.DataType) -> pa.DataType:
    """Return a struct of which no field is ever null."""
    return pa.struct([pa.field(name, kind, nullable=False) for name, kind in types.items()])


def _optional(**types: pa.DataType) -> pa.DataType:
    return pa.struct([pa.field(name, kind) for name, kind in types.items()])


TIME = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())
PLACE = _required(name=pa.string(), country=pa.string(), count=pa.int32())
KEYWORD = _required(term=pa.string(), score=pa.float32())
CLEANING = _required(rule=pa.string(), count=pa.int32())
ENTITY = _required(text=pa.string(), label=pa.string(), count=pa.int32())
REMOVED = _required(kind=pa.string(), text=pa.string())
#: Not a struct of all measures: each of its fields would be a column of every file, and in small
#: files a third of the bytes, though the measures are off by default.
MEASURE = _required(name=pa.string(), value=pa.float64())
WAITING = pa.struct(
    [
        pa.field("source_ref", pa.string(), nullable=False),
        pa.field("source_id", pa.string()),
        pa.field("url", pa.string(), nullable=False),
    ]
)
#: Nullable throughout, as all nulls of old files must fit.
WIRE = _optional(
    format=pa.string(),
    format_version=pa.string(),
    guid=pa.string(),
    version=pa.string(),
    pub_status=pa.string(),
    urgency=pa.int32(),
    slugline=pa.string(),
    byline=pa.string(),
    credit=pa.string(),
    provider=pa.string(),
    dateline=pa.string(),
    language=pa.string(),
    version_created=pa.string(),
    first_created=pa.string(),
    content_created=pa.string(),
    embargoed=pa.string(),
    subjects=pa.list_(_optional(code=pa.string(), name=pa.string(), uri=pa.string())),
    genres=STRINGS,
    located=STRINGS,
    signals=STRINGS,
    notes=pa.list_(_optional(text=pa.string(), role=pa.string())),
    links=pa.list_(_optional(relation=pa.string(), target=pa.string(), version=pa.string())),
    captions=STRINGS,
    copyright=pa.string(),
    usage_terms=pa.string(),
)
