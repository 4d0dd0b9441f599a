"""How the feeds of a dataset are doing, from the rows of ``feeds/`` and of the articles."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.dataset.log import read_data
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.sources.lists import write_opml

_WEB_KINDS = ("feed", "sitemap", "opml", "auto")
#: What a feed can be, first what needs a person most.
_STATES = ("failing", "gone", "moving", "moved", "fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed or sitemap, over all polls."""

    source: str
    title: str | None
    state: str  # one of _STATES
    detail: str | None  # of the last failure, or where it moved
    polls: int
    failed_polls: int
    last_polled_at: datetime
    last_new_at: datetime | None
    next_at: datetime | None
    interval_minutes: float | None
    polls_that_may_have_missed: int
    guid_churn: float | None  # share of known links whose GUID had changed, at the last poll
    articles: int
    duplicate_share: float | None  # of what it brought
    waiting: int  # entries above fetch.max_entries that no pass has read yet


def measure_feeds(root: str) -> list[FeedHealth]:
    """Return the health of every feed and sitemap that was polled into the dataset.

    Those that need a person come first: by state, then those that brought nothing for longest.
    """
    dataset = load_state(open_storage(root))
    polls: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for file in dataset.files("feeds"):
        rows = read_data(
            dataset.storage, file, ["source_ref", "outcome", "may_have_missed"]
        ).to_pydict()
        for ref, outcome, gap in zip(*rows.values(), strict=True):
            polls[ref] += 1
            failed[ref] += outcome == "failed"
            missed[ref] += gap
    brought = {
        table: Counter(
            ref
            for file in dataset.files(table)
            for ref in read_data(dataset.storage, file, ["source_ref"])["source_ref"].to_pylist()
        )
        for table in ("articles", "duplicates")
    }
    found = []
    for ref, poll in sorted(last_polls(root).items()):
        if poll.source_kind not in _WEB_KINDS or "://" not in ref:
            continue
        articles, duplicates = brought["articles"][ref], brought["duplicates"][ref]
        state, detail = _state(poll)
        found.append(
            FeedHealth(
                source=ref,
                title=poll.title,
                state=state,
                detail=detail,
                polls=polls[ref],
                failed_polls=failed[ref],
                last_polled_at=poll.polled_at,
                last_new_at=poll.last_new_at,
                next_at=poll.next_at,
                interval_minutes=None if poll.interval_s is None else poll.interval_s / 60,
                polls_that_may_have_missed=missed[ref],
                guid_churn=poll.guid_churn,
                articles=articles,
                duplicate_share=duplicates / (articles + duplicates)
                if articles + duplicates
                else None,
                waiting=len(poll.waiting),
            )
        )
    return sorted(found, key=_need)


def _need(feed: FeedHealth) -> tuple[int, datetime]:
    """Return what sorts a feed before others that need a person less."""
    return _STATES.index(feed.state), feed.last_new_at or datetime.min.replace(tzinfo=UTC)


def _state(poll: Poll) -> tuple[str, str | None]:
    if poll.gone:
        return "gone", "410: it is not asked again."
    if poll.outcome == "failed":
        return "failing", poll.detail
    if poll.url is not None and poll.url != poll.source_ref:
        return "moved", poll.url
    if poll.moved_to is not None:
        return "moving", f"{poll.moved_to}, seen {poll.moves_seen} times"
    return "fine", None


def export_opml(feeds: list[FeedHealth]) -> bytes:
    """Return those feeds that are not gone as OPML."""
    return write_opml(
        Source(ref=feed.source, kind="feed", publisher=feed.title)
        for feed in sorted(feeds, key=lambda feed: feed.source)
        if feed.state != "gone"
    )


def table_row(feed: FeedHealth, now: datetime) -> tuple[Any, ...]:
    """Return what the terminal's table shows of a feed at ``now``."""
    return (
        feed.title or feed.source,
        feed.state,
        _from_now(feed.last_new_at, now),
        _from_now(feed.next_at, now),
        _share(feed.duplicate_share),
        _share(feed.guid_churn),
        feed.polls_that_may_have_missed,
        f"{feed.failed_polls}/{feed.polls}",
        feed.articles,
    )


TABLE_COLUMNS = (
    *("Feed", "State", "Last new", "Next poll"),
    *("Duplicates", "GUID churn", "Gaps", "Failed", "Articles"),
)


def _from_now(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    size, unit = next(
        (pair for pair in ((86400, "d"), (3600, "h"), (60, "min")) if abs(seconds) >= pair[0]),
        (1, "s"),
    )
    amount = f"{abs(seconds) / size:.0f} {unit}"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
