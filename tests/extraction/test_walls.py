from lxml import html

from transforms.extraction.frame import drop_asides
from transforms.extraction.walls import (
    cut_at_wall,
    locked_chars,
    read_behind,
    says_wall,
)

TEXT = [
    "The council of Anytown voted on Tuesday on the new bridge over the river, after ten years.",
    "Seven of its nine members were for it, among them the mayor, who called it a waste before.",
    "Work is to begin in spring; until then the ferry goes twice an hour, from May once a day.",
]
WALL = "Become a subscriber to unlock this story and all others of the paper."


def parse(body):
    return html.document_fromstring(f"<body>{body}</body>")


def find_barriers(tree):
    return drop_asides(tree).barriers


def test_the_text_ends_where_its_wall_begins():
    assert cut_at_wall([*TEXT, WALL, "What do I get?", "- All stories"]) == (TEXT, True)
    assert cut_at_wall(TEXT) == (TEXT, False)


def test_an_article_that_tells_of_paywalls_is_not_cut():
    told = [f"{WALL} That is what readers of the Daily have met since May. " + TEXT[0] * 3, *TEXT]
    assert cut_at_wall([TEXT[0], *told]) == ([TEXT[0], *told], False)
    assert cut_at_wall([WALL, *TEXT]) == ([WALL, *TEXT], False)
    quoted = [TEXT[0], WALL, *TEXT * 4]
    assert cut_at_wall(quoted) == (quoted, False)


def test_what_follows_the_text_is_what_stands_behind_its_last_paragraph():
    page = (
        "<nav>Home</nav>" + "".join(f"<p>{text}</p>" for text in TEXT) + "<div>Log <b>in</b></div>"
    )
    assert read_behind(parse(page).text_content(), TEXT) == "Log in"
    # an extractor may end with words that the page has in another spelling
    assert read_behind(parse(page).text_content(), [*TEXT, "- Log-in"]) == "Log in"
    assert read_behind("Something else.", TEXT) == ""


def test_barriers_say_what_they_want():
    assert find_barriers(parse("<div class='article-paywall'>Subscribe now to read on.</div>")) == (
        "Subscribe now to read on.",
    )
    assert find_barriers(parse("<section id='regwall'>Register, it costs nothing.</section>"))
    assert find_barriers(parse("<div class='paywall'></div>")) == ()
    assert find_barriers(parse(f"<div class='non-premium-content'>{TEXT[0]}</div>")) == ()
    # it counts what may be read for nothing, over an article that may be read
    meter = "You have read all of your free articles of this month."
    assert find_barriers(parse(f"<div class='paywall'>{meter}</div>")) == ()


def test_the_part_that_is_not_free_may_be_there():
    page = parse(f"<div class='lead'>{TEXT[0]}</div><div class='story locked'>{TEXT[1]}</div>")
    assert locked_chars(page, [".page .locked"]) == len(TEXT[1])
    assert locked_chars(page, ["#rest", ".premium"]) == 0
    assert locked_chars(page, []) is None


def test_comments_and_archives_for_members_are_no_wall():
    assert says_wall("This story is for subscribers only")
    assert not says_wall("Commenting on this story is only for subscribers")
    assert not says_wall("Subscribe to get access to the full archive")
