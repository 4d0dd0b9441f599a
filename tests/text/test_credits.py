"""Datelines and credits in the forms of the world's wires, and prose that only looks like them."""

import pytest

from newsbeam.transforms.text.credits import read_head, read_tail

NEWS = "The council agreed on Tuesday to open the bridge again after a year of work on it."

HEADS = [
    # English
    ("WASHINGTON (Reuters) - ", "Reuters", "WASHINGTON"),
    ("WASHINGTON (Reuters) — ", "Reuters", "WASHINGTON"),
    ("PARIS (AP) _ ", "AP", "PARIS"),
    ("(CNN) -- ", "CNN", None),
    ("(CNN) ", "CNN", None),
    ("(AFP) – ", "AFP", None),
    ("New Delhi (CNN) -- ", "CNN", "New Delhi"),
    ("Sinjar, Iraq (CNN) ", "CNN", "Sinjar, Iraq"),
    ("LONDON, May 3 (Reuters) - ", "Reuters", "LONDON"),
    (
        "FLEMINGTON, N.J./MODESTO, Calif. (Reuters) - ",
        "Reuters",
        "FLEMINGTON, N.J./MODESTO, Calif.",
    ),
    ("LONDON and PARIS (AFP) - ", "AFP", "LONDON and PARIS"),
    ("WASHINGTON – ", None, "WASHINGTON"),
    ("WASHINGTON—", None, "WASHINGTON"),
    ("ST. PAUL, Minn. (AP) — ", "AP", "ST. PAUL, Minn."),
    ("MOSCOW, May 5. /TASS/. ", "TASS", "MOSCOW"),
    ("BEIJING, May 3 (Xinhua) -- ", "Xinhua", "BEIJING"),
    ("WASHINGTON, March 3 (Reuters) - ", "Reuters", "WASHINGTON"),
    ("STOCKHOLM/OSLO, September 13 (Reuters) - ", "Reuters", "STOCKHOLM/OSLO"),
    ("Kathmandu, March 3: ", None, "Kathmandu"),
    ("NEW DELHI: ", None, "NEW DELHI"),
    ("SPRINGFIELD, Ill. (WXMP) — ", "WXMP", "SPRINGFIELD, Ill."),
    ("TEHRAN, May 03 (MNA) – ", "Mehr", "TEHRAN"),
    ("KUALA LUMPUR, May 3 (Bernama) -- ", "Bernama", "KUALA LUMPUR"),
    ("New Delhi: May 3 (PTI) ", "PTI", "New Delhi"),
    ("HARARE (Example News) – ", "Example News", "HARARE"),
    ("Harbour Times - ", "Harbour Times", None),
    ("The Daily Example – ", "The Daily Example", None),
    # German, Dutch, Nordic
    ("Berlin (dpa) - ", "dpa", "Berlin"),
    ("Berlin/Moskau (dpa/AFP) - ", "dpa/AFP", "Berlin/Moskau"),
    ("München (dpa/lby) - ", "dpa", "München"),
    ("BERLIN (dpa-AFX) - ", "dpa", "BERLIN"),
    ("Frankfurt am Main (AFP) - ", "AFP", "Frankfurt am Main"),
    ("Wien (APA) - ", "APA", "Wien"),
    ("BERLIN – ", None, "BERLIN"),
    ("Berlin – ", None, "Berlin"),
    ("MOSKAU. ", None, "MOSKAU"),
    ("Berlin. ", None, "Berlin"),
    ("DEN HAAG (ANP) - ", "ANP", "DEN HAAG"),
    ("OSLO (NTB): ", "NTB", "OSLO"),
    ("KØBENHAVN (Ritzau) - ", "Ritzau", "KØBENHAVN"),
    # Romance
    ("(ANSA) - ROMA, 3 MAG - ", "ANSA", "ROMA"),
    ("ROMA, 3 mag (Adnkronos) - ", "Adnkronos", "ROMA"),
    ("PARIS, 3 mai (Reuters) - ", "Reuters", "PARIS"),
    ("Madrid, 3 may (EFE).- ", "EFE", "Madrid"),
    ("MADRID, 3 May. (EUROPA PRESS) - ", "Europa Press", "MADRID"),
    ("Ciudad de México, 3 de mayo (AP) — ", "AP", "Ciudad de México"),
    ("SÃO PAULO, SP (FOLHAPRESS) - ", "Folhapress", "SÃO PAULO, SP"),
    ("Lisboa, 03 mai 2023 (Lusa) – ", "Lusa", "Lisboa"),
    # Slavic, Greek, Turkish
    ("МОСКВА, 3 мая — РИА Новости. ", "RIA Novosti", "МОСКВА"),
    ("Москва. 3 марта. INTERFAX.RU - ", "Interfax", "Москва"),
    ("Budapest, 2026. március 3., kedd (MTI) - ", "MTI", "Budapest"),
    ("JAKARTA, HARIAN.com - ", "HARIAN.com", "JAKARTA"),
    ("TEMPAT.CO, Jakarta - ", "TEMPAT.CO", "Jakarta"),
    ("（中央社台北3日電）", "CNA Taiwan", "台北"),
    ("МОСКВА, 3 мая. /ТАСС/. ", "TASS", "МОСКВА"),
    ("КИЕВ, 3 мая (Интерфакс-Украина) - ", "Interfax-Ukraine", "КИЕВ"),
    ("Warszawa (PAP) - ", "PAP", "Warszawa"),
    ("Praha 3. května (ČTK) - ", "ČTK", "Praha"),
    ("ΑΘΗΝΑ (ΑΠΕ-ΜΠΕ) - ", "ANA-MPA", "ΑΘΗΝΑ"),
    ("ANKARA (AA) - ", "AA", "ANKARA"),
    # Asia
    ("【東京共同】", "Kyodo", "東京"),
    ("［東京 ３日 ロイター］ - ", "Reuters", "東京"),
    ("（ロンドン時事）", "Jiji", "ロンドン"),
    ("新华社北京5月3日电 ", "Xinhua", "北京"),
    ("中新网上海5月3日电 （记者 李明）", "China News Service", "上海"),
    ("(서울=연합뉴스) 홍길동 기자 = ", "Yonhap", "서울"),
    ("القاهرة (رويترز) - ", "Reuters", "القاهرة"),
    ("بيروت ـ (أ ف ب) - ", "AFP", "بيروت"),
    ("नई दिल्ली, 3 मई (भाषा) ", "PTI Bhasha", "नई दिल्ली"),
    ("Hà Nội (TTXVN) - ", "VNA", "Hà Nội"),
    ("JAKARTA (ANTARA) - ", "Antara", "JAKARTA"),
    ("example.com, Jakarta - ", "example.com", "Jakarta"),
]


