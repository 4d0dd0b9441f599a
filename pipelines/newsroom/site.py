"""All addresses of a newsroom: which bytes stand at which host and path in which edition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from newsbeam.pipelines.newsroom.content import Content, Publisher, Story, Trouble
from newsbeam.pipelines.newsroom.feeds import Item, Listing, make_item, render_feed
from newsbeam.pipelines.newsroom.layouts import render_amp, render_front, render_page
from newsbeam.pipelines.newsroom.markup import Sheet

#: Names of charsets on the web to the codecs that hold all their characters, as browsers do it.
_CODECS = {"iso-8859-1": "cp1252", "shift_jis": "cp932"}

#: Teasers of other stories on a page.
_RELATED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What stands at one address."""

    body: bytes
    content_type: str
    modified_at: datetime | None = None


class Site:
    """The addresses of one edition. ``revised_at`` is when the second one came out, if it did."""

    def __init__(self, content: Content, revised_at: datetime | None = None) -> None:
        self.content = content
        self.stories: tuple[Story, ...] = tuple(
            story.revise(revised_at) if revised_at else story
            for story in content.stories
            if revised_at or story.edition == 1
        )
        self._own: dict[str, list[Story]] = {one.key: [] for one in content.publishers}
        for story in self.stories:
            self._own[story.publisher.key].append(story)
        self.listings: tuple[Listing, ...] = tuple(self._list())
        self._resources: dict[tuple[str, str], Callable[[], Resource]] = {}
        self._fill()

    def find(self, host: str, target: str) -> Resource | None:
        """Return what stands at ``target`` (path and query) of ``host``; None: nothing does."""
        make = self._resources.get((host, target)) or self._resources.get(
            (host, strip_tracking(target))
        )
        return make() if make else None

    def addresses(self) -> list[str]:
        """Return every URL at which something stands."""
        return [f"http://{host}{target}" for host, target in self._resources]

    def _list(self) -> Iterable[Listing]:
        names = {
            f"http://{publisher.host}{feed.path}": publisher.name
            for publisher in self.content.publishers
            for feed in publisher.feeds
        }
        for publisher in self.content.publishers:
            stories = [story for story in self._own[publisher.key] if story.listed]
            stories.sort(key=_age, reverse=True)
            for feed in publisher.feeds:
                if feed.holds == "links":
                    items = [_link(trouble) for trouble in self.content.troubles if trouble.listed]
                elif feed.lists:
                    items = []
                else:
                    items = [
                        make_item(story, feed)
                        for story in stories
                        if not feed.sections or story.section in feed.sections
                    ]
                yield Listing(publisher=publisher, feed=feed, items=items, names=names)

    def _fill(self) -> None:
        for publisher in self.content.publishers:
            stories = self._own[publisher.key]
            self._resources[publisher.host, "/"] = partial(_front, publisher, stories)
            for host in filter(None, (publisher.host, publisher.mobile_host)):
                self._resources[host, "/robots.txt"] = partial(make_robots, publisher)
            for number, story in enumerate(stories):
                ring = (
                    stories[number + 1 : number + 1 + _RELATED] + stories[: min(number, _RELATED)]
                )
                self._place(story, ring[:_RELATED])
        for listing in self.listings:
            address = (listing.publisher.host, listing.feed.path)
            self._resources[address] = partial(make_feed, listing)

    def _place(self, story: Story, related: list[Story]) -> None:
        phrases = self.content.phrases[story.publisher.language]
        sheet = Sheet(story=story, phrases=phrases, related=related)
        page = partial(make_page, sheet)
        for host in filter(None, (story.publisher.host, story.publisher.mobile_host)):
            self._resources[host, story.path] = page
        if story.layout == "app":
            amp = urlsplit(story.amp_url).path
            self._resources[story.publisher.host, amp] = partial(_amp, sheet)


def strip_tracking(target: str) -> str:
    """Return ``target``, a URL or its path and query, without the parameters that feeds add."""
    base, mark, query = target.partition("?")
    if not mark:
        return target
    kept = [(name, value) for name, value in parse_qsl(query) if not name.startswith("utm_")]
    return f"{base}?{urlencode(kept)}" if kept else base


def list_urls(listing: Listing) -> list[str]:
    """Return the URLs of the items of ``listing``, made absolute."""
    return [urljoin(listing.url, item.link) for item in listing.items]


def _age(story: Story) -> datetime:
    return story.published_at or datetime.min.replace(tzinfo=UTC)


def _link(trouble: Trouble) -> Item:
    return Item(link=trouble.url, guid=trouble.url, title=trouble.title or trouble.url)


def make_robots(publisher: Publisher) -> Resource:
    """Return the robots.txt of a publisher."""
    return Resource(body=publisher.robots.encode(), content_type="text/plain; charset=utf-8")


def _front(publisher: Publisher, stories: list[Story]) -> Resource:
    charset = publisher.charset
    return Resource(
        body=render_front(publisher, stories).encode(charset),
        content_type=f"text/html; charset={charset}",
    )


def make_feed(listing: Listing) -> Resource:
    """Return a feed."""
    body, content_type = render_feed(listing)
    return Resource(body=body, content_type=content_type, modified_at=listing.changed_at)


def make_page(sheet: Sheet) -> Resource:
    """Return the page of a story."""
    story = sheet.story
    codec = _CODECS.get(story.charset, story.charset)
    return Resource(
        body=render_page(sheet).encode(codec, "xmlcharrefreplace"),
        content_type=f"text/html; charset={story.charset_header}",
        modified_at=story.modified_at or story.published_at,
    )


def _amp(sheet: Sheet) -> Resource:
    return Resource(body=render_amp(sheet).encode(), content_type="text/html; charset=utf-8")
