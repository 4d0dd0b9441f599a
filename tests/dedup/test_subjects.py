"""Reports from one template are told apart; edited copies of one report are not."""

from itertools import combinations

import pytest

from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.subjects import are_of_one_template
from newsbeam.transforms.dedup.verify import compare_texts

#: Reports with slots, and what stands in them.
TEMPLATES: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "weather": (
        "Here is the outlook for {0}. The day starts {1} with {2} degrees at eight, and by noon "
        "{3} degrees are reached. It stays {1} in the evening. Drivers on high roads should watch "
        "for ice before sunrise. Our forecasters write this page anew every six hours, and all "
        "times are local. Warnings are shown on the map.",
        [
            ("Ostvale", "cloudy", "4", "9"),
            ("Westholm", "clear", "2", "12"),
            ("Nordby", "wet", "7", "8"),
        ],
    ),
    "deaths": (
        "{0}, {1}, of {2}, died at home on {3} March with the family at the bedside. A service is "
        "held in the chapel on Friday at ten in the morning, and coffee will be served in the "
        "parish hall. The family thanks the nurses of the ward for their patience and asks for "
        "gifts to the lifeboats. {0} leaves {4}. Messages can be written in the book at the "
        "Silver Birch Funeral Home.",
        [
            ("Edith Marlow", "84", "Ostvale", "2", "a brother and four nieces"),
            ("Tom Aldous", "59", "Port Ellery", "6", "his wife Joan"),
            ("Rosa Venn", "97", "Nether Combe", "5", "nine grandchildren"),
        ],
    ),
    "matches": (
        "{0} beat {1} {2} in the third round of the county cup on {3}. {4} scored the first goal "
        "after {5} minutes, and the second half was played in heavy rain. The winners will hear on "
        "Monday whom they meet next. Supporters are asked to come by train, since the car park of "
        "the ground is being rebuilt. Tickets are sold at the gate.",
        [
            ("Ostvale Rovers", "Combe United", "3-1", "Saturday", "Lee", "12"),
            ("Westholm", "Ellery Town", "2-0", "Sunday", "Okoro", "38"),
        ],
    ),
    "quakes in words": (
        "An earthquake of magnitude {0} shook the area of {1} at {2} in the afternoon, the seismic "
        "service said. Its centre lay {3} kilometres below the surface. There were no reports of "
        "damage at first. Quakes of this size are felt by many people but seldom break more than "
        "windows. The service asks all who felt it to fill in the form on its pages.",
        [
            ("four", "Ostvale", "two", "ten"),
            ("five", "Sarnby", "six", "twelve"),
            ("three", "Lake Torm", "one", "nine"),
        ],
    ),
    "horoscopes": (
        "What the stars say for {0} today: somebody at work will ask for your advice, and {0} "
        "should not answer at once. Your lucky number is {1}. In the evening an old friend may "
        "call. Keep some money back for a journey. People born under this sign are patient, but "
        "they do not forget. Come back tomorrow for the next reading.",
        [("Aries", "7"), ("Taurus", "3"), ("Sagittarius", "11")],
    ),
    "shares": (
        "Shares of {0} closed at {1} crowns on Tuesday, {2} percent {3} than the day before. The "
        "highest price of the year was {4} crowns. Dealers spoke of a quiet day. This text is made "
        "from the figures of the exchange without the help of an editor, and it is no advice to "
        "buy or to sell. Prices are fifteen minutes old.",
        [
            ("Alba Steel", "41.5", "2.1", "lower", "83.0"),
            ("Corvin Bank", "12.2", "0.4", "higher", "24.4"),
        ],
    ),
    "districts": (
        "In the district of {0}, {1} of the {2} parties won the most votes, {3} percent, when all "
        "stations were counted. {4} takes the seat in the chamber. Turnout was {5} percent. The "
        "commission will publish the final figures on the first day of the month, after the votes "
        "from abroad have been added and the complaints have been heard.",
        [
            ("Ostvale", "Labour", "nine", "34.2", "Ann Okoro", "61.0"),
            ("Nether Combe", "Greens", "seven", "29.9", "Paul Stent", "58.4"),
        ],
    ),
    "lottery": (
        "These are the numbers of the draw on {0}: {1}, {2}, {3}, {4} and {5}. Nobody had them. "
        "The jackpot stands at {6} million crowns now. Winners have ninety days to come forward "
        "with their ticket at any shop that sells them. The next draw is shown live in the evening "
        "programme. Play only what you can afford to lose.",
        [
            ("Saturday", "3", "17", "22", "31", "40", "5.5"),
            ("Wednesday", "8", "11", "19", "27", "44", "6.1"),
        ],
    ),
    "rates": (
        "The central bank fixed the dollar at {0} crowns and the euro at {1} crowns on {2}. The "
        "pound cost {3} crowns. Dealers said that little was traded because of the holiday in "
        "neighbouring countries. The rates hold until noon of the next working day, and banks may "
        "ask for a fee of their own on top of them.",
        [("24.10", "26.02", "Monday", "30.5"), ("23.87", "25.91", "Thursday", "31.2")],
    ),
    "police": (
        "A {0} was taken from a house in {1} Road, {2}, on {3} night. The owners were asleep "
        "upstairs and heard nothing. Officers believe that the thieves came in by a window at the "
        "back. Anyone who saw something is asked to call the station in confidence. Neighbours "
        "are reminded to lock doors and to leave a light on when they go out. Case {4}.",
        [
            ("bicycle", "Mill", "Ostvale", "Sunday", "4471"),
            ("camera", "Quay", "Port Ellery", "Tuesday", "4502"),
        ],
    ),
    "television": (
        "Tonight on {0}: at {1} the quiz with {2}, then the news, and from {3} a film about {4}. "
        "Viewers who are in a hurry can see everything again in the library of the station for a "
        "week. Subtitles are on page 777. Times may change if the match before runs late. The full "
        "programme of all stations is printed on the back page.",
        [
            ("Channel Two", "19.30", "Ivy Moss", "21.15", "the Orkneys"),
            ("North One", "20.00", "Ben Hale", "22.10", "the Sahara"),
        ],
    ),
    "pictures of a year": (
        "Our photographers look back: these are their best pictures of {0}. They show storms and "
        "feasts, winners and losers, and some faces that nobody knew before. Each of them chose "
        "three and wrote a few lines on how it was taken. Prints of all pictures of {0} can be "
        "ordered from the picture desk until the end of January.",
        [("2024",), ("2025",), ("2023",)],
    ),
    "German weather": (
        "Das Wetter für {0}: Am Vormittag ist es {1} bei {2} Grad, am Nachmittag werden {3} Grad "
        "erreicht. Der Wind weht mit {4} Stundenkilometern aus Westen. Autofahrer sollten auf "
        "Brücken mit Glätte rechnen. Die Vorhersage wird alle sechs Stunden erneuert, alle Zeiten "
        "sind Ortszeiten. Warnungen stehen auf der Karte des Wetterdienstes.",
        [("Altfeld", "bewölkt", "4", "9", "12"), ("Seeheim", "sonnig", "7", "14", "20")],
    ),
    "German quakes": (
        "Ein Erdbeben der Stärke {0} hat am {1} die Gegend um {2} erschüttert. Das Zentrum lag "
        "nach Angaben des Erdbebendienstes in {3} Kilometern Tiefe. Berichte über Schäden gab es "
        "zunächst nicht. Beben dieser Stärke werden von vielen Menschen bemerkt, richten aber nur "
        "selten Schäden an. Der Dienst bittet alle, die es gespürt haben, um eine Meldung.",
        [("vier", "Montag", "Altfeld", "zehn"), ("fünf", "Freitag", "Seeheim", "sieben")],
    ),
    "French deaths": (
        "{0}, {1} ans, de {2}, s'est éteint le {3} mars dans sa maison, entouré des siens. Une "
        "cérémonie aura lieu à la chapelle vendredi à dix heures, suivie d'un café dans la salle "
        "paroissiale. La famille remercie les infirmières du service pour leur patience et demande "
        "des dons pour les sauveteurs en mer. {0} laisse {4}.",
        [
            ("Henri Vasseur", "84", "Pontmarie", "2", "deux fils et une sœur"),
            ("Luc Ferrand", "67", "Saint-Aubel", "6", "sa femme Jeanne"),
        ],
    ),
    "Spanish matches": (
        "El {0} ganó {1} al {2} en la tercera ronda de la copa regional. {3} marcó el primer gol a "
        "los {4} minutos y la segunda parte se jugó bajo una lluvia intensa. Los ganadores sabrán "
        "el lunes quién será su rival. El club pide a los aficionados que vengan en tren, porque "
        "el aparcamiento del estadio está en obras.",
        [
            ("Deportivo Almar", "3-1", "Racing Soto", "Peña", "12"),
            ("Unión Belmira", "2-0", "Club Tresvalles", "Aguirre", "38"),
        ],
    ),
    "Russian weather": (
        "Прогноз погоды на сегодня: {0}. Утром {1}, температура {2} градуса, днём воздух прогреется"
        " до {3} градусов. Ветер западный, {4} метров в секунду. Водителям следует быть осторожнее "
        "на мостах и в тоннелях: после захода солнца возможен гололёд. Прогноз обновляется каждые "
        "шесть часов, время указано местное.",
        [("Озёрск", "облачно", "4", "9", "5"), ("Каменка", "ясно", "2", "14", "8")],
    ),
    "Japanese quakes": (
        "気象庁によると、{0}日{1}ごろ、{2}で地震があり、最大震度{3}を観測した。震源の深さは約{4}キロ"
        "と推定される。この地震による津波の心配はない。今のところ大きな被害の情報は入っていない。"
        "気象庁は今後一週間ほど、同じ程度の揺れに注意するよう呼びかけている。",
        [
            ("三", "午前五時", "青浜県北部", "四", "二十"),
            ("七", "午後二時", "大原湾沿岸", "三", "五十"),
        ],
    ),
    "Japanese accidents": (
        "{0}の国道で乗用車とトラックが衝突し、{1}人がけがをした。警察によると、けがをしたのは乗用車に"
        "乗っていた家族で、病院に運ばれたが命に別状はないという。現場は見通しのよい直線で、当時は雨が"
        "降っていた。警察が事故の原因を調べている。この事故で国道は約{2}時間にわたって通行止めとなった。",
        [("青浜市", "三", "二"), ("大原町", "五", "四")],
    ),
    "Chinese weather": (
        "{0}今天白天{1}，最高气温{2}度，夜间最低气温{3}度，西风{4}级。市民早晚出行请注意保暖，驾车经过"
        "桥梁和隧道时要小心路面结冰。气象台每六小时更新一次预报，请留意最新的预警信息。",
        [("青石市", "多云", "9", "2", "3"), ("临江县", "晴朗", "14", "5", "4")],
    ),
    "Chinese matches": (
        "在昨晚的比赛中，{0}以{1}比{2}战胜{3}。上半场{0}就取得领先，下半场在大雨中进行。{4}攻入第一球。"
        "下一轮的对手将在周一抽签决定。俱乐部提醒球迷尽量乘坐地铁前往球场，因为停车场正在翻修。",
        [
            ("青石队", "三", "一", "临江联", "王海"),
            ("北岭城", "二", "零", "南湖竞技", "陈树"),
        ],
    ),
    "Tamil prices": (
        "{0} நகரில் இன்று தங்கம் விலை 22 காரட் கிராமுக்கு {1} ரூபாய், 24 காரட் கிராமுக்கு {2} ரூபாய் என "
        "விற்பனை ஆகிறது. வெள்ளி 1 கிலோ {3} ரூபாய். பண்டிகை காலத்தில் விலை மாறலாம் என்று "
        "வணிகர்கள் கூறுகின்றனர். வாங்கும் முன் முத்திரையை சரிபார்க்க வேண்டும்.",
        [("மதுரை", "11410", "12450", "152300"), ("சேலம்", "11460", "12490", "165900")],
    ),
    "Chinese exchange": (
        "外汇市场{0}日公布，人民币对美元中间价为{1}，比前一日{2}调{3}个基点。分析人士说，"
        "近期汇率会在合理水平上保持平稳。银行间的成交价可以在中间价上下浮动，"
        "企业应当注意防范风险，不要押注单边走势。",
        [("3", "7.0885", "上", "35"), ("4", "7.0921", "下", "36"), ("5", "7.0902", "上", "19")],
    ),
    "Thai weather": (
        "วันนี้ที่{0}ท้องฟ้า{1} ตอนเช้าอุณหภูมิ {2} องศา ตอนบ่ายขึ้นไปถึง {3} องศา ลมพัด {4} "
        "กิโลเมตรต่อชั่วโมง ผู้ขับรถควรระวังถนนลื่นบนสะพานหลังพระอาทิตย์ตก "
        "ข่าวนี้เขียนใหม่ทุกหกชั่วโมง และเวลาทั้งหมดเป็นเวลาท้องถิ่น คำเตือนแสดงอยู่บนแผนที่",
        [
            ("ลำปาง", "แจ่มใส", "19", "31", "12"),
            ("สงขลา", "มีเมฆมาก", "25", "33", "20"),
            ("อุดรธานี", "มีหมอก", "21", "29", "8"),
        ],
    ),
    "closures": (
        "{0} stays shut on {1} since the heating has failed, the county said. Pupils are given "
        "work to do at home, and meals are handed out at the door from noon. Buses will not run. "
        "Parents who need somebody to look after small children can ring the office until nine. "
        "The county hopes to have the rooms warm again on the day after.",
        [("Combe Primary School", "Monday"), ("Ellery Grammar", "Tuesday")],
    ),
    "Korean weather": (
        "오늘 {0} 지역은 {1} 아침 기온은 {2}도, 낮 기온은 {3}도까지 오르겠습니다. 바람은 초속 "
        "{4}미터로 불겠습니다. 다리와 터널에서는 길이 얼 수 있으니 운전에 주의해야 합니다. 예보는 "
        "여섯 시간마다 새로 나오며 모든 시각은 현지 시각입니다.",
        [("청암", "흐리고", "4", "9", "3"), ("동포", "맑고", "2", "14", "5")],
    ),
    "Arabic weather": (
        "حالة الطقس اليوم في {0}: يكون الجو {1} صباحا ودرجة الحرارة {2} درجات، "
        "وترتفع بعد الظهر إلى {3} "
        "درجة. الرياح غربية بسرعة {4} كيلومترا في الساعة. على السائقين الحذر "
        "فوق الجسور وفي الأنفاق بعد "
        "غروب الشمس. يتم تحديث النشرة كل ست ساعات بالتوقيت المحلي.",
        [("الزيتونة", "غائما", "4", "19", "12"), ("النخيل", "مشمسا", "7", "24", "20")],
    ),
    "Hindi deaths": (
        "{0} का {1} वर्ष की आयु में {2} मार्च को अपने घर {3} में निधन हो गया। "
        "अंतिम संस्कार शुक्रवार सुबह दस बजे होगा। परिवार "
        "ने अस्पताल की नर्सों और डॉक्टरों को उनकी सेवा के लिए धन्यवाद दिया। "
        "{0} के परिवार ने लोगों से फूलों के बदले "
        "पुस्तकालय को दान देने का अनुरोध किया है।",
        [("रमेश वर्मा", "84", "2", "सोनपुर"), ("कमला देवी", "67", "6", "हरिगढ़")],
    ),
}