@pytest.mark.parametrize(("head", "agency", "place"), HEADS, ids=[head[0] for head in HEADS])
def test_reads_a_head(head, agency, place):
    credit = read_head(head + NEWS)
    assert credit is not None
    assert (credit.agency, credit.place) == (agency, place)
    assert (head + NEWS)[credit.end :] == NEWS


PROSE = [
    "Tokyo - a city of fourteen million people - has opened a new line.",
    "Paris is a city of two million people (and of many more visitors) - in summer above all.",
    "Climate Change - What We Know and what we do not know about the melting of the glaciers.",
    "NATO – The alliance said on Tuesday that it would send more ships to the Baltic Sea.",
    "FILE - In this Jan. 30, 2010, file photo, a man looks at the sea from the new bridge.",
    "BREAKING — The council has agreed to open the bridge again after a year of work on it.",
    "(James Doe/Reuters)\n\nThe council agreed on Tuesday to open the bridge again.",
    "(Reuters photo: Jane Doe)\n\nThe council agreed on Tuesday to open the bridge again.",
    "(From left) The mayor, her deputy and the engineer stand on the bridge on Tuesday.",
    "The Supreme Court split 4-4 Tuesday on a challenge brought by public school teachers.",
    "Angela Merkel (CDU) - die Kanzlerin - sprach am Dienstag vor dem Bundestag in Berlin.",
    "John Smith (42) - a carpenter - was on the bridge when the storm came in from the sea.",
    "May 3, 2023 – The council agreed on Tuesday to open the bridge again after a year.",
    "Week 2 — Who Is Testifying And What Happens Next in the hearings about the bridge.",
    "Maria – Die neue Sängerin der Gruppe tritt am Dienstag zum ersten Mal in Wien auf.",
    "U.S. President Joe Biden (D) - who had said so before - said so again on Tuesday.",
    "Москва — столица России, и в ней живут тринадцать миллионов человек, если не больше.",
    "На мосту (он открыт с мая) — пробка длиной в десять километров, сообщил мэр города.",
    "“We are glad,” said the mayor - Reuters had asked her - about the bridge in the harbour.",
    "Apple (AAPL) - the maker of telephones - opened its newest shop in the harbour on Tuesday.",
    "北京（首都）今天下雪了，很多人在公园里拍照，孩子们非常高兴地玩雪。",
    "",
]


