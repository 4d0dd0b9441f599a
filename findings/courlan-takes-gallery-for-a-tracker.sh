#!/usr/bin/env bash
# courlan 1.4.0 drops from an address each parameter whose name begins like a tracker's, and trafilatura
# 2.3.1, which cleans the links of feeds and sitemaps by it, gives several stories as one.
#
# The pattern of trackers has names such as ga, gl, ref, source, session and keyword, and asks where they
# begin (at the start, or behind a _), not where they end. So gallery=5, reference=77, sources=9,
# global=3, affairs=1 and media_gallery=8 are cut off like ga=…, and pages told apart by them have one
# address. And an address that stands in the query of another one is given in its place, though it is of
# another site. Both are valid (RFC 3986, 3.4), and the manual speaks of trackers alone. w3lib 2.5.0 keeps
# every parameter.
#
# Output seen:
#   gallery=5: https://www.example.org/story
#   reference=77: https://www.example.org/story
#   article=5: https://www.example.org/story?article=5
#   next=https://www.example.com/: https://www.example.com
#   feed of 3 stories, by gallery: trafilatura finds 1 address
#   feed of 3 stories, by article: trafilatura finds 3 addresses
# Remedy: read feeds and sitemaps by another library, and remove trackers by their whole names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    courlan==1.4.0 trafilatura==2.3.1 lxml==6.1.3 lxml-html-clean==0.4.6 w3lib==2.5.0
"$folder/venv/bin/python" - <<'PYTHON'
import logging

from courlan import clean_url
from trafilatura.feeds import FeedParameters, extract_links
from w3lib.url import canonicalize_url

logging.disable(logging.CRITICAL)
SITE = "https://www.example.org"
STORY = f"{SITE}/story"
GALLERIES = ("gallery=5", "reference=77", "sources=9", "global=3", "affairs=1", "media_gallery=8")


def look(query):
    cleaned = clean_url(f"{STORY}?{query}")
    print(f"{query}: {cleaned}")
    return cleaned


def count(name):
    items = "".join(f"<item><link>{STORY}?{name}={number}</link></item>" for number in (1, 2, 3))
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
        f"<link>{SITE}/</link><description>News</description>{items}</channel></rss>"
    )
    parameters = FeedParameters(SITE, "example.org", f"{SITE}/feed")
    found = len(set(extract_links(feed, parameters)))
    print(f"feed of 3 stories, by {name}: trafilatura finds {found} address{'es' * (found > 1)}")
    return found


gone = [look(query) for query in GALLERIES]
kept = [look(query) for query in ("article=5", "page_number=2")]
nested = look("next=https://www.example.com/")
by_name = count("gallery"), count("article")
assert canonicalize_url(f"{STORY}?gallery=5") == f"{STORY}?gallery=5"
assert gone == [STORY] * 6 and nested == "https://www.example.com", "the behaviour has changed"
assert kept == [f"{STORY}?article=5", f"{STORY}?page_number=2"]
assert by_name == (1, 3), "the behaviour has changed"
PYTHON
