#!/usr/bin/env bash
# ultimate-sitemap-parser 1.8.1: a lastmod or publication_date of a year, or of a year and month, is given
# as a day: what it leaves open is taken from the day on which it is read.
#
# Sitemaps date by W3C Datetime, which allows 2026 and 2026-03. Read on 30 November, they come back as 30
# November 2026 and 30 March 2026, at midnight, and tomorrow as other days; the same page of an archive so
# looks changed each day, and a story of March 2026 sorts behind all others of its month. Nothing tells
# such a date from one that was given. The pubDate of an RSS sitemap is read by the same means, where
# EST, which RFC 822 defines, is dropped: 09:30 EST is 09:30 without a zone.
#
# Output seen, as read on 5 January and on 28 June:
#   2026-03: 2026-03-05, 2026-03-28
#   2026: 2026-01-05, 2026-06-28
#   2026-03-03: 2026-03-03, 2026-03-03
#   EST: 2026-03-03T09:30:00 (GMT: 2026-03-03T09:30:00+00:00)
# Remedy: take the text of lastmod oneself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    ultimate-sitemap-parser==1.8.1 python-dateutil==2.9.0.post0 time-machine==3.2.0
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import warnings

import time_machine
from usp.tree import sitemap_from_str

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def modified(date):
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/story</loc>'
        f"<lastmod>{date}</lastmod></url></urlset>"
    )
    (page,) = sitemap_from_str(sitemap).all_pages()
    return page.last_modified.date().isoformat()


def published(date):
    feed = (
        '<rss version="2.0"><channel><title>News</title><link>https://a.example/</link>'
        "<description>News</description><item><title>Port</title><link>https://a.example/story</link>"
        f"<description>Port</description><pubDate>{date}</pubDate></item></channel></rss>"
    )
    (page,) = sitemap_from_str(feed).all_pages()
    return page.news_story.publish_date.isoformat()


seen = {}
for date in ("2026-03", "2026", "2026-03-03"):
    seen[date] = []
    for today in ("2026-01-05T12:00:00Z", "2026-06-28T12:00:00Z"):
        with time_machine.travel(today, tick=False):
            seen[date].append(modified(date))
    print(f"{date}:", ", ".join(seen[date]))
zones = [published(f"Tue, 03 Mar 2026 09:30:00 {zone}") for zone in ("EST", "GMT")]
print(f"EST: {zones[0]} (GMT: {zones[1]})")
assert seen["2026-03-03"] == ["2026-03-03"] * 2
assert seen["2026-03"] == ["2026-03-05", "2026-03-28"], "the behaviour has changed"
assert seen["2026"] == ["2026-01-05", "2026-06-28"], "the behaviour has changed"
assert zones == ["2026-03-03T09:30:00", "2026-03-03T09:30:00+00:00"], "the behaviour has changed"
PYTHON
