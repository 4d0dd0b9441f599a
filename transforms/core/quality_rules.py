"""The names of the rules by which text is chosen for training language models."""

from typing import Literal, get_args

QualityRule = Literal[
    "gopher_word_count",
    "gopher_word_length",
    "gopher_symbols",
    "gopher_bullets",
    "gopher_ellipses",
    "gopher_letters",
    "gopher_stop_words",
    "gopher_repeated_lines",
    "gopher_top_ngrams",
    "gopher_repeated_ngrams",
    "c4_sentences",
    "c4_lorem_ipsum",
    "c4_curly_bracket",
    "fineweb_ended_lines",
    "fineweb_short_lines",
    "fineweb_repeated_lines",
    "fineweb_list",
]
#: The rules of ``text.quality``, in the order in which they are reported.
QUALITY_RULES: tuple[QualityRule, ...] = get_args(QualityRule)
