"""How people are told numbers, times and kinds."""

from datetime import UTC, date, datetime

#: What the stages and ways out of the ledger are called.
KINDS = {
    "polled": "sources asked",
    "changed": "… had something new",
    "not_modified": "… had nothing new",
    "poll_failed": "… failed",
    "entries": "entries found",
    "seen_before": "known from before",
    "invalid": "could not be used",
    "over_cap": "left for a later pass",
    "admitted": "to be read",
    "failed": "could not be fetched or read",
    "fetched": "read",
    "written": "written",
    "exact_duplicate": "exact duplicates",
    "near_duplicate": "near duplicates",
    "unchanged": "read again, unchanged",
    "rejected": "rejected",
    "passed_over": "records of archives passed over",
    "forgotten": "forgotten on request",
}
_UNITS = ((365.25 * 86400, "y"), (86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def say_kind(kind: str, reason: str = "") -> str:
    """Return what a class of the ledger is called."""
    name = KINDS.get(kind, kind.replace("_", " "))
    return f"{name}: {reason}" if reason else name


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, such as "1 article" or "1,204 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return a time in its largest unit, such as "4 min" or "1.5 h"."""
    for index, (size, unit) in enumerate(_UNITS):
        if seconds >= size or index == len(_UNITS) - 1:
            amount = round(seconds / size, 1)
            return f"{amount:.1f} {unit}" if amount < 10 and amount % 1 else f"{amount:,.0f} {unit}"
    return ""


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago, or in how long, something is."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    told = duration(abs(seconds) if abs(seconds) >= 60 else round(abs(seconds)))
    if told == "0 s":
        return "just now"
    return f"{told} ago" if seconds > 0 else f"in {told}"


def moment(at: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def share(part: float, whole: float) -> str:
    """Return a share in percent; what is little and more than nothing does not become nothing."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %" if 0 < percent < 100 else f"{percent:.0f} %"


def size(number: int) -> str:
    """Return a number of bytes."""
    amount = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000:
            return (
                f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
            )
        amount /= 1000
    return f"{amount:,.1f} TB"


def period(start: date, unit: str) -> str:
    """Return how a stretch of time is called."""
    if unit == "year":
        return f"{start:%Y}"
    if unit == "month":
        return f"{start:%Y-%m}"
    return f"week of {start:%Y-%m-%d}" if unit == "week" else f"{start:%Y-%m-%d}"