@pytest.mark.parametrize("text", PROSE, ids=[text[:24] for text in PROSE])
def test_prose_is_no_credit(text):
    assert read_head(text) is None
    assert read_tail(text) is None


def test_an_agency_may_follow_a_heading_and_a_byline():
    text = f"Bridge opens again\n\nBy Jane Doe\n\nOSLO (AP) — {NEWS}"
    credit = read_head(text)
    assert credit is not None
    assert (credit.agency, credit.place) == ("AP", "OSLO")
    assert text[credit.start : credit.end] == "OSLO (AP) — "


TAILS = [
    ("\n\n© 2023 AFP", "AFP"),
    ("\n\n(c) 2023 AFP", "AFP"),
    ("\n\nCopyright 2018 The Associated Press. All rights reserved.", "AP"),
    ("\n\n(Source: Xinhua)", "Xinhua"),
    ("\n\nSource: AFP", "AFP"),
    ("\n\nQuelle: dpa", "dpa"),
    ("\n\nQuelle: ntv.de, mau/dpa", "dpa"),
    ("\n\nFuente: EFE", "EFE"),
    ("\n\nИсточник: ТАСС", "TASS"),
    ("\n\n来源：新华社", "Xinhua"),
    (" (PAP)", "PAP"),
    (" (dpa/AFP)", "dpa/AFP"),
    ("\n\n(AFP)", "AFP"),
    ("\n\n/ritzau/", "Ritzau"),
    ("\n\n– Bernama", "Bernama"),
    ("\n\nReuters", "Reuters"),
    ("\n\nEFE", "EFE"),
    ("\n\nТАСС", "TASS"),
    ("\n\n（新华社）", "Xinhua"),
    ("\n\nMit Material der dpa", "dpa"),
    ("\n\n(avec AFP)", "AFP"),
    ("\n\nCon información de EFE.", "EFE"),
    ("\n\n(With inputs from PTI)", "PTI"),
    ("\n\nThe mayor said so with Reuters in the room", None),
    ("\n\ndpa:230503-99-543210/2", "dpa"),
    ("\n\n(Reporting by Jane Doe in Oslo; Editing by John Smith)", None),
]


@pytest.mark.parametrize(("tail", "agency"), TAILS, ids=[tail[0].strip() for tail in TAILS])
def test_reads_a_tail(tail, agency):
    credit = read_tail(NEWS + tail)
    assert (credit.agency if credit else None) == agency
    if credit:
        assert (NEWS + tail)[: credit.start].strip() == NEWS
