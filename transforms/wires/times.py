"""Times as the trade writes them, kept with the zone that was written."""

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.stamps import make_claim, read_stamp

#: What the standards ask for, and nearly all write.
_USUAL = re.compile(
    r"\d{4}(-?)\d\d\1\d\dT\d\d(:?)\d\d\2\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):?[0-5]\d)"
)
#: A day with a zone and no time: "20080219+0100", "2008-02-19Z".
_ZONED_DAY = re.compile(r"(\d{4}-?\d\d-?\d\d)(?:[+-]\d\d:?\d\d|Z)")
#: What NITF writes without seconds: "20260303T0930+0100".
_SHORT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)((?:Z|[+-]\d\d:?\d\d)?)")


def read_time(text: str | None) -> DateClaim | None:
    """Return the time that ``text`` states, None if it states none that is possible."""
    if not text:
        return None
    text = text.strip()
    if _USUAL.fullmatch(text):
        with suppress(ValueError):  # 24:00, a leap second
            return make_claim(datetime.fromisoformat(text).replace(microsecond=0), "wire", "second")
    if day := _ZONED_DAY.fullmatch(text):
        text = day[1]
    elif short := _SHORT.fullmatch(text):
        text = "{}-{}-{}T{}:{}{}".format(*short.groups())
    return read_stamp(text, source="wire")


def write_time(claim: DateClaim | None) -> str | None:
    """Return ISO 8601 with the zone that was written, without one where none was."""
    if claim is None:
        return None
    if claim.precision == "day":
        return claim.at.date().isoformat()
    unit = "minutes" if claim.precision == "minute" else "auto"
    if "timezone_assumed" in claim.flags:
        return claim.at.replace(tzinfo=None).isoformat(timespec=unit)
    if not claim.utc_offset:
        return claim.at.isoformat(timespec=unit)
    zone = timezone(timedelta(minutes=claim.utc_offset))
    return claim.at.astimezone(zone).isoformat(timespec=unit)


def later(one: DateClaim | None, other: DateClaim | None) -> DateClaim | None:
    """Return the later of two times, or the one that there is."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda claim: claim.at)
