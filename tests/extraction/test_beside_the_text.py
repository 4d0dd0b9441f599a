"""What stands beside the text of an article is none of it, and is told and counted."""

import pytest
from story_pages import CARDS, H1, OTHER, STORY, extract, p, paragraphs


@pytest.mark.parametrize(
    "box",
    [
        "div class=donate",
        "section class=support-box",
        "dialog open",
        "div role=dialog",
        "p class=sign-up",
    ],
)
def test_what_the_site_asks_of_its_readers_is_no_text(box: str) -> None:
    call = f"<{box}>Readers keep this paper afloat, give what you can.</{box.split()[0]}>"
    assert paragraphs(f"<article>{H1}{p(STORY[:3])}{call}{p(STORY[3:])}</article>") == STORY


@pytest.mark.parametrize(
    "card",
    [
        "<li><a href=/{0}><h4>{1}</h4></a> {2}</li>",
        "<div class=card><h3><a href=/{0}>{1}</a></h3><p>{2}</p></div>",
        "<article><h3><a href=https://ellenby.example/{0}>{1}</a></h3><p>{2}</p></article>",
    ],
)
def test_boxes_of_other_articles_are_no_text(card: str) -> None:
    cards = "".join(card.format(n, *each) for n, each in enumerate(CARDS))
    for box in (f"<ul>{cards}</ul>", f"<section><h2>Popular</h2>{cards}</section>"):
        assert paragraphs(f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>") == STORY
        assert paragraphs(f"<article>{H1}{p(STORY)}{box}</article>") == STORY


def test_a_box_round_the_headline_is_no_advert() -> None:
    for name in ("advert", "popup", "sign-up"):
        assert paragraphs(f"<div class={name}>{H1}{p(STORY)}</div>") == STORY


@pytest.mark.parametrize(
    "box",
    [
        "<ul class=more>{}</ul>".format(
            "".join(
                f"<li><a href=/{n}><h4>Boat {n} sold at auction</h4></a> It went for little.</li>"
                for n in range(4)
            )
        ),
        "<section class=popular-stories><h3>Most read</h3>{}</section>".format(
            "".join(f"<p><a href=/{n}>Gale {n} tears the roof off a shed</a></p>" for n in range(5))
        ),
        "<div class=newsletter-box><h3>News from the quay</h3><p>Sign up and get our letter each "
        "morning, free of charge.</p><form><input type=email><button>Send</button></form></div>",
        "<footer><nav><a href=/a>About us</a> <a href=/b>Contact</a> <a href=/c>Imprint</a></nav>"
        "<p>© 2026 Ellenby Herald. All rights reserved.</p></footer>",
        "<div class=advertisement><p>Buy a dinghy now, while they last.</p></div>",
        "<div class='ellenby__werbung'><p>Kauft Boote!</p></div>",
        "<aside><p>Weather: fine</p></aside>",
        "<div class=author-bio><h4>About the author</h4>"
        "<p>Ola Brandt writes about the coast.</p></div>",
        "<div class=comments><h3>3 comments</h3><p>gull77: About time!</p>"
        "<p>rower: Too dear.</p></div>",
    ],
)
def test_boxes_behind_the_text_are_none_of_it(box: str) -> None:
    assert paragraphs(f"<article>{H1}{p(STORY)}{box}</article>") == STORY


@pytest.mark.parametrize(
    "caption",
    [
        "<figure><img src=/a.jpg><figcaption>The basin in 1950 (Photo: Ola Brandt)"
        "</figcaption></figure>",
        "<img src=/a.jpg><div class='article-image-caption'>The basin in 1950</div>",
        "<img src=/a.jpg><p class='img_cptn'>The basin in 1950</p>",
        "<img src=/a.jpg><div><span class='bildunterschrift'>Das Becken 1950</span></div>",
    ],
)
def test_captions_are_no_text(caption: str) -> None:
    page = f"<article>{H1}{p(STORY[:2])}{caption}{p(STORY[2:])}</article>"
    assert paragraphs(page) == STORY


@pytest.mark.parametrize(
    "controls",
    [
        "<form><label>Your e-mail</label><input name=e><button>Sign up</button></form>",
        "<p><button>Listen</button> <button>Save</button></p>",
    ],
)
def test_controls_are_no_text(controls: str) -> None:
    page = f"<article>{H1}{p(STORY[:2])}{controls}{p(STORY[2:])}</article>"
    assert paragraphs(page) == STORY


def test_a_button_behind_the_last_sentence_is_no_word_of_it() -> None:
    lines = [f"{STORY[0]} <button>Show more</button>", *STORY[1:]]
    assert paragraphs(f"<article>{H1}{p(lines)}</article>") == STORY
    lines[0] = f"{STORY[0]} It will cost <button>a great deal</button>"
    assert paragraphs(f"<article>{H1}{p(lines)}</article>")[0].endswith("cost a great deal")


@pytest.mark.parametrize(
    "part", ["p class=captioned", "div class=image-text", "div class=load-more"]
)
def test_what_only_sounds_like_frame_is_text(part: str) -> None:
    line = f"<{part}>{STORY[2]}</{part.split()[0]}>"
    assert paragraphs(f"<article>{H1}{p(STORY[:2])}{line}{p(STORY[3:])}</article>") == STORY


def test_what_was_taken_out_is_told_and_counted() -> None:
    figure = (
        "<figure><img src=/a.jpg><figcaption>The inner basin at low tide.</figcaption></figure>"
    )
    related = "<div class=related>" + "".join(
        f"<p><a href=/{n}>Gale {n} tears the roof off a shed</a></p>" for n in range(3)
    )
    row = extract(f"<article>{H1}{p(STORY[:3])}{figure}{p(STORY[3:])}{related}</div></article>")
    assert row.text.split("\n\n") == STORY
    told = [(each.kind, each.text) for each in row.removed]
    assert ("headline", "Ellenby will dredge its basin") in told
    assert ("caption", "The inner basin at low tide.") in told
    assert ("related", "Gale 1 tears the roof off a shed") in told
    counts = {each.rule: each.count for each in row.cleaning}
    assert counts["removed_caption"] == 1
    assert counts["removed_related"] == 3


def test_all_that_is_taken_out_is_counted_though_not_all_is_told() -> None:
    boxes = "".join(
        f"<figure><img src=/{n}.jpg><figcaption>View {n} of the pier</figcaption></figure>"
        for n in range(80)
    )
    long = [f"{line} {' '.join(STORY)}" for line in STORY]
    row = extract(f"<article>{H1}{p(long[:3])}{boxes}{p(long[3:])}</article>")
    assert row.text.split("\n\n") == long
    assert len(row.removed) == 60
    assert {each.rule: each.count for each in row.cleaning}["removed_caption"] == 80


def test_an_article_below_that_of_the_page_is_none_of_it() -> None:
    other = f"<h1>A lamp is lit again</h1><p>By Lars Onsager</p>{p(OTHER)}"
    page = f"<article>{H1}{p(STORY)}</article><article>{other}</article>"
    assert paragraphs(page) == STORY


def test_a_story_in_two_articles_is_whole() -> None:
    for heading in ("", H1, "<h2>What the board said</h2>"):
        page = f"<article>{H1}{p(STORY[:3])}</article><article>{heading}{p(STORY[3:])}</article>"
        found = paragraphs(page)
        assert [line for line in found if line in STORY] == STORY


@pytest.mark.parametrize("name", ["post-and-ads-holder", "ads", "text anzeigen"])
def test_a_box_with_most_of_the_text_is_no_advert(name: str) -> None:
    assert paragraphs(f"{H1}<div class='{name}'>{p(STORY)}</div>") == STORY


@pytest.mark.parametrize("name", ["factbox", "herald-fact-box", "faktaruta"])
def test_a_box_of_facts_is_no_text(name: str) -> None:
    box = f"<div class={name}><h3>The basin</h3><p>{OTHER[1]}</p></div>"
    page = f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>"
    assert paragraphs(page) == STORY
    # What is most of a page is its article.
    assert paragraphs(f"<article>{H1}<div class={name}>{p(STORY)}</div></article>") == STORY


@pytest.mark.parametrize("title", ["Read also", "Lesen Sie auch", "Lire aussi", "関連記事"])
def test_links_below_read_also_are_no_text(title: str) -> None:
    links = "".join(f"<li><a href=/{n}>Boat {n} sold at auction</a></li>" for n in range(2))
    box = f"<div><div>{title}</div><ul>{links}</ul></div>"
    assert paragraphs(f"<article>{H1}{p(STORY[:3])}{box}{p(STORY[3:])}</article>") == STORY
