"""What holds for the whole of ``transforms/text``: its imports, its speed, and real data."""

import json
import lzma
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsbeam.transforms.text.article_text import clean_text
from newsbeam.transforms.text.boilerplate import learn_lines
from newsbeam.transforms.text.glued import part_glued
from newsbeam.transforms.text.keywords import extract_keywords
from newsbeam.transforms.text.language import detect_language
from newsbeam.transforms.text.measures import count_words
from newsbeam.transforms.text.places import find_places
from newsbeam.transforms.text.sentences import count_sentences

DATA = Path(os.environ.get("NEWSBEAM_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the evaluation data is absent: set NEWSBEAM_DATA to its folder"
)


def test_imports_neither_beam_nor_arrow():
    code = (
        "import sys; sys.modules['apache_beam'] = sys.modules['pyarrow'] = None\n"
        "from newsbeam.transforms.text import article_text, keywords, language, measures, places\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


HOSTILE = {
    "full stops": ".",
    "quotes": '."',
    "single quotes": ".'A",
    "joints": "aaBb",
    "capitals": "AAAa",
    "marks": "“”‘’«»",
    "ends": "a.B",
    "brackets": "((((",
    "spaces": " \u00a0",
    "breaks": "\n \n",
    "mojibake": "Ã©",
    "dashes": "A - ",
    "footnotes": "a.[1]",
    "one word": "x",
    "han": "他。",
    "thai": "ก",
    "newsletters": "newsletter ",
    "open quotes": ".“a ",
    "colons": "aaaa:Aaa",
    "lines": "sign up\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_the_text_and_not_with_its_square(kind):
    unit = HOSTILE[kind]

    def seconds(chars: int) -> float:
        text = (unit * (chars // len(unit) + 1))[:chars]
        start = time.process_time()
        for step in (clean_text, detect_language, count_words, count_sentences):
            step(text)
        find_places(text, "en")
        extract_keywords(text, "en", 10)
        learn_lines([text], least_articles=2, least_prose=2, least_share=0)
        return time.process_time() - start

    seconds(1000)
    small, large = seconds(100_000), seconds(800_000)
    assert large < 0.1 + 16 * small


@needs_data
def test_glued_paragraphs_of_many_languages_are_parted():
    path = DATA / "style" / "glued_from_paragraphs.jsonl.xz"
    hits = found = true = 0
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            parted, _ = part_glued(article["text"], article["lang"])
            expected = _cuts(article["paragraphs"])
            actual = _cuts(parted.split("\n\n"))
            hits += len(expected & actual)
            found += len(actual)
            true += len(expected)
    assert hits / found >= 0.995
    assert hits / true >= 0.90


def _cuts(paragraphs: list[str]) -> set[int]:
    cuts, at = set(), 0
    for paragraph in paragraphs[:-1]:
        at += len("".join(paragraph.split()))
        cuts.add(at)
    return cuts


@needs_data
def test_the_first_document():
    (path,) = (DATA / "seed").glob("*.txt")
    cleaned = clean_text(path.read_text("utf-8"), language="en")
    assert cleaned.agency == "Islam Times"
    assert cleaned.counts["glued_sentences"] == 11
    assert cleaned.text.count("\n\n") == 12
    assert {"IR", "QA", "RU", "US", "IL"} <= set(find_places(cleaned.text, "en")[1])
    assert detect_language(cleaned.text)[0] == "en"
