import pytest

from transforms.extraction.authors import clean_authors, names_in

OUTLETS = ("The Daily", "daily.example", "Doe & Sons")


@pytest.mark.parametrize(
    ("raw", "authors"),
    [
        (["By Jane Doe"], ["Jane Doe"]),
        (["Von Jane Doe und John Roe"], ["Jane Doe", "John Roe"]),
        (["Par Jane Doe et John Roe"], ["Jane Doe", "John Roe"]),
        (["Jane Doe, John Roe and Max Moe"], ["Jane Doe", "John Roe", "Max Moe"]),
        (["Jane Doe; John Roe"], ["Jane Doe", "John Roe"]),
        (["Jane Doe", "jane doe"], ["Jane Doe"]),
        (["Jane Doe, political correspondent"], ["Jane Doe"]),
        (["Chefreporterin Jane Doe"], ["Jane Doe"]),
        (["Doe, Jane"], ["Jane Doe"]),
        (["Jane Doe, Jr."], ["Jane Doe, Jr"]),
        (["Jane Doe (jane@daily.example)"], ["Jane Doe"]),
        (["Jane Doe https://x.example/jane @jane"], ["Jane Doe"]),
        (["By Jane Doe 30 August 2023"], ["Jane Doe"]),
        (["Jane Doe am 8.12.2022"], ["Jane Doe"]),
        (["Thursday", "Jane Doe", "November 9"], ["Jane Doe"]),
        (["Jane Doe und John Roe, dpa"], ["Jane Doe", "John Roe", "dpa"]),
        (["Santiago Ramón y Cajal"], ["Santiago Ramón y Cajal"]),
        (["Ana López y Luis Gil"], ["Ana López", "Luis Gil"]),
        (["The Daily", "Jane Doe"], ["Jane Doe"]),
        (["The Daily"], ["The Daily"]),
        (["Doe & Sons"], ["Doe & Sons"]),
        (["admin"], []),
        # a desk signs where nobody else does
        (["Redaktion"], ["Redaktion"]),
        (["Redaktion", "Jane Doe"], ["Jane Doe"]),
        (["Bridge Builders GmbH", "Jane Doe"], ["Jane Doe"]),
        (["Gear Team", "Jane Doe"], ["Gear Team", "Jane Doe"]),
        (["Politics | by | Jane Doe | 3 min"], ["Jane Doe"]),
        (["Jane Doe, edited by John Roe"], ["Jane Doe"]),
        (["Jane Doe (http://daily.example/jane)"], ["Jane Doe"]),
        (["Jane Doe, Projektleiterin in Anytown"], ["Jane Doe"]),
        (["Von J. D. am"], ["J. D."]),
        (["홍길동 기자"], ["홍길동"]),
        (["last updated"], []),
        (["What the council has to say about this bridge, and why so few have listened."], []),
        (["https://www.facebook.com/daily"], []),
        (["d.doe@daily.example"], []),
        (["渡辺 洋介、佐藤 花子"], ["渡辺 洋介", "佐藤 花子"]),
        (["x" * 200, ""], []),
    ],
)
def test_authors_are_people(raw, authors):
    assert clean_authors(raw, OUTLETS) == tuple(authors)


def test_names_in_structured_data():
    assert list(
        names_in([{"name": "Jane"}, "John", {"givenName": "Max", "familyName": "Moe"}])
    ) == ["Jane", "John", "Max Moe"]
    assert list(names_in(None)) == []
