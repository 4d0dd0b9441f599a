import pytest
from lxml import html

from transforms.extraction.frame import drop_frame


def left_of(block: str) -> str:
    story = "<p>" + "It rained on Monday. " * 30 + "</p>"
    tree = html.document_fromstring(f"<main>{story}{block}{story}</main>")
    drop_frame(tree)
    return tree.text_content()


@pytest.mark.parametrize(
    "block",
    [
        '<div class="advertisement">Buy it.</div>',
        '<aside class="box ad">Buy it.</aside>',
        '<div id="ad-slot-3"><p>Buy it.</p></div>',
        '<div class="article__werbung">Kauf es.</div>',
        '<section class="ads"><div class="ad">Buy it.</div></section>',
    ],
)
def test_what_calls_itself_an_advert_goes(block: str) -> None:
    left = left_of(block)
    assert "Buy it." not in left
    assert "Kauf es." not in left
    assert left.count("It rained") == 60


@pytest.mark.parametrize(
    "block",
    [
        '<div class="adapted headline">A story.</div>',
        '<div class="load-more">A story.</div>',
        f'<div class="ad">{"A story. " * 200}</div>',
    ],
)
def test_what_only_sounds_like_one_or_is_long_stays(block: str) -> None:
    assert "A story." in left_of(block)


def test_the_words_behind_an_advert_stay() -> None:
    left = left_of('<div class="ad">Buy it.</div>and behind it')
    assert "and behind it" in left
    assert "Buy it." not in left
