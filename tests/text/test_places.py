"""Places and countries in several scripts."""

import pytest

from newsbeam.transforms.text.places import find_places


def _names(text, language):
    return [(place.name, place.country, place.count) for place in find_places(text, language)[0]]


def test_adjectives_count_for_their_country():
    text = (
        "Iranian and Qatari ministers met. The Russian minister spoke of American bases, of the "
        "‘Israeli’ army and of Gaza, as Iran had done."
    )
    places, countries = find_places(text, "en")
    assert countries == ("IR", "IL", "PS", "QA", "RU", "US")
    assert (places[0].name, places[0].count) == ("Iran", 2)
    assert ("Gaza", "PS", 1) in _names(text, "en")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Die russische Armee und Moskau.", [("Moscow", "RU", 1), ("Russia", "RU", 1)]),
        ("ru", "Между Германией и Россией.", [("Germany", "DE", 1), ("Russia", "RU", 1)]),
        ("pl", "Prezydent Filipin w Warszawie.", [("Philippines", "PH", 1), ("Warsaw", "PL", 1)]),
        ("de", "Von Mailand nach Athen.", [("Athens", "GR", 1), ("Milan", "IT", 1)]),
        ("zh", "马里兰州", [("United States", "US", 1)]),
        ("fr", "Le ministre iranien à Londres.", [("Iran", "IR", 1), ("London", "GB", 1)]),
        ("es", "El Gobierno francés y los mexicanos.", [("France", "FR", 1), ("Mexico", "MX", 1)]),
        ("ru", "Президент России уехал из Москвы.", [("Moscow", "RU", 1), ("Russia", "RU", 1)]),
        ("ar", "وصل الوزير إلى قطر وإيران.", [("Iran", "IR", 1), ("Qatar", "QA", 1)]),
        ("zh", "美国总统访问北京。", [("Beijing", "CN", 1), ("United States", "US", 1)]),
        ("ja", "首相はインドネシアとロンドンへ。", [("Indonesia", "ID", 1), ("London", "GB", 1)]),
        ("ko", "미국은 이란의 말을 들었다.", [("Iran", "IR", 1), ("United States", "US", 1)]),
        ("th", "ประเทศไทยและญี่ปุ่น", [("Japan", "JP", 1), ("Thailand", "TH", 1)]),
        ("hi", "भारत और पाकिस्तान", [("India", "IN", 1), ("Pakistan", "PK", 1)]),
    ],
)
def test_finds(language, text, expected):
    assert _names(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Reading is nice. Most people like a mobile phone. Surprise! Split it.",
        "Jim Jordan and Michael Jordan met Whitney Houston, Jack London and Irving Berlin.",
        "Georgia voted, said Chad Smith.",
        "The Oslo Times and the London Herald wrote of New England and of George Washington.",
        "The turkey was eaten with china from a polish shop.",
        "Iranists and Parisology are no places, nor is Chinatown.",
        "Das Essen war gut.",
    ],
)
def test_invents_nothing(text):
    assert find_places(text, "en") == ((), ())


def test_a_city_is_no_country_of_its_name():
    assert find_places("Mauricio vive en Granada.", "es") == ((), ())


def test_an_ambiguous_name_counts_where_its_country_is_certain():
    assert _names("Tbilisi is in Georgia.", "en") == [("Georgia", "GE", 1), ("Tbilisi", "GE", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sydney was calm.", []),
        (
            "Ann Sydney of Sydney, Australia, said so.",
            [("Australia", "AU", 1), ("Sydney", "AU", 1)],
        ),
        ("Australian police in Sydney", [("Australia", "AU", 1), ("Sydney", "AU", 1)]),
    ],
)
def test_a_name_that_people_bear_too_counts_where_its_country_is_named(text, expected):
    assert _names(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("The Spanish team plays in Valencia.", "ES"),
        ("In Venezuela, the mayor of Valencia spoke.", "VE"),
        ("Birmingham is growing.", "GB"),
        ("Birmingham, Alabama, is growing.", "US"),
        ("Cambridge, England, is old.", "GB"),
    ],
)
def test_namesakes_are_told_apart_by_what_else_is_named(text, country):
    assert country in {
        place.country for place in find_places(text, "en")[0] if place.name[0] in "VBC"
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "北海道の海"),
        ("ko", "시민을 위해 연대한다"),
        ("de", "Die Kita in der Mitte hat zwei Favoriten."),
        ("pl", "Strike Warrior"),
        ("de", "Dabei liegt der Kanton weit von anderen Landen."),
        ("ar", "سكان المدينة"),
        ("zh", "来宾庆祝胜利"),
        ("ru", "Врач Герман Росс приехал в село."),
        ("ja", "四日から始まる"),
    ],
)
def test_parts_of_other_words_are_no_places(language, text):
    assert not {place.name for place in find_places(text, language)[0]} - {"Japan"}


def test_an_unknown_language_is_read_as_english():
    assert find_places("Paris and France", "und")[1] == ("FR",)
    assert find_places("Paris and France", "qqq")[1] == ("FR",)
