import pytest

from transforms.core.errors import InputError
from transforms.extraction.dom import parse_dom


def test_characters_that_no_text_has_are_replaced_and_counted():
    dom = parse_dom("<html><body><p>a&#1;b&#x1F;c\x02d\ud800e &#128; &#13;f</p></body></html>")
    assert dom.tree.text_content().strip() == "a\ufffdb\ufffdc\ufffdd\ufffde € \rf"
    assert dom.replaced == 4


@pytest.mark.parametrize(
    ("depth", "truncated"), [(10, False), (300, False), (1500, False), (5000, True)]
)
def test_deep_pages_are_kept_or_marked(depth, truncated):
    page = (
        "<html><body>" + "<div>" * depth + "deep" + "</div>" * depth + "<p>after</p></body></html>"
    )
    dom = parse_dom(page)
    assert dom.truncated is truncated
    assert ("deep" in dom.tree.text_content()) is not truncated


def test_a_huge_text_node_is_kept():
    dom = parse_dom("<html><body><p>" + "word " * 6_000_000 + "</p><p>after</p></body></html>")
    assert len(dom.tree.text_content()) > 30_000_000
    assert not dom.truncated


@pytest.mark.parametrize("text", ["", "   ", "<!-- nothing -->"])
def test_no_elements(text):
    with pytest.raises(InputError) as caught:
        parse_dom(text)
    assert caught.value.reason == "no_article"


def test_a_page_goes_on_behind_its_end():
    dom = parse_dom(
        "<html><body><h1>Bridge</h1></body></html>\n<div><p>The story.</p></div></BODY >"
    )
    assert [each.tag for each in dom.tree.find("body")] == ["h1", "div"]
