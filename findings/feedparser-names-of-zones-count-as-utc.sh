#!/usr/bin/env bash
# feedparser 6.0.14: a date whose zone is a name beyond those of RFC 822 is read as if it were in
# UTC, without a sign of it: CEST, which is two hours ahead of UTC, comes out two hours late, while
# EST is right. "published_parsed" is documented to be in UTC.
#
# Seen:
#   EST:  14:12
#   CEST: 09:12 (it is 07:12)
#   JST:  09:12 (it is 00:12)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import feedparser


def hour(zone):
    feed = (
        "<rss version=\"2.0\"><channel><title>N</title><link>http://a.example/</link><description>N</description>"
        f"<item><title>T</title><pubDate>Mon, 08 Jul 2024 09:12:00 {zone}</pubDate></item></channel></rss>"
    )
    at = feedparser.parse(feed).entries[0].published_parsed
    return f"{at.tm_hour:02}:{at.tm_min:02}"


seen = {zone: hour(zone) for zone in ("EST", "CEST", "JST")}
for zone, at in seen.items():
    print(f"{zone}:", at)
assert seen == {"EST": "14:12", "CEST": "09:12", "JST": "09:12"}
PYTHON
