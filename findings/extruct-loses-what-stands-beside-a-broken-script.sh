#!/usr/bin/env bash
# extruct 0.18.0: one block of JSON-LD that is no JSON takes all other blocks of the page with it, a block
# whose type has a parameter is not seen, and a time without a datetime attribute is an empty text.
#
# errors="ignore" and errors="log" sound as if the broken block were left out. They leave out the syntax:
# the article's own valid block is gone, with its date and authors, when an advertisement's is broken.
# type="application/ld+json; charset=utf-8" is a valid MIME type for a block of data. And the value of a
# time element without datetime is its text (HTML, "datetime value"), as in <time>2026-03-03</time>.
#
# Output seen:
#   a valid block: [{'@type': 'NewsArticle', 'datePublished': '2026-03-03'}]
#   beside a broken one, ignore: nothing
#   beside a broken one, log: nothing
#   with a charset: []
#   microdata, datetime="2026-03-03": 2026-03-03
#   microdata, text 2026-03-03: ''
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check extruct==0.18.0 lxml==6.1.3
"$folder/venv/bin/python" - <<'PYTHON'
import logging

import extruct

logging.disable(logging.CRITICAL)
ARTICLE = '{"@type": "NewsArticle", "datePublished": "2026-03-03"}'


def block(text, kind="application/ld+json"):
    return f'<script type="{kind}">{text}</script>'


def blocks(html, errors="strict"):
    return extruct.extract(html, syntaxes=["json-ld"], errors=errors).get("json-ld", "nothing")


def published(time):
    html = f'<div itemscope itemtype="https://schema.org/NewsArticle">{time}</div>'
    return extruct.extract(html, syntaxes=["microdata"])["microdata"][0]["properties"]["datePublished"]


broken = block('{"@type": "WPAdBlock", "name": }')
valid = blocks(block(ARTICLE))
print("a valid block:", valid)
beside = [blocks(block(ARTICLE) + broken, errors) for errors in ("ignore", "log")]
print(f"beside a broken one, ignore: {beside[0]}\nbeside a broken one, log: {beside[1]}")
charset = blocks(block(ARTICLE, "application/ld+json; charset=utf-8"))
print("with a charset:", charset)
times = [
    published('<time itemprop="datePublished" datetime="2026-03-03">3 March</time>'),
    published('<time itemprop="datePublished">2026-03-03</time>'),
]
print(f'microdata, datetime="2026-03-03": {times[0]}\nmicrodata, text 2026-03-03: {times[1]!r}')
assert valid == [{"@type": "NewsArticle", "datePublished": "2026-03-03"}]
assert beside == ["nothing", "nothing"] and charset == [], "the behaviour has changed"
assert times == ["2026-03-03", ""], "the behaviour has changed"
PYTHON
