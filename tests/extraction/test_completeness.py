import codecs
import random

import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.extraction.completeness import (
    check_wall,
    explain_no_text,
    goes_on_elsewhere,
    judge_text,
    missing_from,
)
from newsbeam.transforms.extraction.scrambled import is_scrambled
from newsbeam.transforms.extraction.walls import Walls
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.pages.walk import read_outline

SENTENCE = "The council of the small town voted on the new bridge over the river on Tuesday night. "
ENGLISH_WALL = (
    "We and our partners store and/or access information on a device, such as cookies, and process "
    "personal data.\n\nWith your consent we use tracking for personalised ads; see our privacy "
    "policy and the list of vendors."
)
GERMAN_WALL = (
    "Wir verwenden Cookies und benötigen Ihre Einwilligung nach der DSGVO.\n\n"
    "Ihre Zustimmung können Sie in der Datenschutzerklärung jederzeit widerrufen."
)
BARRIER = "Subscribe now to read on."
CALL = "Subscribe to read the full story"
#: Paragraphs that say something new each.
STORY = [
    "Heavy rain has washed out the path along the northern shore of the lake, and walkers have to "
    "take the longer way through the vineyards until a new one is cut into the slope.",
    "Two workers of the forest office found the damage at dawn, when they wanted to count trees "
    "that the gale had thrown; they closed the gate and called the district.",
    "A geologist will look at the rock above it before anybody is let in again, as loose stones "
    "might come down with the next frost and hit the houses below.",
    "Innkeepers fear for their guests: most of those who come in autumn want to see the water, "
    "they say, and would rather stay at home than climb between grapes and walls.",
    "Money is not what is lacking, for an insurance pays; what takes time is the permission, which "
    "three offices must give, one of them in the capital, some two hundred miles away.",
    "Last time that happened, a man who owned a small boat ferried hikers past the broken part for "
    "a coin each, and bought himself a bigger vessel from what he had earned.",
]


def judge(text, truncated=False, walls=None, **known):
    return judge_text(text, walls=walls or Walls(), metadata=Metadata(**known), truncated=truncated)


@pytest.mark.parametrize(
    ("text", "known", "value", "evidence"),
    [
        (SENTENCE * 30, {}, "full", ()),
        (SENTENCE * 30, {"free_access": False}, "full", ("paywall_declared",)),
        (SENTENCE * 5, {"free_access": False}, "paywalled", ("paywall_declared",)),
        (
            SENTENCE * 30,
            {"free_access": False, "declared_words": 2000},
            "paywalled",
            ("paywall_declared", "shorter_than_declared"),
        ),
        # a short article of a site that calls none of its articles free
        (SENTENCE * 9, {"free_access": False}, "full", ("paywall_declared",)),
        (
            SENTENCE * 9,
            {"free_access": False, "walls": Walls(behind="Already a subscriber? Log in")},
            "paywalled",
            ("paywall_declared",),
        ),
        (
            SENTENCE * 5,
            {"free_access": False, "walls": Walls(locked_chars=400)},
            "full",
            ("paywall_declared",),
        ),
        (
            SENTENCE * 15,
            {"free_access": False, "walls": Walls(locked_chars=0)},
            "paywalled",
            ("paywall_declared",),
        ),
        (SENTENCE * 5, {"walls": Walls(barriers=(BARRIER,))}, "paywalled", ("paywall_marked",)),
        (SENTENCE * 30, {"walls": Walls(barriers=(BARRIER,))}, "full", ()),
        (SENTENCE * 5, {"walls": Walls(barriers=(SENTENCE * 5,))}, "full", ()),
        (SENTENCE * 5, {"content_tier": "locked"}, "paywalled", ("paywall_marked",)),
        (SENTENCE * 5, {"content_tier": "metered"}, "full", ()),
        (SENTENCE * 60, {"walls": Walls(cut=True)}, "paywalled", ("paywall_text",)),
        # what the page says of itself counts more than a box or a call on it
        (SENTENCE * 5, {"walls": Walls(barriers=(BARRIER,)), "free_access": True}, "full", ()),
        (SENTENCE * 20, {"walls": Walls(behind=CALL), "free_access": True}, "full", ()),
        (SENTENCE * 20, {"walls": Walls(behind=CALL)}, "paywalled", ("paywall_text",)),
        # a short post may be its own description
        (SENTENCE * 2, {"summary": SENTENCE * 2}, "full", ()),
        (SENTENCE * 2 + "And it", {"summary": SENTENCE * 2}, "teaser", ("only_summary",)),
        (
            SENTENCE * 2,
            {"summary": SENTENCE * 2, "walls": Walls(behind="Read more Home")},
            "teaser",
            ("only_summary",),
        ),
        (SENTENCE * 2 + "\n\nWeiterlesen", {}, "teaser", ("continued_elsewhere",)),
        (
            SENTENCE * 12 + "And then …",
            {"walls": Walls(behind="Leer más Inicio")},
            "truncated",
            ("ends_with_ellipsis", "continued_elsewhere"),
        ),
        (SENTENCE * 12 + "And then …", {}, "full", ("ends_with_ellipsis",)),
        (SENTENCE * 30 + "\n\nContinued on page 2", {}, "truncated", ("continued_elsewhere",)),
        (SENTENCE + "And then…", {}, "teaser", ("ends_with_ellipsis",)),
        (SENTENCE * 30, {"truncated": True}, "truncated", ("capture_truncated",)),
    ],
)
def test_how_whole_a_text_is_and_why(text, known, value, evidence):
    found = judge(text, **known)
    assert (found.value, found.evidence) == (value, evidence)


