"""A newsroom that publishes while it runs: new articles, reprints and edits at a steady rate."""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from newsbeam.pipelines.newsroom.content import Publisher, Story
from newsbeam.pipelines.newsroom.feeds import Listing, make_item
from newsbeam.pipelines.newsroom.load import load_words, make_article, make_load
from newsbeam.pipelines.newsroom.markup import Sheet
from newsbeam.pipelines.newsroom.server import Newsroom
from newsbeam.pipelines.newsroom.site import (
    Resource,
    make_feed,
    make_page,
    make_robots,
    strip_tracking,
)

#: What one in ten is: an exact reprint, a reprint with another beginning, an edit. The rest is new.
_EXACT, _NEAR, _EDIT = 7, 8, 9
#: How many articles earlier the one was published that is reprinted or edited.
_BEFORE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that was published."""

    at: datetime
    kind: str  # new, exact, near, edit
    story: Story  # as it stands from then on
    of: Story | None = None  # what was reprinted or edited


class LiveNewsroom(Newsroom):
    """Publishes ``per_second`` times a second, from the moment it is opened until ``stop``.

    Its publishers take turns; each feed lists the ``listed`` stories that changed last.
    """

    def __init__(self, *, hosts: int, per_second: float, listed: int = 60) -> None:
        super().__init__(make_load(hosts, 0))
        self.events: list[Event] = []
        self._publishers = {one.host: one for one in self.content.publishers}
        self._words = load_words()
        self._pause = timedelta(seconds=1 / per_second)
        self._listed = listed
        self._began = self._ended = datetime.max.replace(tzinfo=UTC)
        self._stories: dict[str, dict[str, Story]] = {host: {} for host in self._publishers}
        self._publishing = threading.Lock()

    def start(self) -> None:
        """Begin to publish."""
        self._began = datetime.now(UTC)

    def stop(self) -> None:
        """Publish nothing more."""
        with self._publishing:
            self._ended = min(self._ended, datetime.now(UTC))

    def find(self, host: str, target: str) -> Resource | None:
        """Return what stands at ``target`` of ``host`` now."""
        publisher = self._publishers.get(host)
        if publisher is None:
            return None
        if target == "/robots.txt":
            return make_robots(publisher)
        with self._publishing:
            self._publish()
            stories = self._stories[host]
            newest = [*stories.values()][-self._listed :][::-1]
            story = stories.get(strip_tracking(target))
        if target == publisher.feeds[0].path:
            items = [make_item(each, publisher.feeds[0]) for each in newest]
            return make_feed(Listing(publisher=publisher, feed=publisher.feeds[0], items=items))
        if story is None:
            return None
        return make_page(Sheet(story=story, phrases=self.content.phrases[publisher.language]))

    def _publish(self) -> None:
        """Bring out everything whose time has come."""
        until = min(datetime.now(UTC), self._ended)
        while (at := self._began + len(self.events) * self._pause) <= until:
            event = self._make(len(self.events), at)
            self.events.append(event)
            shelf = self._stories[event.story.publisher.host]
            shelf.pop(event.story.path, None)  # what changed last stands last
            shelf[event.story.path] = event.story

    def _make(self, number: int, at: datetime) -> Event:
        kind = number % 10
        earlier = self.events[number - _BEFORE - kind % 3] if number > _BEFORE + 2 else None
        publishers = self.content.publishers
        if earlier is None or earlier.kind != "new" or kind not in (_EXACT, _NEAR, _EDIT):
            return Event(at=at, kind="new", story=self._write(publishers, number, at))
        story = earlier.story
        if kind == _EDIT:
            added = f"{story.paragraphs[-1]} {story.title} ({at:%H:%M:%S})."
            edited = replace(story, paragraphs=(*story.paragraphs, added), modified_at=at)
            return Event(at=at, kind="edit", story=edited, of=story)
        same = [one for one in publishers if one.language == story.publisher.language]
        other = same[(same.index(story.publisher) + 1) % len(same)]
        reprint = self._write((other,), number, at)
        paragraphs = story.paragraphs
        if kind == _NEAR:
            paragraphs = (reprint.paragraphs[0], *paragraphs)
        reprint = replace(reprint, title=story.title, paragraphs=paragraphs)
        return Event(at=at, kind="near" if kind == _NEAR else "exact", story=reprint, of=story)

    def _write(self, publishers: tuple[Publisher, ...], number: int, at: datetime) -> Story:
        publisher = publishers[number * 7 % len(publishers)]
        return make_article(publisher, number, self._words[publisher.language], at)
