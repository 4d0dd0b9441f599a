"""Sentences that lost the break between them are parted; nothing else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.text.glued import part_glued
from newsbeam.transforms.text.language import detect_language

# A stroke marks where the text is to be parted.
GLUED = [
    ("en", "They met in the harbour.|He said little."),
    ("en", "On Thursday he said so: “It is over.”|In June it began again."),
    ("en", 'They saw "a reaction."|"The harbour is ours," he said.'),
    ("en", "It is ‘over.’|“Next year,” she said, “we go.”"),
    ("en", "‘It is over’|The mayor closes the harbour"),
    ("en", "Who is it?|The mayor knows. Enough!|Nobody asked."),
    ("en", "The price rose by 3.5 percent in 2023.|Nobody knew why."),
    ("en", "It left at 5 p.m.|The second left later."),
    ("en", "She lives in the U.S.|The others do not live in the U.S. Senate."),
    ("en", "A rest for the weary|The mayor spoke to the council, and the council heard."),
    ("en", "He spoke of the harbour.|https://example.org/a tells more."),
    ("de", "Die Feuerwehr hat Hilfe bekommen|Die Polizei kam später."),
    ("de", "„Das ist alles.“|Der Bürgermeister ging. „Wirklich?“|„Ja.“"),
    ("de", "Das war 2023.|Seitdem ist Ruhe."),
    ("de", "Er nannte es „unerhört“.|Auch andere sagten das."),
    (
        "en",
        "They asked for a bridge;|Help for the harbour;|Money for both;|A new ferry. None came.",
    ),
    ("fr", "La Bourse monte à 7.612 points.|8h47 - Le port ouvre."),
    ("de", "Das ist das neue Recht in Russland|In der Stadt weiß das niemand."),
    ("fr", "Il est parti.|« Jamais », dit-elle.|Le maire se tait."),
    ("es", "Se fue ayer.|¿Quién lo sabe?|¡Nadie lo sabe!|El alcalde calla."),
    ("sv", "Han gick hem.|”Det är slut”, sade hon."),
    ("nb", "Han gikk hjem.|– Det er slutt, sa hun."),
    ("ru", "Он ушёл домой.|Никто не знает почему."),
    ("el", "Έφυγε χθες.|Κανείς δεν ξέρει."),
    ("ar", "هل غادر المدينة؟|لا أحد يعرف. عاد الرئيس إلى المدينة.|قال الوزير ذلك."),
    ("hi", "वह चला गया।|कोई नहीं जानता।"),
    ("ko", "그는 집에 갔다.|아무도 모른다."),
]


@pytest.mark.parametrize(("language", "marked"), GLUED, ids=[g[1][:20] for g in GLUED])
def test_parts(language, marked):
    parted, count = part_glued(marked.replace("|", ""), language)
    assert parted.split("\n\n") == marked.split("|")
    assert count == marked.count("|")


WHOLE = [
    ("es", "Anytown, 3 may (EFE).- El alcalde cerró este lunes el puerto."),
    ("ru", "ГОРОД, 5 мая. /ТАСС/.— Мэр закрыл порт в понедельник."),
    ("en", "See example.com, www.Example.org/News.Html or https://example.org/A.B?c=D for more."),
    ("en", "J.K. Rowling and J.R.R.Tolkien wrote; U.S.Army trucks, e.g.Ford, i.e.Big ones, came."),
    (
        "en",
        "Node.js, ASP.NET, version 2.0.1.Beta and README.MD are files; Mr.Smith and St.Louis too.",
    ),
    ("en", "Open at 9.30, 10:45 or 3.5pm; it is 2.5m high, No.5 of 1,000.25."),
    ("en", "McDonald and DiCaprio use an iPhone, YouTube, PayPal, LinkedIn, TikTok and ChatGPT."),
    ("en", "MacArthur, O'Neill, D’Angelo, L'Oréal, eBay, iOS, WhatsApp, OpenAI and AstraZeneca."),
    ("en", "Shares of Example Inc (EXMP.O) fell; ask a@Example.Com or @someBody about #MeTooNow."),
    ("en", "He likes it (the harbour) and “quotes”, too. She’s 5'10\" tall… and so on."),
    ("en", "A lost space around a link in theHarbour is no break, nor is one withReno in it."),
    ("de", "Das ist z.B. so, d.h. u.a. am 3.Mai, in der 2.Bundesliga, bzw. im 19.Jahrhundert."),
    ("de", "Die BürgerInnen, die LehrerIn und die Leser:innen kennen z.B.Berlin."),
    ("fr", "M.Dupont a dit qu'il l’avait vu, n.d.l.r., à 20h.30 chez L'Oréal."),
    ("es", "La guerra comercial de EE.UU. y de los JJ.OO. sigue."),
    ("en", "KiwiRail, PowerPage and the doi:10.1073/pnas.0605684103 are names."),
    ("en", "He said:“It is over.” She asked;he did not."),
    (
        "en",
        "It calls note.NewSigner(key), fills rows.Table[0] and keeps all in java.util.List too.",
    ),
    ("ja", "写真はiPhoneの中で処理をiPhoneが行い、eBayで売れる。"),
    ("ko", "“우리는 갔다.”라고 그가 말했다."),
    ("zu", "UMnyango wezoKhuthukiswa eThekwini nabaseManzimtoti kanye noMoore."),
    ("xh", "Uphando lwakwaMaritek lugxile, utshilo njengoMphathiswa nomakhelwaneThandi."),
    ("ga", "Bhí an tUachtarán i mBaile Átha Cliath le hAire na nGaeltachta agus i gCorcaigh."),
    ("gd", "Bha an t-Ollamh anns an hOifis ann an dh’Alba agus an cùramMòr aig a’ chomhairle."),
    ("sw", "Rais waTanzania alisema kuwa lugha yaKiswahili inaongozaAfrika."),
    ("gv", "Va’n Ard-whaiyl ayns Doolish marish ardvargaGhoolish."),
    (
        "en",
        "Passengers of airBaltic were in the air for hours; the medRxiv paper was home by then.",
    ),
    ("en", "Elders of abakwaMthethwa and ooMakhulu met kwaDukuza people who speak isiXhosa."),
    ("de", "Wer bei myToys kauft, zahlt mit poltroPay, und wer mit flixTrain fährt, der auch."),
    ("tl", "Ang mga taga-Maynila at ang pinakaMayaman ay pumunta sa Quezon."),
    ("ja", "彼は帰った。誰も知らない。「終わりだ。」と言った。"),
    ("zh", "他回家了。没有人知道！为什么？因为下雨。"),
    ("ar", "قال د.محمد إن م.ب.أ غادر."),
    ("ko", "3.5% 올랐다. 그는 U.S.에 산다."),
]


@pytest.mark.parametrize(("language", "text"), WHOLE, ids=[w[1][:20] for w in WHOLE])
def test_leaves_whole(language, text):
    assert part_glued(text, language) == (text, 0)


@pytest.mark.parametrize("declared", [None, "en", "en-ZA", "und", "de"])
@pytest.mark.parametrize(
    "text",
    [
        "Abahlali bathi balinde ixesha elide, utshilo njengoMphathiswa wezothutho ebalekaMbali.",
        "Ubalule ukuthi kudingeka usizo emgwaqweni, kusho uMnyango wezokuThuthukiswa koMphakathi.",
    ],
)
def test_the_language_of_the_text_decides_and_not_what_a_page_declares(text, declared):
    language, _ = detect_language(text, hint=declared)
    assert part_glued(text, language) == (text, 0)


def test_a_language_that_is_not_known_is_none():
    text = "The council met in the harbourThe mayor spoke of the harbour."
    assert part_glued(text, "und") == part_glued(text, None)
    assert part_glued(text, "EN-us") == part_glued(text, "en")


def test_a_name_that_recurs_is_no_joint():
    text = "BroadWay opened. People like BroadWay a lot. The way is broad. Broad is the Way."
    assert part_glued(text, "en") == (text, 0)


@given(st.text("aA. \"“”‘’'(„!?:1\n", max_size=80), st.sampled_from(["en", "de", "zu", None]))
def test_no_character_is_lost_or_changed(text, language):
    parted, _ = part_glued(text, language)
    assert re.sub(r"\n", "", parted) == re.sub(r"\n", "", text)