@pytest.mark.parametrize(
    "behind",
    [
        "This story is for subscribers only. Already a subscriber? Sign in",
        "Subscribe to continue reading. From 1 a week.",
        "Dieser Artikel ist nur für Abonnenten zugänglich.",
        "Jetzt weiterlesen mit Tagblatt Plus",
        "Il vous reste 75 % de cet article à lire. La suite est réservée aux abonnés.",
        "Contenido exclusivo para suscriptores",
        "Suscríbete para seguir leyendo",
        "Conteúdo exclusivo para assinantes",
        "Contenuto riservato agli abbonati",
        "Dit artikel is alleen voor abonnees",
        "Denne artikel er kun for abonnenter",
        "Saken er forbeholdt abonnenter",
        "Artikeln är för prenumeranter",
        "Tämä artikkeli on vain tilaajille",
        "Artykuł dostępny tylko dla prenumeratorów. Pozostało 80% tekstu",
        "Celý článek je jen pro předplatitele",
        "A cikk csak előfizetőink számára olvasható",
        "Bu içerik abonelere özeldir",
        "Материал доступен только подписчикам. Чтобы читать дальше, войдите",
        "Стаття лише для передплатників",
        "この記事は有料会員限定です。残り1200文字",
        "続きを読むにはログインが必要です",
        "订阅后阅读全文",
        "구독자 전용 기사입니다",
        "Celý článek je dostupný pouze předplatitelům",
        "Tilaa jatkaaksesi lukemista",
        "Abonneer je om verder te lezen",
        "Continue reading with a membership",
        "Berlangganan untuk membaca selengkapnya",
        "Abonează-te pentru a citi mai departe",
        "Pretplatite se za nastavak čitanja",
        "Chcete-li číst celý článek, předplaťte si nás",
        "Untuk membaca artikel lengkap, silakan berlangganan",
        "For the full story, subscribe to The Daily",
        "Subscribers can read the full story",
        "Full access to this story requires a subscription",
        "Create an account to continue reading",
    ],
)
def test_a_wall_behind_the_text_is_read_in_many_languages(behind):
    found = judge(SENTENCE * 20, walls=Walls(behind=behind))
    assert (found.value, found.evidence) == ("paywalled", ("paywall_text",))


@pytest.mark.parametrize(
    "behind",
    [
        "Subscribe to our newsletter. Sign up and get the best of the week in your inbox.",
        "Support local journalism: subscribe today from 1 a week.",
        "You must be logged in to join the discussion or read more comments.",
        "Abonnieren Sie unseren Newsletter. Mehr zum Thema: Brücken",
        "Commentaires. Abonnez-vous pour commenter cet article.",
        "Comentar es exclusivo para suscriptores. Suscríbete para comentar",
        "Hae tilaajille maksutonta uutiskirjettä",
        "会員登録はこちら 関連記事",
    ],
)
def test_a_subscription_box_is_no_wall(behind):
    assert judge(SENTENCE * 20, walls=Walls(behind=behind)).value == "full"


