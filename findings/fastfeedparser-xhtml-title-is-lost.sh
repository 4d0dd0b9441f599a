#!/usr/bin/env bash
# fastfeedparser 0.6.5: an Atom title of type "xhtml" (RFC 4287, 3.1.1.3), whose text stands inside
# of a div, is lost: the title is empty, and nothing says so. feedparser 6.0.14 reads it.
#
# Seen:
#   fastfeedparser:
#   feedparser: A <b>new</b> pier
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import fastfeedparser
import feedparser

feed = (
    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>N</title><id>urn:n</id><updated>2024-07-08T09:12:00Z</updated>"
    "<entry><id>urn:n:1</id><updated>2024-07-08T09:12:00Z</updated><link href=\"http://a.example/1\"/>"
    "<title type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">A <b>new</b> pier</div></title></entry></feed>"
)
fast = fastfeedparser.parse(feed)["entries"][0].get("title")
slow = feedparser.parse(feed).entries[0].title
print("fastfeedparser:", fast)
print("feedparser:", slow)
assert not fast and slow == "A <b>new</b> pier"
PYTHON
