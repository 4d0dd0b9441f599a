"""The columns of a row that follow from its text and language alone."""

from collections.abc import Iterable
from typing import Any

from newsbeam.transforms.core.identity import content_hash
from newsbeam.transforms.core.quality_rules import QUALITY_RULES
from newsbeam.transforms.text.keywords import extract_keywords
from newsbeam.transforms.text.measures import count_characters, count_words, reading_minutes
from newsbeam.transforms.text.places import find_places
from newsbeam.transforms.text.quality import failed_rules, measure_quality, named_measures
from newsbeam.transforms.text.sentences import count_sentences


def text_columns(
    text: str, language: str, flags: Iterable[str], *, keywords: int, measures_quality: bool
) -> dict[str, Any]:
    """Return the fields of an ``Article`` that have to be made anew whenever its text changes.

    ``flags`` are those that the row has beside the rules of quality that its text fails, and
    ``keywords`` how many it has at most.
    """
    places, countries = find_places(text, language)
    measured = measure_quality(text, language) if measures_quality else None
    others = dict.fromkeys(flag for flag in flags if flag not in QUALITY_RULES)
    return {
        "text": text,
        "content_hash": content_hash(text),
        "word_count": count_words(text),
        "char_count": count_characters(text),
        "sentence_count": count_sentences(text),
        "reading_minutes": reading_minutes(text),
        "places": places,
        "countries": countries,
        "keywords": extract_keywords(text, language, keywords),
        "quality": named_measures(measured) if measured else None,
        "quality_flags": (*others, *(failed_rules(measured) if measured else ())),
    }
