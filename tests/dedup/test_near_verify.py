import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.verify import compare_texts

SETTINGS = DuplicateSettings()
ARTICLES = json.loads(Path(__file__).with_name("near_articles.json").read_text("utf-8"))
UNSPACED = ("ja", "zh", "th")
#: As long as a common word, for scripts without spaces.
UNIT = {"ja": 2, "zh": 2, "th": 5}
LANGUAGES = sorted(ARTICLES)
WORDS = [f"{a}{b}{c}" for a in "bdfgkl" for b in ("a", "er", "in", "o") for c in ("m", "sto", "ne")]
BOILERPLATE = (
    "Sign up here for our daily newsletter and never miss a story again. By giving us an address "
    "you agree to the terms of service and to our privacy policy, which you can read on this page "
    "at any time. Countries: Albania, Austria, Belgium, Bulgaria, Croatia, Cyprus, Denmark, "
    "Estonia, Finland, France, Germany, Greece, Hungary, Iceland, Ireland, Italy, Latvia, Malta."
)


def same(a: str, b: str) -> bool:
    verdict = compare_texts(a, b, SETTINGS)
    assert compare_texts(b, a, SETTINGS) == verdict
    return verdict.same


def made_text(seed: int, words: int) -> str:
    rng = random.Random(seed)
    names = [f"{rng.choice(WORDS)}{rng.choice(WORDS)}" for _ in range(words)]
    return " ".join(rng.choice((rng.choice(WORDS), name)) for name in names)


def pieces(text: str, language: str) -> list[str]:
    if language not in UNSPACED:
        return text.split(" ")
    unit = UNIT[language]
    return [text[at : at + unit] for at in range(0, len(text), unit)]


