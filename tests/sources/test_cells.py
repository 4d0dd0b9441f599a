"""What cells of tables hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.sources.cells import is_nothing, read_id, read_name, split_list

NAMES = ["Ana Moreira", "Bo Li"]


@pytest.mark.parametrize(
    "value",
    [
        NAMES,
        tuple(NAMES),
        ["Ana Moreira", None, float("nan"), "Bo Li"],
        '["Ana Moreira", "Bo Li"]',
        '["Ana Moreira", NaN, "Bo Li"]',
        "['Ana Moreira', 'Bo Li']",
        "['Ana Moreira' 'Bo Li']",  # as NumPy prints an array
        "['Ana Moreira'\n 'Bo Li']",
        "('Ana Moreira', 'Bo Li')",
        "[u'Ana Moreira', None, u'Bo Li']",
        "[{'name': 'Ana Moreira', 'id': 3}, {'name': 'Bo Li'}]",
        '{"Ana Moreira","Bo Li"}',
        "{Ana Moreira,Bo Li}",  # as PostgreSQL does
        "[Ana Moreira, Bo Li]",
    ],
)
def test_a_list_is_one_however_it_was_printed(value):
    assert split_list(value) == NAMES


@pytest.mark.parametrize(
    ("value", "items"),
    [
        *(("Ana Moreira", ["Ana Moreira"]), ("", []), ("[]", []), ("nan", []), (None, [])),
        *(("(Ana Moreira)", ["(Ana Moreira)"]), ("[Update] Ana", ["[Update] Ana"])),
        *(("['Bo O\\'Li']", ["Bo O'Li"]), ('["Bo O\'Li"]', ["Bo O'Li"]), ("[nan]", [])),
        ('{"name": "Bo Li"}', [{"name": "Bo Li"}]),
    ],
)
def test_other_texts_stay_as_they_are(value, items):
    assert split_list(value) == items


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((7, "7"), (7.0, "7"), (Decimal("7.00"), "7"), ("a-7", "a-7"), (b"a", "a"), (7.5, "7.5")),
        *((float("nan"), None), (True, None), ("null", None), (None, None), ([], None)),
        *(
            ({"$oid": "64a"}, "64a"),
            (1234567890123, "1234567890123"),
            (1234567890123.0, "1234567890123"),
        ),
    ],
)
def test_ids(value, text):
    assert read_id(value) == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *(
            ("Ana", "Ana"),
            ({"name": "Ana"}, "Ana"),
            ({"full_name": "Ana"}, "Ana"),
            ({"x": 1}, None),
        ),
        ({"givenName": "Ana", "familyName": "Moreira"}, "Ana Moreira"),
        ({"name": None, "first_name": "Ana", "last_name": "Moreira"}, "Ana Moreira"),
    ],
)
def test_names_in_objects(value, name):
    assert read_name(value) == name


def test_nothing_is_written_in_many_ways():
    for value in (None, "", " ", "NaN", "nan", "NaT", "<NA>", "null", "None", float("-inf")):
        assert is_nothing(value)
    for value in ("none", "Null", "-nan", "1.#QNAN", "#NA"):
        assert is_nothing(value)
    for value in (0, 0.0, "0", "Nan", "No", [], "none of it", False):
        assert not is_nothing(value)


@given(st.text(alphabet="[]{}()'\", \\AbNone:u\n", max_size=40))
def test_no_text_raises(text):
    assert isinstance(split_list(text), list)


def test_an_object_whose_keys_are_numbers_is_a_list():
    assert split_list({"0": "Ana Moreira", "2": "Joan Albrecht"}) == [
        "Ana Moreira",
        "Joan Albrecht",
    ]
    assert split_list({"name": "Ana Moreira"}) == [{"name": "Ana Moreira"}]
