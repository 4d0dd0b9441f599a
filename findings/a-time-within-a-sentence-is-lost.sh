#!/usr/bin/env bash
# trafilatura 2.3.1, Resiliparse 2.0.1 and goose3 3.1.22 lose words in the middle of a sentence: those of a <time>
# element, and goose3 those of quotes, titles of works, insertions, marked words and twenty elements more.
#
# <time>, <q>, <cite>, <ins>, <mark> and <abbr> mark up words of a text (HTML, "phrasing content"). The three remove
# them as if they were furniture, like the date over an article, and join what is left: "closed from Monday to
# Friday" becomes "closed from to". Where the word is one of a few it is missed by nobody: of "will <u>not</u> open"
# goose3 leaves "will open". readability-lxml 0.9 and jusText 3.0.2 keep each.
#
# Output seen, elements of which the words are lost:
#   trafilatura: output, time
#   Resiliparse: time
#   goose3: abbr, bdi, bdo, cite, code, data, del, dfn, ins, kbd, mark, output, q, ruby, s, samp, sub, time, u, var
#   readability: none
#   jusText: none
#   goose3, of "The port will <u>not</u> open.": The port will open.
# Remedy: rename such elements to <span> before the page is given to them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
# An old pip does not find that both names of lxml's extra are one.
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pip==26.0
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --prefer-binary \
    trafilatura==2.3.1 resiliparse==2.0.1 goose3==3.1.22 readability-lxml==0.9 justext==3.0.2 \
    lxml==6.1.3 lxml-html-clean==0.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
import goose3
import justext
import readability
import trafilatura
from lxml import html
from resiliparse.extract.html2text import extract_plain_text

ELEMENTS = (
    "abbr b bdi bdo cite code data del dfn em i ins kbd mark output q ruby s samp small span strong sub sup time u var"
).split()
MORE = "<p>" + "The quay was shut for a month, and the first ship came in on a morning of that week. " * 6 + "</p>"


def page_of(sentence):
    return f"<html><body><main><article>{MORE}<p>{sentence} {MORE[3:]}{MORE}</article></main></body></html>"


def by_justext(page):
    paragraphs = justext.justext(page.encode(), justext.get_stoplist("English"))
    return "\n".join(each.text for each in paragraphs if not each.is_boilerplate)


goose = goose3.Goose()
readers = {
    "trafilatura": trafilatura.extract,
    "Resiliparse": lambda page: extract_plain_text(page, main_content=True),
    "goose3": lambda page: goose.extract(raw_html=page).cleaned_text,
    "readability": lambda page: html.fromstring(readability.Document(page).summary()).text_content(),
    "jusText": by_justext,
}
kept = set("b em i small span strong sup".split())
expected = {"trafilatura": {"time", "output"}, "Resiliparse": {"time"}, "goose3": set(ELEMENTS) - kept}
for name, read in readers.items():
    lost = []
    for element in ELEMENTS:
        text = read(page_of(f"It was closed from <{element}>Wednesday</{element}> to Friday."))
        assert "It was closed from" in text and "to Friday" in text, text
        if "Wednesday" not in text:
            lost.append(element)
    print(f"{name}:", ", ".join(lost) or "none")
    assert set(lost) == expected.get(name, set()), "the behaviour has changed"
text = readers["goose3"](page_of("The port will <u>not</u> open."))
(sentence,) = [line for line in text.splitlines() if line.startswith("The port")]
print("goose3, of \"The port will <u>not</u> open.\":", sentence[:19])
assert sentence.startswith("The port will open."), "the behaviour has changed"
PYTHON
