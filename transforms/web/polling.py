"""When a feed is to be asked next, and what of the last answer is sent along.

Pure functions: ``request_poll`` says how to ask now, ``judge_poll`` turns what came of it into the
next ``PollState``. All times are aware and in UTC; intervals are in seconds.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsbeam.transforms.core.settings import PollSettings
from newsbeam.transforms.web.responses import parse_http_date

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GONE = 410
_NOT_FOUND = 404
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What a feed says of how often it changes. Unknown or odd values count for nothing."""

    ttl_s: float | None = None  # RSS ttl
    update_period_s: float | None = None  # sy:updatePeriod divided by sy:updateFrequency
    skip_hours: tuple[int, ...] = ()  # 0 to 23, UTC
    skip_days: tuple[str, ...] = ()  # English names


NO_HINTS = FeedHints()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What is known of one feed between polls. Plain values only."""

    url: str  # where it is asked for; changes after a lasting move
    interval_s: float | None = None  # own interval; None before the first poll
    next_at: datetime | None = None  # None: now
    gone: bool = False  # 410: never again
    etag: str | None = None
    last_modified: str | None = None
    validators_lie: bool = False  # they stayed the same while the body changed
    body_hash: str | None = None
    full_at: datetime | None = None  # last unconditional answer with a body
    moved_to: str | None = None  # where permanent redirects lead
    moves_seen: int = 0  # times in a row that they led there
    failures: int = 0  # in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRequest:
    """How to ask for a feed now."""

    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswer:
    """What came of a poll, as far as the next one depends on it."""

    at: datetime
    status: int | None  # None: no answer at all
    final_url: str | None = None
    permanent: bool = False  # there were redirects, and all of them were 301 or 308
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # None where there was no body
    cache_control: str | None = None
    expires: str | None = None
    retry_after_s: float | None = None
    entries: int = 0
    seen_before: int = 0  # of the entries
    hints: FeedHints = NO_HINTS


def is_due(state: PollState, now: datetime) -> bool:
    """Return whether the feed is to be asked at ``now``."""
    return not state.gone and (state.next_at is None or now >= state.next_at)


def request_poll(state: PollState, now: datetime, settings: PollSettings) -> PollRequest:
    """Return how to ask for the feed at ``now``.

    Once a day the request is unconditional, since some servers answer 304 whatever has changed.
    """
    conditional = (
        not state.validators_lie
        and state.full_at is not None
        and now - state.full_at < timedelta(seconds=settings.unconditional_s)
    )
    return PollRequest(
        url=state.url,
        etag=state.etag if conditional else None,
        last_modified=state.last_modified if conditional else None,
    )


def has_changed(state: PollState, answer: PollAnswer) -> bool:
    """Return whether an answer has a body other than the last one."""
    return answer.body_hash is not None and answer.body_hash != state.body_hash


def judge_poll(state: PollState, answer: PollAnswer, settings: PollSettings) -> PollState:
    """Return what is known of the feed after ``answer`` to what ``request_poll`` said."""
    if answer.status == _GONE:
        return replace(state, gone=True, next_at=None, failures=state.failures + 1)
    if answer.status is None or answer.status >= 400:
        return _after_failure(state, answer, settings)
    interval = _next_interval(state, answer, settings)
    wait = max(_jittered(interval, state.url, settings), *_asked_waits(answer))
    wait = min(max(wait, settings.min_interval_s), settings.max_interval_s)
    return replace(
        _learn_body(_follow_move(state, answer, settings), answer),
        interval_s=interval,
        next_at=_skip(answer.at + timedelta(seconds=wait), answer.hints),
        failures=0,
    )


def _learn_body(state: PollState, answer: PollAnswer) -> PollState:
    """Keep what the next conditional request needs, unless its validators are found to lie."""
    if answer.body_hash is None:
        return state
    same = (state.etag, state.last_modified) == (answer.etag, answer.last_modified)
    known = state.etag is not None or state.last_modified is not None
    return replace(
        state,
        etag=answer.etag,
        last_modified=answer.last_modified,
        validators_lie=state.validators_lie or (known and same and has_changed(state, answer)),
        body_hash=answer.body_hash,
        full_at=answer.at,
    )


def _next_interval(state: PollState, answer: PollAnswer, settings: PollSettings) -> float:
    """Return the feed's own interval: shorter when most entries are new, longer when few are."""
    interval = state.interval_s
    if interval is None:
        return settings.start_interval_s
    share_seen = 1.0
    if answer.status != _NOT_MODIFIED and answer.entries:
        share_seen = answer.seen_before / answer.entries
    if share_seen < settings.shorter_below:
        interval /= settings.interval_step
    elif share_seen > settings.longer_above:
        interval *= settings.interval_step
    return min(max(interval, settings.min_interval_s), settings.max_interval_s)


