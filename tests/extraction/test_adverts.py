import pytest
from lxml import html

from transforms.extraction.adverts import drop_adverts


def left_of(block: str) -> str:
    tree = html.fromstring(f"<main><p>One.</p>{block}<p>Two.</p></main>")
    drop_adverts(tree)
    return " ".join(tree.text_content().split())


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
    assert left_of(block) in ("One.Two.", "One. Two.")


@pytest.mark.parametrize(
    "block",
    [
        '<div class="adapted headline">A story.</div>',
        '<div class="load-more">A story.</div>',
        '<p class="ad">A story.</p>',
        f'<div class="ad">{"A story. " * 60}</div>',
    ],
)
def test_what_only_sounds_like_one_or_is_long_stays(block: str) -> None:
    assert "A story." in left_of(block)


def test_the_words_behind_an_advert_stay() -> None:
    assert left_of('<div class="ad">Buy it.</div>and behind it') == "One.and behind itTwo."