def reports(name: str) -> list[str]:
    template, fillings = TEMPLATES[name]
    return [template.format(*filling) for filling in fillings]


@pytest.mark.parametrize("name", TEMPLATES)
def test_reports_from_a_template_are_about_different_things(name: str):
    for one, two in combinations(reports(name), 2):
        assert are_of_one_template(one, two)
        assert are_of_one_template(two, one)
        assert not compare_texts(one, two, DuplicateSettings()).same


#: How a desk edits a report: what it replaces, and what it puts around it.
EDITS: dict[str, dict[str, str]] = {
    "weather": {"The day starts": "In the morning it is", "Our forecasters": "Forecasters"},
    "deaths": {"with the family at the bedside": "among the family", "gifts": "donations"},
    "matches": {"heavy rain": "a downpour", "whom they meet next": "who comes next", "12": "13"},
    "quakes in words": {"shook": "was felt in", "four": "five", "windows": "glass"},
    "shares": {"a quiet day": "quiet trading", "the help of an editor": "an editor"},
    "districts": {"34.2": "34.3", "61.0": "60.8", "takes the seat": "goes to the capital"},
    "police": {"bicycle": "bike", "nothing": "no noise", "4471": "4417"},
    "lottery": {"now": "after that", "come forward": "report"},
    "German weather": {"Autofahrer": "Fahrer", "Glätte": "Eis", "erneuert": "aktualisiert"},
    "German quakes": {"vier": "4,1", "Gegend": "Region", "Berichte": "Meldungen"},
    "French deaths": {"aura lieu": "se tiendra", "dans sa maison": "chez lui"},
    "Spanish matches": {"ganó": "venció", "intensa": "fuerte", "12": "13"},
    "Russian weather": {"осторожнее": "внимательнее", "воздух прогреется": "потеплеет"},
    "Japanese quakes": {"観測した": "記録した", "今のところ": "これまでに", "二十": "十"},
    "Japanese accidents": {"三人": "四人", "調べている": "調べを進めている"},
    "Chinese weather": {"请注意": "应注意", "小心": "留意", "14": "15"},
    "Chinese matches": {"尽量": "最好", "正在翻修": "正在施工"},
    "Tamil prices": {"வணிகர்கள்": "வியாபாரிகள்", "12450": "12455", "11410": "11415"},
    "Chinese exchange": {"分析人士": "业内人士", "平稳": "稳定", "35": "36"},
    "Thai weather": {"ควรระวัง": "ต้องระวัง", "เขียนใหม่": "ปรับปรุง", "31": "32"},
    "closures": {"since": "because", "given": "sent", "ring": "call"},
    "Korean weather": {"주의해야": "조심해야", "새로 나오며": "바뀌며"},
    "Arabic weather": {"الحذر": "الانتباه", "يتم تحديث": "يجري تحديث"},
    "Hindi deaths": {"निधन हो गया": "देहांत हो गया", "अनुरोध": "आग्रह"},
}


