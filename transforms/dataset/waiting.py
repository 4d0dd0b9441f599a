"""Entries above ``fetch.max_entries`` that no pass has read yet, by the last polls."""

from collections.abc import Sequence

from newsbeam.transforms.core.records import Poll, WaitingEntry
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.polls import LastPolls
from newsbeam.transforms.dataset.state import State


def waiting_sentences(state: State) -> list[str]:
    """Return a sentence for each source with entries that no pass has read.

    Raises ``DatasetError``.
    """
    waiting = [poll for poll in LastPolls(state).values() if poll.waiting]
    ids = {url_id(entry.url) or "" for poll in waiting for entry in poll.waiting}
    states = IndexFiles(state.storage, state.files("index")).lookup_urls(ids)
    sentences = []
    for poll in sorted(waiting, key=lambda poll: poll.source_ref):
        unread = [entry for entry in poll.waiting if (url_id(entry.url) or "") not in states]
        if unread:
            sentences.append(_sentence(poll, unread))
    return sentences


def _sentence(poll: Poll, unread: Sequence[WaitingEntry]) -> str:
    entries = "1 entry" if len(unread) == 1 else f"{len(unread):,} entries"
    return (
        f"{poll.source_ref}: {entries} above fetch.max_entries not read yet, such as "
        f"{unread[0].url}. The next pass that polls it reads on."
    )