def test_on_a_long_page_a_call_to_read_on_may_be_for_another_article():
    called = Walls(behind="Jetzt weiterlesen mit Tagblatt Plus")
    locked = Walls(behind="Dieser Artikel ist nur für Abonnenten zugänglich.")
    assert judge(SENTENCE * 60, walls=called).value == "full"
    assert judge(SENTENCE * 60, walls=locked).value == "paywalled"


@pytest.mark.parametrize(
    "end",
    [
        "Nobody was there. Continued...",
        "Nobody was there. (continued)",
        "Nobody was there. (page 2)",
        "Nobody was there. (cont. on page 2)",
        "To be continued on page 2",
        "1 | 2 | 3 | Next »",
        "Story continues on page 3",
        "Next page »",
        "Page 1 of 3",
        "Seite 1/4",
        "Fortsetzung auf Seite 2",
        "Zur nächsten Seite »",
        "Lesen Sie weiter auf der nächsten Seite",
        "Auf der nächsten Seite: Wer das bezahlt",
        "Lire la suite page 2",
        "Página siguiente",
        "Continua na próxima página",
        "Continua a pagina 2",
        "Lees verder op pagina 2",
        "Fortsätter på nästa sida",
        "Fortsættes på næste side",
        "Jatkuu seuraavalla sivulla",
        "Ciąg dalszy na następnej stronie",
        "Dalszy ciąg…",
        "Продолжение на следующей странице",
        "Συνέχεια στην επόμενη σελίδα",
        "الصفحة التالية",
        "التتمة في الصفحة 2",
        "वहां कोई नहीं था। अगले पेज पर जारी",
        "次のページへ続く",
        "2ページ目に続く",
        "(下一页)",
        "续下页",
        "다음 페이지",
    ],
)
def test_a_text_goes_on_elsewhere_in_many_languages(end):
    assert goes_on_elsewhere(f"{SENTENCE}\n\n{end}")


@pytest.mark.parametrize(
    "end",
    [
        "To be continued.",
        "Fortsetzung folgt.",
        "Continuará…",
        "So the story continues.",
        "Weiter geht es am Samstag.",
        "Sigue en el hospital.",
        "She is to open the next page of her life.",
        "Source: The Daily, page 12",
        "Page 3 of 3",
        "They won 2 of 3",
        "It ended 1:3.",
    ],
)
def test_the_end_of_a_story_or_of_its_part_is_its_end(end):
    assert not goes_on_elsewhere(f"{SENTENCE}\n\n{end}")


def test_what_stands_behind_a_text_may_lead_to_its_next_page():
    assert judge(SENTENCE * 30, walls=Walls(follows="Nächste Seite »")).value == "truncated"
    assert judge(SENTENCE * 30, walls=Walls(follows="Page 1 of 3")).value == "truncated"
    assert judge(SENTENCE * 30, walls=Walls(follows="Weiterlesen")).value == "full"
    assert judge(SENTENCE * 30, walls=Walls(follows="Page 3 of 3")).value == "full"


def test_the_body_in_json_ld_goes_on_where_the_text_ends():
    body = "".join(f"<p>{each}</p>" for each in STORY)
    cut = "\n\n".join(STORY[:4])
    assert missing_from(cut, body).startswith("money is not what")
    found = judge(cut, body=body)
    assert (found.value, found.evidence) == ("truncated", ("shorter_than_article_body",))
    assert judge(cut, body=body, free_access=False).value == "paywalled"
    # what the page shows behind its last paragraph may be a note that the body lacks
    noted = f"{cut}\n\nThe Daily has a letter of its own."
    assert missing_from(noted, body)


def test_a_body_that_ends_with_the_text_or_a_note_is_no_longer():
    whole = "\n\n".join(STORY)
    assert not missing_from(whole, " ".join(STORY))
    assert not missing_from(whole, " ".join(STORY) + " The Daily, 2024.")
    assert not missing_from("\n\n".join(STORY[1:]), " ".join(STORY))
    assert not missing_from(whole, " ".join(STORY[:2]))
    assert not missing_from("Something else.", " ".join(STORY))


