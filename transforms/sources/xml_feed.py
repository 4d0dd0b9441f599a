"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF."""

import contextlib

from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.sources.feed_draft import FeedDraft
from newsbeam.transforms.sources.feed_texts import UnusualTextError
from newsbeam.transforms.sources.feed_tree import read_tree
from newsbeam.transforms.sources.feed_xml import local_name, parse_feed_xml


def read_xml_feed(body: bytes, content_type: str | None, known: Entry) -> FeedDraft:
    """Return what the XML feed in ``body`` says; ``known`` is what all its entries share.

    Raises ``InputError``: ``not_a_feed``, ``unsafe_xml`` or ``too_large``.
    """
    root = parse_feed_xml(body, content_type)
    if local_name(root) != "channel":  # which is CDF
        with contextlib.suppress(UnusualTextError):
            return read_tree(root, known)
    # Few feeds need it, and it takes long to import.
    from newsbeam.transforms.sources.feed_by_feedparser import read_by_feedparser

    return read_by_feedparser(root, known)
