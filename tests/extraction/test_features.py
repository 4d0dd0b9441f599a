"""What is measured of the blocks of a page."""

from newsbeam.transforms.extraction.features import AT, measure_blocks
from newsbeam.transforms.pages.walk import read_outline


def measure(*paragraphs):
    outline = read_outline("".join(f"<p>{text}</p>" for text in paragraphs))
    rows, _ = measure_blocks(
        outline, outline.blocks, headline=None, title=None, summary=None, told=None
    )
    return rows


def column(name, *paragraphs):
    return measure(*paragraphs)[:, AT[name]].tolist()


def test_letters_are_counted_for_each_block_alone():
    texts = ("7", "a", "On 4 May", "Ferry 12 runs late", "a b ab")
    assert column("digits", *texts) == [1000, 0, 125, 111, 0]
    assert column("capitals", *texts) == [0, 0, 250, 55, 0]
    # A word has two letters or more, and the last letter of a block begins none with the next.
    assert column("small_words", *texts) == [0, 0, 0, 500, 333]


def test_letters_beyond_the_first_plane_count_too():
    assert column("digits", "🎉 \U0001d7d8\U0001d7d9 on", "🎉🎉 12") == [285, 400]
    assert column("small_words", "🎉 late 𐐨𐐩 on", "𠀀𠀁 A") == [750, 500]


def test_a_full_width_stop_ends_a_sentence_wherever_it_stands():
    assert column("sentences", "一。二。」 三！", "One. Two.5 is “three.” Four…") == [3, 3]


def test_a_page_without_blocks_has_no_rows():
    assert len(measure()) == 0