def scramble(text, how):
    chance = random.Random(4)

    def change(word):
        if how == "shuffled":
            return "".join(chance.sample(word, len(word)))
        if how == "cipher":
            return "".join(chr((ord(c) - 97 + 1) % 26 + 97) if c.isascii() else c for c in word)
        if how == "turned":
            return codecs.encode(word, "rot13")
        return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in word)

    return " ".join(change(word.strip(".,;")) for word in text.lower().split())


@pytest.mark.parametrize(
    ("how", "clear"),
    [("by chance", 2), ("by chance", 4), ("shuffled", 2), ("cipher", 2), ("turned", 2)],
)
def test_scrambled_letters_are_no_text(how, clear):
    paragraphs = [*STORY[:clear], *(scramble(each, how) for each in STORY[clear:])]
    assert is_scrambled(paragraphs)
    found = judge("\n\n".join(paragraphs))
    assert (found.value, found.evidence) == ("paywalled", ("scrambled",))


def test_other_languages_and_scripts_are_not_scrambled():
    assert not is_scrambled(STORY)
    german = (
        "Der Rat der kleinen Stadt hat am Dienstag den Bau einer Brücke beschlossen, die der Rat "
        "seit zehn Jahren plant. Die Bürger der Stadt hatten das verlangt, und der Rat gab nach; "
        "nun fehlt der Stadt das Geld für den Hafen, den die Bürger der Stadt auch verlangt hatten."
    )
    russian = (
        "Совет города решил построить мост через реку, о котором жители города говорили. "
        "Мэр города сказал, что мост через реку нужен, но денег у города нет, и жители города "
        "должны ждать, пока совет города найдёт деньги на мост и на старую пристань у реки."
    )
    japanese = (
        "町の議会は火曜日に川の橋を建て直すことを決めた。町長は来年の春に工事を始めると述べた。" * 8
    )
    names = "Ann Bell, Tim Crow, Zoe Dunn, Max Eddy, Liv Finn, Jon Gray, Kim Hart, Ned Ives. " * 3
    for other in (german, russian, japanese, names):
        assert not is_scrambled([*STORY[:2], other])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            ENGLISH_WALL,
            "consent_wall",
        ),
        (
            GERMAN_WALL,
            "consent_wall",
        ),
        ("Access denied. You do not have permission to view this page.", "no_article"),
        ("Please complete the captcha to go on.", "no_article"),
    ],
)
def test_walls_are_no_articles(text, reason):
    with pytest.raises(InputError) as caught:
        check_wall(text, "The Daily")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Avec votre accord, nous et nos partenaires utilisons des cookies et des traceurs.\n\n"
        "Vous pouvez retirer votre consentement dans notre politique de confidentialité.",
        "Nosotros y nuestros socios usamos cookies para tratar datos personales.\n\n"
        "Puede retirar su consentimiento en la política de privacidad.",
        "Noi e terze parti utilizziamo cookie per il trattamento dei dati.\n\n"
        "Il consenso può essere revocato; vedi la privacy policy e la lista dei vendor.",
        "Vi bruger cookies og behandler personoplysninger med dit samtykke og din tracking.",
        "Używamy plików cookies. Potrzebujemy Twojej zgody na tracking; chronimy danych osobowych.",
    ],
)
def test_consent_is_asked_for_in_many_languages(text):
    with pytest.raises(InputError) as caught:
        check_wall(text, "The Daily")
    assert caught.value.reason == "consent_wall"


def test_articles_about_cookies_are_articles():
    check_wall(
        "The court ruled on cookies. It found that consent must be free.\n\n" + SENTENCE * 10,
        "Court rules on tracking",
    )
    check_wall(
        SENTENCE * 3
        + "\n\nBy using this site you consent to cookies, privacy policy and tracking.",
        "Bridge",
    )


def test_a_shell_is_told_from_a_page_without_an_article():
    script = "<script>draw()</script>"
    assert explain_no_text(read_outline(f"<body>{script}</body>")).reason == "script_shell"
    assert explain_no_text(read_outline("<body></body>")).reason == "no_article"
    menu = script + "<a>A link in a menu</a>" * 60
    assert explain_no_text(read_outline(f"<body>{menu}</body>")).reason == "no_article"
    unseen = f"<div hidden>{SENTENCE * 9}</div>{script}"
    assert explain_no_text(read_outline(f"<body>{unseen}</body>")).reason == "script_shell"
