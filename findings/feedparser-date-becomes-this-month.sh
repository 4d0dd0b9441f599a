#!/usr/bin/env bash
# feedparser 6.0.14: a date in the Japanese and Chinese form, 2024年3月5日, is not refused, and is
# not 5 March: published_parsed is the first of the month in which the program runs, in the year
# that is written. The form with a time, 2024年3月5日 9時12分, is the same.
#
# Seen in a November: 2024-11-01; in any month: (2024, this month, 1).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import time

import feedparser

feed = (
    "<rss version=\"2.0\"><channel><title>N</title><link>http://a.example/</link><description>N</description>"
    "<item><title>T</title><pubDate>2024年3月5日</pubDate></item></channel></rss>"
)
at = feedparser.parse(feed).entries[0].published_parsed
print("published_parsed:", tuple(at)[:3])
assert tuple(at)[:3] == (2024, time.gmtime().tm_mon, 1) or tuple(at)[:3] == (2024, time.localtime().tm_mon, 1)
PYTHON