def edited(text: str, edits: dict[str, str]) -> str:
    for before, after in edits.items():
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_copy_is_the_same_report(name: str):
    text = reports(name)[0]
    copy = edited(text, EDITS[name])
    assert copy != text
    assert not are_of_one_template(text, copy)
    assert not are_of_one_template(copy, text)


STORY = (
    "At least {dead} people died and {hurt} were injured when a bus left the road near Ostvale on "
    "Monday night, the police said. It had been on its way from Port Ellery to Sarnby with pupils "
    "of two schools. Helicopters took the injured to hospitals in Westholm. The minister of "
    "transport, {minister}, promised an inquiry. {agency} reported that the driver had been at the "
    "wheel for {hours} hours. Relatives gathered at the town hall of Ostvale, where {mayor} spoke "
    "to them. The road is one of the most dangerous of the country."
)
FACTS = {
    "dead": "12",
    "hurt": "30",
    "minister": "Carla Venn",
    "agency": "Coast Wire",
    "hours": "nine",
    "mayor": "the mayor",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"dead": "15", "hurt": "42"},
        {"dead": "15", "hurt": "42", "hours": "eleven"},
        {"minister": "Karla Wenn"},
        {"minister": "Carla Venne", "dead": "fourteen"},
        {"agency": "The Daily"},
        {"agency": "Inland News", "dead": "13", "mayor": "Mayor Lind"},
        {"hours": "9"},
        {"mayor": "a priest", "minister": "Ms Venn", "hurt": "about 30"},
    ],
)
def test_a_report_with_later_facts_is_the_same_report(changes: dict[str, str]):
    one, two = STORY.format(**FACTS), STORY.format(**FACTS | changes)
    assert not are_of_one_template(one, two)
    assert compare_texts(one, two, DuplicateSettings()).same
    cut = f"OSTVALE, 3 March. {two.rpartition('. ')[0]}."
    assert not are_of_one_template(one, cut)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Kyiv", "Kiev"),
        ("Mohammed Aziz", "Muhammad Azeez"),
        ("United Nations", "UN"),
        ("Ostvale", "OSTVALE"),
    ],
)
def test_another_spelling_of_a_name_is_the_same_name(before: str, after: str):
    text = " ".join(
        f"In {before} the council met on day {day} and heard what {before} needs from its port."
        for day in ("one", "two", "three", "four")
    )
    assert not are_of_one_template(text, text.replace(before, after))


@pytest.mark.parametrize(("one", "two"), [("", ""), ("", "a"), ("a b", "a b"), ("…", "1")])
def test_tiny_texts(one: str, two: str):
    assert not are_of_one_template(one, two)


def test_very_long_texts_are_not_looked_at():
    words = " ".join(f"Word{n} follows" for n in range(9000))
    assert not are_of_one_template(words, words.replace("Word5 ", "Other "))
