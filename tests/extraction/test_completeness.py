import pytest
from lxml import html

from transforms.core.errors import InputError
from transforms.extraction.completeness import (
    check_wall,
    explain_no_text,
    judge_kinds,
    judge_text,
)
from transforms.extraction.metadata import Metadata
from transforms.extraction.walls import Walls

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
EMPTY = html.document_fromstring("<html><body></body></html>")
BARRIER = "Subscribe now to read on."


def judge(text, cut_by_parser=False, walls=None, **known):
    return judge_text(
        text, walls=walls or Walls(), metadata=Metadata(**known), cut_by_parser=cut_by_parser
    )


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
        (SENTENCE * 2, {"summary": SENTENCE * 2}, "teaser", ("only_summary",)),
        (SENTENCE + "And then…", {}, "teaser", ("ends_with_ellipsis",)),
        (SENTENCE * 30, {"cut_by_parser": True}, "truncated", ("parser_limit",)),
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


def test_a_video_is_the_story_only_where_little_is_written():
    video = Metadata(kinds=("video",))
    assert judge_kinds(SENTENCE * 3, video, is_gallery=False) == ("video",)
    assert judge_kinds(SENTENCE * 30, video, is_gallery=False) == ()
    assert judge_kinds(SENTENCE, Metadata(kinds=("live_blog",)), is_gallery=True) == (
        "live_blog",
        "gallery",
    )


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
    assert explain_no_text(EMPTY, has_scripts=True).reason == "script_shell"
    assert explain_no_text(EMPTY, has_scripts=False).reason == "no_article"
    menu = html.document_fromstring(
        "<html><body>" + "<a>A link in a menu</a>" * 60 + "</body></html>"
    )
    assert explain_no_text(menu, has_scripts=True).reason == "no_article"
