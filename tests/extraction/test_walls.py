"""What a page has of paywalls."""

import pytest

from newsbeam.transforms.extraction.walls import cut_at_wall, read_walls, says_wall
from newsbeam.transforms.pages.walk import read_outline

TEXT = [
    "The council of Anytown voted on Tuesday on the new bridge over the river, after ten years.",
    "Seven of its nine members were for it, among them the mayor, who called it a waste before.",
    "Work is to begin in spring; until then the ferry goes twice an hour, from May once a day.",
]
WALL = "Become a subscriber to unlock this story and all others of the paper."


def walls_of(body, *, last=None, selectors=()):
    return read_walls(read_outline(f"<body>{body}</body>"), last=last, selectors=selectors)


def find_barriers(body):
    return walls_of(body).barriers


def test_the_text_ends_where_its_wall_begins():
    assert cut_at_wall([*TEXT, WALL, "What do I get?", "- All stories"]) == (TEXT, True)
    assert cut_at_wall(TEXT) == (TEXT, False)


def test_an_article_that_tells_of_paywalls_is_not_cut():
    told = [f"{WALL} That is what readers of the Daily have met since May. " + TEXT[0] * 3, *TEXT]
    assert cut_at_wall([TEXT[0], *told]) == ([TEXT[0], *told], False)
    assert cut_at_wall([WALL, *TEXT]) == ([WALL, *TEXT], False)
    quoted = [TEXT[0], WALL, *TEXT * 4]
    assert cut_at_wall(quoted) == (quoted, False)


def test_a_text_that_goes_on_behind_a_call_to_subscribe_is_not_cut():
    call = "Subscribe to read the full story."
    text = [*TEXT, *(paragraph * 2 for paragraph in TEXT)]
    assert cut_at_wall([*text, call, "A pot of honey for you."]) == (text, True)
    called = [*text, call, *(paragraph * 2 for paragraph in TEXT)]
    assert cut_at_wall(called) == (called, False)
    # a page that says that it is free withholds nothing by a call …
    assert cut_at_wall([*text, call], calls=False) == ([*text, call], False)
    # … but by saying that it does
    assert cut_at_wall([*text, "This story is only for subscribers."], calls=False) == (text, True)


def test_what_follows_the_text_is_what_stands_behind_its_last_block():
    page = (
        "<nav>Home</nav>"
        + "".join(f"<p>{text}</p>" for text in TEXT)
        + "<div hidden>Menu</div><div>Log <b>in</b></div>"
    )
    assert walls_of(page, last=3).behind == "Log in"
    assert walls_of(page, last=None).behind == ""


def test_barriers_say_what_they_want():
    assert find_barriers("<div class='article-paywall'>Subscribe now to read on.</div>") == (
        "Subscribe now to read on.",
    )
    assert find_barriers("<section id='regwall'>Register, it costs nothing.</section>")
    assert find_barriers("<div class='paywall'></div>") == ()
    assert find_barriers("<div class='paywall' hidden>Subscribe now to read on.</div>") == ()
    assert find_barriers(f"<div class='non-premium-content'>{TEXT[0]}</div>") == ()
    # it counts what may be read for nothing, over an article that may be read
    meter = "You have read all of your free articles of this month."
    assert find_barriers(f"<div class='paywall'>{meter}</div>") == ()
    nested = "<div class='paywall'><p class='paywall-text'>Subscribe now to read on.</p></div>"
    assert len(find_barriers(nested)) == 1


@pytest.mark.parametrize(
    "tool",
    [
        "<div class='piano-info'>The template was drawn for the second event.</div>",
        "<div class='paywall-debug'>Turn off the inspector of the subscription.</div>",
        "<section id='paywall' class='dev'>Subscription status: none, cache: warm.</section>",
    ],
)
def test_tools_of_testers_are_no_barriers(tool):
    assert find_barriers(tool) == ()


def test_the_part_that_is_not_free_may_be_there():
    page = f"<div class='lead'>{TEXT[0]}</div><div class='story locked'>{TEXT[1]}</div>"
    assert walls_of(page, selectors=[".page .locked"]).locked_chars == len(TEXT[1])
    assert walls_of(page, selectors=["#rest", ".premium"]).locked_chars == 0
    assert walls_of(page).locked_chars is None
    unseen = f"<div class='locked' style='display:none'>{TEXT[1]}</div>"
    assert walls_of(unseen, selectors=[".locked"]).locked_chars == 0


@pytest.mark.parametrize(
    "call",
    [
        "To see the whole article, please sign up for the Daily.",
        "Um den vollständigen Bericht zu lesen, melden Sie sich bitte an: jetzt registrieren",
        "Pour voir le reportage complet, connectez-vous.",
        "Para ver la crónica completa, suscríbase al Diario.",
        "Para ler a reportagem completa, assine o Diário.",
        "Per leggere il servizio completo, abbonati al Giornale.",
        "Om het hele verhaal te lezen, neem een abonnement.",
        "För att läsa hela reportaget, logga in.",
        "Haberi okumak için üye girişi yapın",
        "Чтобы прочитать текст целиком, оформите подписку.",
        "全文をお読みになるには購読が必要です。全文は会員のみ",
        "要阅读全文请登录",
        "기사를 보시려면 로그인하세요",
    ],
)
def test_the_whole_is_promised_to_who_subscribes(call):
    assert says_wall(call)
    assert not says_wall(call, calls=False)


@pytest.mark.parametrize(
    "line",
    [
        "Den ganzen Artikel lesen Sie in unserer Herbst-Ausgabe.",
        "Pour lire cet article en entier : abonnez-vous, il est dans le numéro de juin.",
        "Sign up to read the full interview in the print edition.",
        "To read more of this kind, sign up for the newsletter.",
    ],
)
def test_what_a_printed_issue_or_a_newsletter_has_is_not_withheld(line):
    assert not says_wall(line)


def test_comments_and_archives_for_members_are_no_wall():
    assert says_wall("This story is for subscribers only")
    assert not says_wall("Commenting on this story is only for subscribers")
    assert not says_wall("Subscribe to get access to the full archive")
