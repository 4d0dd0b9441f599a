"""Keywords of a text."""

from newsbeam.transforms.text.keywords import extract_keywords

TEXT = (
    "The ferry company said on Tuesday that the ferry company would stop. The harbour needs the "
    "ferry. Without it the islands, said the mayor of the islands, would starve. “The ferry is all "
    "we have,” said the mayor. The company and the Harbour Board did not agree. "
) * 2


def test_what_is_told_most_comes_first():
    keywords = extract_keywords(TEXT, "en", 5)
    terms = [keyword.term for keyword in keywords]
    assert terms[0] == "ferry company"
    assert {"ferry", "islands"} <= set(terms)
    assert not {"the", "said", "would"} & set(terms)


def test_scores_fall_from_one():
    scores = [keyword.score for keyword in extract_keywords(TEXT, "en", 8)]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_the_same_text_gives_the_same_keywords():
    assert extract_keywords(TEXT, "en", 8) == extract_keywords(TEXT, "en", 8)


def test_chinese_gives_pairs_of_characters():
    terms = [
        k.term for k in extract_keywords("渡轮公司停航。渡轮是岛上的一切。市长说渡轮。", "zh", 3)
    ]
    assert terms[0] == "渡轮"


def test_none_are_given_where_none_are_asked_for_or_there_are_none():
    assert extract_keywords(TEXT, "en", 0) == ()
    assert extract_keywords("", "en", 5) == ()
    assert extract_keywords("the of and", "en", 5) == ()
