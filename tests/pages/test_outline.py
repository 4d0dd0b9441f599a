"""What a reader of a page sees is in the outline, once, in order, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.pages.walk import read_outline


def blocks(markup: str) -> list[str]:
    outline = read_outline(f"<html><body>{markup}</body></html>")
    return [block.text for block in outline.blocks if not block.hidden]


@pytest.mark.parametrize("tag", ["p", "div", "section", "center", "dd", "news-paragraph"])
def test_each_element_that_ends_a_line_is_a_block(tag: str) -> None:
    markup = (
        f"<p>The tide came early.</p><{tag}>Nobody was on the quay.</{tag}><p>It left late.</p>"
    )
    assert blocks(markup) == ["The tide came early.", "Nobody was on the quay.", "It left late."]


def test_what_follows_a_block_within_a_paragraph_is_kept() -> None:
    assert blocks("<article>She asked: <div>“Who rows?”</div> and sat down.</article>") == [
        "She asked:",
        "“Who rows?”",
        "and sat down.",
    ]


@pytest.mark.parametrize(
    "inner",
    [
        "<time>at noon</time>",
        "<button>at noon</button>",
        "<label>at noon</label>",
        "<output>at noon</output>",
        "<math><mi>at noon</mi></math>",
        "<abbr title='12:00'>at noon</abbr>",
        "<x-moment>at noon</x-moment>",
        "<font color=red>at noon</font>",
        "at no<wbr>on",
    ],
)
def test_words_of_inline_elements_stay_in_their_sentence(inner: str) -> None:
    assert blocks(f"<p>The pilots met {inner} in the hall.</p>") == [
        "The pilots met at noon in the hall."
    ]


def test_a_quotation_has_its_marks() -> None:
    assert blocks("<p>He wrote <q>come <q>now</q></q>.</p>") == ["He wrote “come ‘now’”."]


def test_readings_over_words_are_left_out_by_one_rule() -> None:
    ruby = "<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>は静かだ。</p>"
    assert blocks(ruby) == ["港は静かだ。"]


def test_joiners_and_private_characters_are_text() -> None:
    text = "خانه‌ها 👩‍🚒 \ue000"
    assert blocks(f"<p>{text}</p>") == [text]


def test_one_line_break_parts_lines_and_two_part_blocks() -> None:
    assert blocks("<p>one<br>two<br><br>three</p>") == ["one\ntwo", "three"]


def test_an_element_at_the_start_of_a_line_has_all_of_its_letters() -> None:
    [block] = read_outline("<p>Article by<br> <b>bote</b></p>").blocks
    assert [block.text[mark.start : mark.end] for mark in block.marks] == ["bote"]


def test_white_space_is_folded_but_in_preformatted_text() -> None:
    assert blocks("<p> a \n b\t<b> c</b> </p><pre>x\n  y</pre>") == ["a b c", "x\ny"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>unseen</p>",
        "<p style='display: none'>unseen</p>",
        "<span class='sr-only'>unseen</span>",
        "<div class='visually-hidden'>unseen</div>",
        "<a class='visually-hidden-focusable'>unseen</a>",
        "<b class='srOnly'>unseen</b>",
        "<span style='position: absolute; left: -9999px'>unseen</span>",
        "<span style='position: absolute; clip: rect(0, 0, 0, 0)'>unseen</span>",
        "<dialog>unseen</dialog>",
        "<template><p>unseen</p></template>",
        "<noscript>unseen</noscript>",
        "<select><option>unseen</option></select>",
        "<svg><text>unseen</text></svg>",
        "<script>unseen</script>",
        "<!-- unseen -->",
    ],
)
def test_what_no_browser_draws_is_no_text(markup: str) -> None:
    assert blocks(f"<p>seen</p>{markup}<p>too</p>") == ["seen", "too"]


def test_a_hidden_word_leaves_its_sentence_whole() -> None:
    assert blocks("<p>Call <span class='screen-reader-text'>us</span> now.</p>") == ["Call now."]


def test_rows_of_data_are_one_block_each() -> None:
    table = (
        "<table><caption>Round 2</caption><tr><th>Crew</th><th>Time</th></tr>"
        "<tr><td>Gulls</td><td>4:01</td></tr><tr><td>Terns</td><td></td></tr></table>"
    )
    assert blocks(table) == ["Round 2", "Crew | Time", "Gulls | 4:01", "Terns"]


def test_a_table_that_places_paragraphs_is_read_in_order() -> None:
    long = "The ferry stayed in port because the fog was too thick to see the pier. " * 4
    text = f"<p>{long}</p><p>Then it left.</p>"
    table = f"<table><tr><td><a href=/a>Menu</a></td><td>{text}</td></tr></table>"
    assert blocks(table) == ["Menu", long.strip(), "Then it left."]


def test_a_list_in_a_cell_keeps_its_items() -> None:
    items = "<ul><li>rope</li><li>a lamp</li></ul>"
    table = f"<table><tr><td>Bring:{items}</td><td>by May</td></tr></table>"
    assert blocks(table) == ["Bring:", "rope", "a lamp", "by May"]


def test_a_block_knows_its_links_and_what_it_stands_in() -> None:
    outline = read_outline(
        "<main><article class=story><p>Read <a href=/x>the other tale</a> now.</p></article></main>"
    )
    (block,) = outline.blocks
    assert block.link_chars == len("the other tale")
    assert [each.tag for each in block.element.chain()] == ["p", "article", "main", "body", "html"]
    link = block.marks[0].element
    assert (link.tag, outline.text_of(link)) == ("a", "the other tale")


def test_elements_know_their_blocks_after_rows_were_joined() -> None:
    outline = read_outline(
        "<p>a</p><table><tr><td>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table><h2>f</h2>"
    )
    texts = {each.tag: outline.text_of(each) for each in outline.elements}
    assert texts["tr"] == "d | e"
    assert texts["h2"] == "f"
    assert outline.text_of(outline.elements[0]) == "a b | c d | e f"


def test_what_the_head_declares_is_kept() -> None:
    outline = read_outline(
        "<html lang=cy><head><title> A  tale </title><meta property=og:title content=Tale>"
        "<link rel='canonical' href=' /t '><script type='application/ld+json'>{}</script></head>"
        "<body itemscope><meta itemprop=datePublished content=2026-01-02><time>2 May</time></body>"
    )
    assert outline.title == "A tale"
    assert outline.language == "cy"
    assert outline.first("og:title") == "Tale"
    assert outline.first("datepublished") == "2026-01-02"
    assert outline.links["canonical"] == "/t"
    assert outline.json_ld == ("{}",)
    assert [outline.text_of(each) for each in outline.by_tag["time"]] == ["2 May"]


def test_only_the_head_says_which_page_this_is() -> None:
    outline = read_outline(
        "<head><base href=/x/><link rel=canonical href=/t><meta property=og:url content=/t></head>"
        "<body><p>a</p><div><link rel=canonical href=/card><meta property=og:url content=/card>"
        "</div><link rel=canonical href=/late></body>"
    )
    assert outline.canonicals == ("/t",)
    assert list(outline.values("og:url")) == ["/t"]
    assert outline.base == "/x/"


def test_a_head_that_ends_early_is_still_heard() -> None:
    outline = read_outline(
        "<head><title>a</title><div id=tag></div><link rel=canonical href=/t><meta "
        "property=og:url content=/t></head><body><p>a</p></body>"
    )
    assert outline.canonicals == ("/t",)
    assert outline.first("og:url") == "/t"


def test_characters_that_no_text_may_have_are_replaced_and_counted() -> None:
    outline = read_outline("<p>a\x01b&#2;c</p>")
    assert outline.blocks[0].text == "a\ufffdb\ufffdc"
    assert outline.replaced == 2


def test_text_behind_the_end_of_the_page_is_read() -> None:
    outline = read_outline("<html><body><p>one</p></body></html><p>two</p>")
    assert [block.text for block in outline.blocks] == ["one", "two"]


def test_depth_is_no_limit() -> None:
    assert blocks("<div>" * 3000 + "<p>deep</p>" + "</div>" * 3000) == ["deep"]


_WORDS = st.integers(0, 9999).map("w{}".format)
_INLINE = st.sampled_from(["span", "b", "a href=/x", "em", "time", "label", "button", "x-word"])
_BLOCK = st.sampled_from(["div", "section", "blockquote", "li", "center", "article", "footer"])


def _element(tag: str, children: list[str]) -> str:
    return f"<{tag}>{' '.join(children)}</{tag.split()[0]}>"


_SENTENCES = st.recursive(
    _WORDS,
    lambda inner: st.builds(_element, _INLINE, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)
_TREES = st.recursive(
    st.lists(_SENTENCES, max_size=3).map(" ".join),
    lambda inner: st.builds(_element, _BLOCK, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=30,
)


@given(st.lists(_TREES, min_size=1, max_size=4))
def test_each_visible_word_is_in_one_block_in_its_order(trees: list[str]) -> None:
    markup = "<br>".join(trees)
    outline = read_outline(f"<html><body>{markup}</body></html>")
    shown = " ".join(block.text for block in outline.blocks)
    assert re.findall(r"w\d+", shown) == re.findall(r"w\d+", markup)
    for element in outline.elements:
        assert 0 <= element.first <= element.last <= len(outline.blocks)
    for block in outline.blocks:
        assert all(0 <= mark.start <= mark.end <= len(block.text) for mark in block.marks)


def test_what_stands_in_a_declared_shadow_root_is_drawn() -> None:
    inner = "<template><p>unseen</p></template><p>The tide came early.</p>"
    page = (
        f"<news-text><template shadowrootmode=open><style>p {{}}</style>{inner}</template>"
        "<p>It left late.</p></news-text><template><p>unseen</p></template><p>Nobody rowed.</p>"
    )
    assert blocks(page) == ["The tide came early.", "It left late.", "Nobody rowed."]
    # An end too many and one too few change nothing else.
    page = "</template><x-a><template shadowrootmode='open'><p>One.</p></x-a><p>Two.</p>"
    assert blocks(page) == ["One.", "Two."]
