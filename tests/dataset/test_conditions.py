"""Which rows a condition of an export keeps."""

import pyarrow as pa
import pytest

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.conditions import read_condition

ROWS = [
    {"title": "A", "publisher": "Ellery Press", "word_count": 40, "tags": ["harbour"]},
    {"title": "B", "publisher": "Gazette", "word_count": 400, "wire": {"version": "2"}},
    {"title": "C", "publisher": None, "word_count": 4000, "withdrawn": True},
]


def keep(condition: str) -> list[str]:
    rows = pa.Table.from_pylist(ROWS, schema=file_schema("articles"))
    rows = rows.append_column("date", pa.array(["2026-03-03", "2026-03-04", "2026-03-05"]))
    rows = rows.append_column("language", pa.array(["en", "de", "en"]))
    return [row["title"] for row in read_condition(condition)(rows).to_pylist()]


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ("language=de", ["B"]),
        ("publisher=Ellery Press", ["A"]),
        ("publisher = 'Ellery Press'", ["A"]),
        ("wire.version=2", ["B"]),
        ("withdrawn=true", ["C"]),
        ("language = 'de' OR word_count > 1000", ["B", "C"]),
        ("withdrawn IS NOT TRUE", ["A", "B"]),
        ("date >= '2026-03-04'", ["B", "C"]),
        ("list_contains(tags, 'harbour')", ["A"]),
        ("wire.version = '2' AND title LIKE 'B%'", ["B"]),
        ("false", []),
        ("word_count = 40 AND withdrawn IS NULL", ["A"]),
        ("word_count = 40 or withdrawn is true", ["A", "C"]),
    ],
)
def test_one_value_or_sql(condition: str, titles: list[str]):
    assert keep(condition) == titles


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("titel=x", "no such column"),
        ("tags=x", "one text"),
        ("title ~~~~~ 'x'", "COLUMN=VALUE"),
        ("titel > 'x'", "titel"),
        ("title", "COLUMN=VALUE"),
        ("word_count > 1; DROP TABLE x", "COLUMN=VALUE"),
        ("title IN (SELECT column0 FROM read_csv('/etc/hostname'))", "COLUMN=VALUE"),
    ],
)
def test_what_is_no_condition_is_told(condition: str, told: str):
    with pytest.raises(UsageError, match=told):
        keep(condition)
