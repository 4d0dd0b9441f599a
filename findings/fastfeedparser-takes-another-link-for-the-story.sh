#!/usr/bin/env bash
# fastfeedparser 0.6.5 gives another link for that of the story: the enclosure of an Atom entry, and none
# at all for an RSS item that holds an Atom link.
#
# A link without rel is the alternate (RFC 4287, 4.2.7.2), and the order of links says nothing; yet where
# a link rel="enclosure" stands in front of it, "link" is the recording. An item of RSS may hold
# elements of other namespaces anywhere: with atom:link in front of link the entry has neither link nor
# id, with it behind the link all is well. feedparser 6.0.14 gives the story each time.
#
# Output seen:
#   Atom, link first: fastfeedparser https://a.example/story, feedparser https://a.example/story
#   Atom, enclosure first: fastfeedparser https://a.example/talk.mp3, feedparser https://a.example/story
#   RSS, link first: fastfeedparser https://a.example/story, feedparser https://a.example/story
#   RSS, atom:link first: fastfeedparser None, feedparser https://a.example/story
# Remedy: choose from entry.links by rel; take the link of RSS from the XML.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    fastfeedparser==0.6.5 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import fastfeedparser
import feedparser

ATOM = "http://www.w3.org/2005/Atom"
STORY, TALK = "https://a.example/story", "https://a.example/talk.mp3"


def atom(links):
    return (
        f'<feed xmlns="{ATOM}"><title>News</title><id>urn:feed</id><updated>2026-03-03T09:30:00Z</updated>'
        "<entry><title>Port</title><id>urn:entry</id><updated>2026-03-03T09:30:00Z</updated>"
        f"{links}</entry></feed>"
    )


def rss(links):
    return (
        f'<rss version="2.0" xmlns:atom="{ATOM}"><channel><title>News</title><link>https://a.example/</link>'
        f"<description>News</description><item><title>Port</title>{links}</item></channel></rss>"
    )


def look(name, feed):
    links = [parser.parse(feed).entries[0].get("link") for parser in (fastfeedparser, feedparser)]
    print(f"{name}: fastfeedparser {links[0]}, feedparser {links[1]}")
    return links


plain = f'<link href="{STORY}"/>'
enclosure = f'<link rel="enclosure" type="audio/mpeg" length="9" href="{TALK}"/>'
own = f"<link>{STORY}</link>"
related = '<atom:link rel="related" href="https://b.example/report"/>'
assert look("Atom, link first", atom(plain + enclosure)) == [STORY, STORY]
assert look("Atom, enclosure first", atom(enclosure + plain)) == [TALK, STORY], "the behaviour has changed"
assert look("RSS, link first", rss(own + related)) == [STORY, STORY]
assert look("RSS, atom:link first", rss(related + own)) == [None, STORY], "the behaviour has changed"
PYTHON