def changed(text: str, language: str, every: int) -> str:
    """Replace every ``every``-th word by one from elsewhere in the text."""
    words = pieces(text, language)
    for at in range(every // 2, len(words), every):
        words[at] = words[(at * 7 + 3) % len(words)] + words[(at * 5 + 1) % len(words)]
    return ("" if language in UNSPACED else " ").join(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(lambda text, _: text, id="same"),
        pytest.param(lambda text, _: text.upper(), id="upper case"),
        pytest.param(lambda text, _: text.replace("\n\n", " "), id="breaks lost"),
        pytest.param(lambda text, _: "LONDON (Agency) — " + text, id="dateline"),
        pytest.param(lambda text, _: text + "\n\n© 2026 The Agency", id="notice"),
        pytest.param(lambda text, _: text.rsplit("\n\n", 1)[0], id="last paragraph cut"),
        pytest.param(lambda text, _: "\n\n".join(text.split("\n\n")[::-1]), id="turned round"),
        pytest.param(lambda text, language: changed(text, language, 40), id="every 40th changed"),
        pytest.param(lambda text, language: changed(text, language, 12), id="every 12th changed"),
        pytest.param(
            lambda text, _: text.replace("\n\n", "\n\nRead more: ten photos of the week\n\n"),
            id="teasers between",
        ),
    ],
)
def test_copies_are_the_same(copy, language: str) -> None:  # type: ignore[no-untyped-def]
    text = ARTICLES[language]
    assert same(text, copy(text, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rewritten_texts_are_not(language: str) -> None:
    text = ARTICLES[language]
    assert not same(text, changed(text, language, 3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_sentence_is_not_the_article(language: str) -> None:
    text = ARTICLES[language]
    assert not same(text, "".join(pieces(text, "ja"))[: len(text) // 6])


@pytest.mark.parametrize("one", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_different_articles(one: str, other: str) -> None:
    assert same(ARTICLES[one], ARTICLES[other]) == (one == other)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.8])
def test_articles_that_share_a_block_are_not_the_same(share: float) -> None:
    block = made_text(1, int(400 * share))
    for seed in range(20):
        own, others = made_text(100 + seed, 400 - int(400 * share)), made_text(200 + seed, 300)
        assert not same(f"{own} {block}", f"{others} {block}"), seed


@pytest.mark.parametrize("own_words", [15, 40, 80, 160])
def test_articles_with_the_same_boilerplate_are_not_the_same(own_words: int) -> None:
    a, b = made_text(1, own_words), made_text(2, own_words)
    assert not same(f"{a}\n\n{BOILERPLATE}", f"{b}\n\n{BOILERPLATE}")


def test_a_page_of_boilerplate_does_not_swallow_articles() -> None:
    assert not same(BOILERPLATE, f"{made_text(3, 400)}\n\n{BOILERPLATE}")


def test_a_copy_inside_boilerplate_is_the_same() -> None:
    text = made_text(4, 300)
    assert same(text, f"{BOILERPLATE}\n\n{text}")


def weather(rng: random.Random) -> str:
    low, high, wind, rain = (rng.randrange(low, low + 20) for low in (-5, 12, 3, 40))
    return (
        f"Tonight it stays mostly dry in the north, with lows of {low} degrees and a light wind of "
        f"{wind} kilometres an hour. Tomorrow the sun comes out for {wind % 9} hours and highs "
        f"reach {high} degrees on the coast and {high - 3} degrees in the hills. The chance "
        f"of rain is {rain} per cent. The sun rises at {rain % 3 + 5}.{rain} and sets at "
        f"{wind % 3 + 18}.{wind + 10}."
    )


def market(rng: random.Random) -> str:
    index, change, turnover, oil = (rng.randrange(low, 9 * low) for low in (1000, 11, 100, 21))
    return (
        f"The leading index closed at {index} points on the day, a change of {change} points, "
        f"after {turnover} million shares had changed hands. A barrel of oil cost {oil}.{change} "
        f"dollars in the evening, gold {index // 3} dollars an ounce. The euro was fixed at "
        f"1.{turnover} dollars by the central bank. Dealers spoke of quiet trading with "
        f"{oil} gainers and {change + 1} losers. The volatility "
        f"index stood at {oil - 4}.{turnover % 10} points."
    )


def german_results(rng: random.Random) -> str:
    goals = [rng.randrange(7) for _ in range(8)]
    return (
        f"Im ersten Spiel des Tages trennten sich die Nachbarn vor {rng.randrange(900, 9000)} "
        f"Zuschauern mit {goals[0]}:{goals[1]}. Die Gäste gewannen danach {goals[2]}:{goals[3]}, "
        f"zur Pause stand es {goals[4]}:{goals[5]}. Der Tabellenführer hat nun "
        f"{rng.randrange(20, 70)} Punkte aus {rng.randrange(10, 34)} Spielen, der Letzte "
        f"bleibt bei {rng.randrange(3, 19)} Punkten. Am kommenden Sonntag wird "
        f"um {rng.randrange(13, 20)} Uhr weiter gespielt."
    )


def japanese_quake(rng: random.Random) -> str:
    n = [rng.randrange(2, 59) for _ in range(9)]
    return (
        f"気象庁によると、{n[0] % 28}日午前{n[1] % 12}時{n[2]}分ごろ、沖合を震源とする地震があり、"
        f"最大震度{n[3] % 6}を観測した。震源の深さは約{n[4]}キロ、地震の規模を示すマグニチュードは"
        f"{n[5] % 7}.{n[6] % 9}と推定される。この地震による津波の心配はないという。"
        f"この{n[7]}時間で揺れを感じる地震は{n[8]}回目となった。"
    )


@pytest.mark.parametrize("report", [weather, market, german_results, japanese_quake])
def test_reports_from_a_template_with_other_numbers_are_not_the_same(report) -> None:  # type: ignore[no-untyped-def]
    reports = [report(random.Random(seed)) for seed in range(30)]
    taken = sum(same(a, b) for i, a in enumerate(reports) for b in reports[:i])
    assert taken <= 0.01 * 30 * 29 / 2
    assert same(reports[0], "Archive. " + reports[0])


def test_another_report_of_the_same_event_is_not_the_same() -> None:
    ours = ARTICLES["en"]
    theirs = (
        "Lorries will be banned from Port Ellary's swing bridge from the first week of March, the "
        "harbour council decided on Tuesday night. Engineers had found cracks in two of the four "
        "bearings. Anything heavier than seven tonnes has to use the ring road, which fish "
        "merchants on the quay fear will ruin their business. Buses and cars can go on using the "
        "bridge at walking pace. A ferry is to run by Easter, said the mayor, while a "
        "replacement would take three summers to build and has been waiting for money six years."
    )
    assert not same(ours, theirs)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", False),
        ("", "one", False),
        ("one", "one", True),
        ("one two", "two one", False),
        ("Stay with us for the latest", "stay with us, for the latest!", True),
        ("Stay with us for the latest", "Stay with us for the latest on this story", False),
        ("1 2 3 4 5 6 7 8", "1 2 3 4 5 6 7 8", True),
    ],
)
def test_tiny_texts(a: str, b: str, expected: bool) -> None:
    assert same(a, b) == expected


def test_reports_the_numbers() -> None:
    words = made_text(5, 300).split()
    verdict = compare_texts(" ".join(words), " ".join(words[:240]), SETTINGS)
    assert (verdict.same, verdict.basis) == (True, "jaccard")
    assert verdict.similarity == pytest.approx(236 / 296, abs=0.01)
    assert verdict.containment == verdict.covered == verdict.aligned == 1.0


@pytest.mark.parametrize(
    ("changed_settings", "basis"),
    [
        ({}, "jaccard"),
        ({"jaccard": 0.95}, "containment"),
        ({"jaccard": 0.95, "containment": 1.0}, "alignment"),
        ({"jaccard": 0.95, "containment": 1.0, "covered": 1.0}, "none"),
        ({"aligned": 1.0, "containment": 1.0}, "jaccard"),
    ],
)
def test_thresholds_are_settings(changed_settings: dict[str, float], basis: str) -> None:
    words = made_text(6, 300).split()
    other = [*words[:150], "inserted", *words[150:]]
    del other[250]
    verdict = compare_texts(
        " ".join(words), " ".join(other), SETTINGS.model_copy(update=changed_settings)
    )
    assert verdict.basis == basis


def test_texts_with_nothing_in_common_can_be_compared_at_any_threshold() -> None:
    none = SETTINGS.model_copy(update={"reject_containment": 0.0, "jaccard": 0.0})
    assert not compare_texts(made_text(1, 50), ARTICLES["ja"], none).same
    assert not compare_texts(made_text(1, 50), ARTICLES["en"], none).same


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    verdict = compare_texts(a, b, SETTINGS)
    assert verdict == compare_texts(b, a, SETTINGS)
    for share in (verdict.similarity, verdict.containment, verdict.covered, verdict.aligned):
        assert 0.0 <= share <= 1.0
