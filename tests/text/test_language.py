"""The language of a text; the sentences are the project's own."""

import pytest

from newsbeam.transforms.text.language import detect_language

TEXTS = {
    "en": "The council agreed on Tuesday to open the bridge again after a year of work on it.",
    "de": "Der Stadtrat beschloss am Dienstag, die Brücke nach einem Jahr wieder zu öffnen.",
    "fr": "Le conseil a décidé mardi de rouvrir le pont après une année de travaux.",
    "es": "El ayuntamiento acordó el martes volver a abrir el puente tras un año de obras.",
    "it": "Il consiglio ha deciso martedì di riaprire il ponte dopo un anno di lavori.",
    "pt": "A câmara decidiu na terça-feira reabrir a ponte depois de um ano de obras.",
    "nl": "De gemeenteraad besloot dinsdag de brug na een jaar werk weer te openen.",
    "ru": "Городской совет решил во вторник снова открыть мост после года работ.",
    "uk": "Міська рада вирішила у вівторок знову відкрити міст після року робіт.",
    "pl": "Rada miasta postanowiła we wtorek ponownie otworzyć most po roku prac.",
    "tr": "Belediye meclisi salı günü köprünün bir yıllık çalışmadan sonra açılmasına karar verdi.",
    "ar": "قرر مجلس المدينة يوم الثلاثاء إعادة فتح الجسر بعد عام من العمل.",
    "fa": "شورای شهر روز سه‌شنبه تصمیم گرفت پل را پس از یک سال کار دوباره باز کند.",
    "he": "מועצת העיר החליטה ביום שלישי לפתוח מחדש את הגשר אחרי שנה של עבודה.",
    "hi": "नगर परिषद ने मंगलवार को एक साल के काम के बाद पुल को फिर से खोलने का फैसला किया।",
    "bn": "নগর পরিষদ মঙ্গলবার এক বছরের কাজের পর সেতুটি আবার খোলার সিদ্ধান্ত নিয়েছে।",
    "zh": "市议会星期二决定，经过一年的施工后重新开放这座桥。",
    "yue": "市議會星期二話，整咗成年嘅橋而家可以再行返，佢哋都好開心。",
    "ja": "市議会は火曜日、一年間の工事を経て橋を再び開くことを決めた。",
    "ko": "시의회는 화요일에 일 년간의 공사 끝에 다리를 다시 열기로 결정했다.",
    "th": "สภาเทศบาลตัดสินใจเมื่อวันอังคารให้เปิดสะพานอีกครั้งหลังทำงานมาหนึ่งปี",
    "vi": "Hội đồng thành phố hôm thứ Ba quyết định mở lại cây cầu sau một năm sửa chữa.",
    "id": "Pemerintah kota mengatakan jembatan bisa dibuka lagi karena perbaikan sudah selesai.",
    "ms": "Kerajaan bandar berkata jambatan boleh dibuka semula kerana kerja baik pulih siap.",
    "hr": "Gradsko vijeće odlučilo je tijekom tjedna da će most u siječnju opet biti otvoren.",
    "sr": "Gradsko veće je odlučilo u toku nedelje da će most u januaru opet biti otvoren.",
    "ckb": "ئەنجومەنی شار ڕۆژی سێشەممە بڕیاری دا پردەکە دوای ساڵێک کار بکاتەوە.",
    "ku": "Şaredariya bajêr roja sêşemê biryar da ku pira kevn ji bo gel û wê herêmê dîsa vebe.",
    "pcm": "Di pipo wey dey di town tok sey dem go open di bridge again, dem dey very happy.",
    "sw": "Baraza la mji liliamua Jumanne kufungua tena daraja baada ya mwaka mmoja wa kazi.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_detects(language):
    tag, confidence = detect_language(TEXTS[language])
    assert tag == language
    assert 0 < confidence <= 1


@pytest.mark.parametrize(
    "text", ["", "12345 67890", "???", "https://example.org/", "OK", "\x00\ufffe"]
)
def test_says_nothing_rather_than_guess(text):
    assert detect_language(text) == ("und", 0.0)


def test_a_declared_language_does_not_overrule_the_text():
    assert detect_language(TEXTS["de"], hint="en-GB")[0] == "de"


@pytest.mark.parametrize(
    ("hint", "tag"), [("fr-CA", "fr"), ("iw", "he"), ("no", "nb"), ("x", "und")]
)
def test_a_declared_language_helps_where_the_text_says_nothing(hint, tag):
    assert detect_language("OK 2023", hint=hint)[0] == tag


def test_the_title_of_a_short_text_is_read_too():
    assert detect_language("2:1", title=TEXTS["pl"])[0] == "pl"


@pytest.mark.parametrize(
    "text", ["\ud800" * 50, "\x00\x01\x02 the council agreed on it \ufdd0", "<b>" * 99]
)
def test_no_character_makes_it_fail(text):
    detect_language(text)


@pytest.mark.parametrize("language", ["ru", "uk", "fr", "pl", "ar", "hi"])
def test_reads_what_was_decoded_wrongly(language):
    wrong = TEXTS[language].encode().decode("latin-1")
    assert detect_language(wrong)[0] == language


#: Written by hand, each with a sign or two of its language and nothing of its twins.
TWINS = {
    "bs": "Ministrica je u januaru saopćila da je usvojen izvještaj o sigurnosti na ostrvu.",
    "hr": "Ministrica je u siječnju priopćila da je usvojeno izvješće o sigurnosti na otoku.",
    "sr": "Ministarka je u januaru saopštila da je usvojen izveštaj o bezbednosti na ostrvu.",
    "yue": "佢哋琴日喺市議會度話唔會再起新橋，啲街坊聽到之後都好嬲。",
    "zh": "他們昨天在市議會表示不會再建新橋，居民聽到之後都很生氣，關係更加緊張。",
    "shi": "تامزداغت ن أكادير د تمازيرت ن سوس غ لمغريب، إنا أنسيخف ن تغرمت س إمدان ن تمدينت.",
    "mey": "كال الوزير عن الناس ياسر كالو الين عاكب الاجتماع عنو ما يكد يكول شي.",
    "ar": "قال الوزير إن الناس قالوا كثيرا بعد الاجتماع إنه لا يستطيع أن يقول شيئا.",
    "ff": "Himbe tato wari nyande alat ngam laamu leydi maɓɓe, sukaabe be rewbe woni hakkunde.",
    "bs-without words of its own": "Ubistvo je prijavljeno u nedjelju, a svjedoci su stigli vozom.",
    "ff-Adamawa": "Lamdo lesdi yecci yimbe dou habaru diga maako, baawo nyalde ngam haa joonta.",
    "ar-with words of Hassaniya": "وصل الوزير على متن الطائرة وقال إن الدرك الوطني ياسر في عمله.",
    "sr-Cyrl": "За сада нема одлуке, јер већ код куће постоји бољи предлог.",
}


@pytest.mark.parametrize("language", TWINS)
def test_tells_twins_apart(language):
    assert detect_language(TWINS[language])[0] == language.split("-")[0]


def test_the_declared_language_decides_between_twins_where_the_text_does_not():
    text = "Vijeće je u gradu odlučilo o novom mostu preko rijeke, i to nakon duge rasprave."
    assert detect_language(text, hint="bs")[0] == "bs"
    assert detect_language(text, hint="hr")[0] == "hr"
    assert detect_language(TWINS["hr"], hint="bs")[0] == "hr"
