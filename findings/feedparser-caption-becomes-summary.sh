#!/usr/bin/env bash
# feedparser 6.0.14: where an item's media:content with a media:description stands in front of
# its description, "summary" is the caption of the picture, and the item's own description is
# in no field of the summary. With the elements in the other order, summary is the description.
# Media RSS sets no order: a media:description describes the media object, not the item.
#
# Seen:
#   caption first: A crane at dusk.
#   description first: The port reopens.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import feedparser

MEDIA = "<media:content url=\"http://a.example/i.jpg\" medium=\"image\"><media:description>A crane at dusk.</media:description></media:content>"
OWN = "<description>The port reopens.</description>"


def summary(inner):
    feed = (
        "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>N</title>"
        f"<link>http://a.example/</link><description>N</description><item><title>T</title>{inner}</item></channel></rss>"
    )
    return feedparser.parse(feed).entries[0].summary


first, second = summary(MEDIA + OWN), summary(OWN + MEDIA)
print("caption first:", first)
print("description first:", second)
assert (first, second) == ("A crane at dusk.", "The port reopens.")
PYTHON
