"""Dates of small pages, as tests write them."""

from datetime import UTC, datetime

from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.metadata.dates import find_dates
from newsbeam.transforms.metadata.headline import find_headline, near_headline
from newsbeam.transforms.pages.walk import read_outline

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY = 86400.0
STORY = "The council of Anytown has voted on the bridge and on two ferries. " * 4
#: Text between the headline and what stands far from it.
FAR = f"<p>{'The council of Anytown has voted on the bridge. ' * 60}</p>"


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def find(head="", body="", published=None, url=None, article=None, lang=""):
    attribute = f" lang={lang}" if lang else ""
    outline = read_outline(
        f"<html{attribute}><head>{head}</head><body><h1>Bridge</h1>{body}</body></html>"
    )
    entry = Entry(source_kind="feed", source_ref="f", published=published, seen_at=NOW)
    return _dates_of(outline, entry, url=url, article=article or {})


def find_in(body):
    """Return the date of a page that has its headline elsewhere, or none."""
    outline = read_outline(f"<html lang=en><body>{body}</body></html>")
    entry = Entry(source_kind="url", source_ref="u", seen_at=NOW)
    return _dates_of(outline, entry, url=None, article={}).published


def _dates_of(outline, entry, *, url, article):
    headline = find_headline(outline, "Bridge")
    return find_dates(
        outline,
        article,
        entry=entry,
        url=url,
        near=near_headline(outline, headline) if headline is not None else (),
        headline=headline,
        now=NOW,
        max_future_s=DAY,
    )


def meta(value, name="article:published_time"):
    return f'<meta property="{name}" content="{value}">'
