"""The columns of a row that follow from its text and language alone."""

from typing import Any

from transforms.core.identity import content_hash
from transforms.core.settings import TextSettings
from transforms.text.keywords import extract_keywords
from transforms.text.measures import count_characters, count_words, reading_minutes
from transforms.text.places import find_places
from transforms.text.sentences import count_sentences


def text_columns(text: str, language: str, settings: TextSettings) -> dict[str, Any]:
    """Return the fields of an ``Article`` that have to be made anew whenever its text changes."""
    places, countries = find_places(text, language)
    return {
        "text": text,
        "content_hash": content_hash(text),
        "word_count": count_words(text),
        "char_count": count_characters(text),
        "sentence_count": count_sentences(text),
        "reading_minutes": reading_minutes(text),
        "places": places,
        "countries": countries,
        "keywords": extract_keywords(text, language, settings.keywords),
    }
