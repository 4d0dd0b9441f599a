"""Documents as trees: two parsers that say the same, and elements within elements without end."""

import pytest
from wires import g2_item, g2_message, nitf

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items

TEXT = ("The lock at Port Ellery opens at six.", "Barges queue from five.")
DEEP = 50_000


def read(document: str, kind: str = "newsml") -> list[WireItem]:
    return list(read_items(document.encode(), kind))


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (g2_message(g2_item(paragraphs=TEXT), g2_item("urn:b", kind="picture")), "newsml"),
        (nitf((*TEXT, "Fish & chips, <b> and all")), "nitf"),
        (
            "<NewsML Version='1.2'><NewsItem xml:lang='en'><NewsComponent><ContentItem>"
            "<DataContent><p>A <!-- not --> b</p>\n<p><![CDATA[c < d]]>&#233;</p></DataContent>"
            "</ContentItem></NewsComponent></NewsItem></NewsML>",
            "newsml",
        ),
    ],
)
def test_a_document_says_the_same_whether_it_is_well_formed_or_has_to_be_mended(
    document: str, kind: str
):
    name = document[1:].partition(" ")[0]
    spoilt = document.replace(f"<{name}", f'<{name} x:undeclared="1"', 1)
    assert read(spoilt, kind) == read(document, kind)
    assert read(document, kind)[0].paragraphs


@pytest.mark.parametrize(
    "document",
    [
        f"<newsMessage>{'<a>' * DEEP}{g2_item()}{'</a>' * DEEP}</newsMessage>",
        f"<NewsML><NewsItem>{'<NewsComponent>' * DEEP}{'</NewsComponent>' * DEEP}</NewsItem>"
        "</NewsML>",
        g2_item(meta=f"<edNote>{'<b>' * DEEP}x{'</b>' * DEEP}</edNote>"),
    ],
)
def test_elements_that_are_nested_too_deep_are_refused_in_words(document: str):
    with pytest.raises(InputError, match="nested too deep"):
        read(document)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<b>", "</b>"),
        ("<tr>", "</tr>"),
        ("<block>", "</block>"),
        ("<table><tr><td>a</td><td>", "</td></tr></table>"),
    ],
)
def test_a_body_may_be_nested_as_deep_as_it_likes(begin: str, end: str):
    head, _, rest = nitf(()).partition("</body.content>")
    (item,) = read(f"{head}{begin * 20_000}x{end * 20_000}</body.content>{rest}", "nitf")
    assert any("x" in text for text in item.paragraphs)