def _after_failure(state: PollState, answer: PollAnswer, settings: PollSettings) -> PollState:
    """404 doubles the wait up to a month, anything else up to a day."""
    longest = settings.max_missing_s if answer.status == _NOT_FOUND else settings.max_interval_s
    base = state.interval_s or settings.start_interval_s
    # Beyond 2^40 every wait is at its cap, and a float must not overflow.
    wait = min(base * 2.0 ** min(state.failures, 40), longest)
    wait = max(wait, min(answer.retry_after_s or 0.0, settings.max_interval_s))
    wait = min(_jittered(wait, state.url, settings), longest)
    return replace(
        state,
        failures=state.failures + 1,
        next_at=answer.at + timedelta(seconds=wait),
        moved_to=None,
        moves_seen=0,
    )


def _follow_move(state: PollState, answer: PollAnswer, settings: PollSettings) -> PollState:
    """Take note of a permanent redirect, and believe it once it has been seen often enough."""
    if not answer.permanent or answer.final_url is None:
        return replace(state, moved_to=None, moves_seen=0)
    seen = state.moves_seen + 1 if answer.final_url == state.moved_to else 1
    if seen >= settings.moves_before_following:
        return replace(state, url=answer.final_url, moved_to=None, moves_seen=0)
    return replace(state, moved_to=answer.final_url, moves_seen=seen)


def _asked_waits(answer: PollAnswer) -> list[float]:
    """Return the seconds that the feed and its server ask to be left alone for."""
    hints = answer.hints
    waits = [answer.retry_after_s or 0.0, hints.ttl_s or 0.0, hints.update_period_s or 0.0]
    max_age = _max_age(answer.cache_control)
    if max_age is not None:
        waits.append(max_age)  # which overrides Expires (RFC 9111)
    elif answer.expires is not None:
        waits.append(_seconds_until(answer.expires, answer.at))
    return waits


def _max_age(cache_control: str | None) -> float | None:
    for directive in (cache_control or "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        value = value.strip().strip('"')
        if name.strip() == "max-age" and value.isascii() and value.isdecimal():
            return float(value[:12])
    return None


def _seconds_until(date: str, now: datetime) -> float:
    moment = parse_http_date(date)
    if moment is None:
        return 0.0  # "0" and "-1" are common, and mean that it is stale already
    return max(0.0, (moment - now).total_seconds())


def _skip(moment: datetime, hints: FeedHints) -> datetime:
    """Return the first moment from ``moment`` on that is in no skipped hour or day (UTC)."""
    days = {day.strip().lower() for day in hints.skip_days}
    hours = {hour % 24 for hour in hints.skip_hours}  # some feeds count from 1 to 24
    candidate = moment
    for _ in range(8 * 24):
        if candidate.hour not in hours and _DAYS[candidate.weekday()] not in days:
            return candidate
        candidate = candidate.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment  # a feed that skips every hour of the week means nothing by it


def _jittered(interval_s: float, url: str, settings: PollSettings) -> float:
    """Return the interval, changed by up to ``jitter``: the same for the same feed each time."""
    seed = hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    part = int.from_bytes(seed, "big") / 0xFFFF_FFFF * 2 - 1
    return interval_s * (1 + settings.jitter * part)
