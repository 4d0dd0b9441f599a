#!/usr/bin/env bash
# Resiliparse 2.0.1, extract_plain_text(main_content=True): a Chinese, Japanese, Korean or Thai character that is all
# the text between two tags is left out, and so are "€" and "–": 5–7 March becomes 57 March, and of "中国和美国"
# (China and the US), both linked, the "and" is gone.
#
# Text between two tags is the word between two links, the one bold or explained character, the cell that says
# 男 or 女. Main content passes over bits that hold no word, and counts as such each character that takes three
# bytes of UTF-8; "I", "é" and "и" stay. What is left reads like a sentence, and nothing tells of it. The same
# function without main_content has all of it.
#
# Output seen, the text of the page, with main_content, and without:
#   It cost <b>€</b>5 on <i>5</i>–<i>7</i> March.: It cost 5 on 57 March. | It cost €5 on 5–7 March.
#   我们去<a>中国</a>和<a>美国</a>了。: 我们去中国美国了。 | 我们去中国和美国了。
#   <b>漢</b>字を読む。: 字を読む。 | 漢字を読む。
#   사과 <b>두</b> 개를 샀다.: 사과 개를 샀다. | 사과 두 개를 샀다.
#   <b>à</b> Paris, <b>и</b> <b>I</b> too.: à Paris, и I too. | à Paris, и I too.
# Remedy: find the article by other means, and give Resiliparse that part alone, without main_content.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: resiliparse==2.0.1
"$folder/venv/bin/python" -X utf8 - <<'PYTHON'
import re

from resiliparse.extract.html2text import extract_plain_text

STORY = "<p>" + "The quay was shut for a month, and the first ship came in on a Monday morning. " * 4 + "</p>"
LINES = {
    "It cost <b>€</b>5 on <i>5</i>–<i>7</i> March.": "It cost 5 on 57 March.",
    "我们去<a>中国</a>和<a>美国</a>了。": "我们去中国美国了。",
    "<b>漢</b>字を読む。": "字を読む。",
    "사과 <b>두</b> 개를 샀다.": "사과 개를 샀다.",
    "<b>à</b> Paris, <b>и</b> <b>I</b> too.": "à Paris, и I too.",
}
for line, expected in LINES.items():
    page = f"<html><body><main>{STORY}<p>{line}</p></main></body></html>"
    main, whole = (
        extract_plain_text(page, main_content=choice).strip().rsplit("\n", 1)[-1].strip() for choice in (True, False)
    )
    print(f"{line}: {main} | {whole}")
    assert whole == re.sub("<[^>]*>", "", line), whole
    assert main == expected, "the behaviour has changed"
PYTHON
