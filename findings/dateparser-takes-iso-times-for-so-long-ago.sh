#!/usr/bin/env bash
# dateparser 1.5.0 takes some times of ISO 8601 for "so long ago": 20260303T093000Z is a day of 1772,
# 2026-03-03T09Z is nine days ago, and 2026-W10-2, which is 3 March, is 2 October. Nothing is raised.
#
# It reads the ISO form with all its marks (2026-03-03T09:30:00Z) and refuses others (20260303, 20260303T093000). Where
# no parser of dates fits it tries "5 days ago" in two hundred languages, and in Lower Sorbian a z behind a number
# is that many days: 093000Z is 93,000 of them. The digits in front are passed over, and what comes out moves with
# the day on which the program runs. STRICT_PARSING and REQUIRE_PARTS let it pass. fromisoformat has read all of
# these since Python 3.11. htmldate 1.11.0, which has rules of its own, gives the right day of each.
#
# Output seen, as read on 30 November 2026 at 12:00:
#   2026-03-03T09:30:00Z: dateparser 2026-03-03 09:30, Python 2026-03-03 09:30
#   20260303T093000Z: dateparser 1772-04-15 12:00, Python 2026-03-03 09:30
#   20260303T0930Z: dateparser 2024-05-14 12:00, Python 2026-03-03 09:30
#   2026-03-03T0930Z: dateparser 2024-05-14 12:00, Python 2026-03-03 09:30
#   2026-03-03T09Z: dateparser 2026-11-21 12:00, Python 2026-03-03 09:00
#   2026-03-03T09:30:00,5Z: dateparser 2026-11-25 12:00, Python 2026-03-03 09:30
#   2026-W10-2: dateparser 2026-10-02 00:00, Python 2026-03-03 00:00
#   strict: dateparser 1772-04-15 12:00
#   languages=["en"]: dateparser None
# Remedy: datetime.fromisoformat first; and languages= of what is read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: dateparser==1.5.0 htmldate==1.11.0
TZ=UTC "$work/venv/bin/python" -W ignore - <<'PYTHON'
import datetime

import dateparser
from htmldate import find_date

NOW = {"RELATIVE_BASE": datetime.datetime(2026, 11, 30, 12)}
PAGE = '<html><head><meta property="article:published_time" content="{}"></head><body><p>Port</p></body></html>'
times = {
    "2026-03-03T09:30:00Z": "2026-03-03 09:30",
    "20260303T093000Z": "1772-04-15 12:00",
    "20260303T0930Z": "2024-05-14 12:00",
    "2026-03-03T0930Z": "2024-05-14 12:00",
    "2026-03-03T09Z": "2026-11-21 12:00",
    "2026-03-03T09:30:00,5Z": "2026-11-25 12:00",
    "2026-W10-2": "2026-10-02 00:00",
}
for text, expected in times.items():
    read = f"{dateparser.parse(text, settings=NOW):%Y-%m-%d %H:%M}"
    right = datetime.datetime.fromisoformat(text)
    print(f"{text}: dateparser {read}, Python {right:%Y-%m-%d %H:%M}")
    assert f"{right:%Y-%m-%d}" == find_date(PAGE.format(text), original_date=True) == "2026-03-03"
    assert read == expected, "the behaviour has changed"
compact = "20260303T093000Z"
strict = dateparser.parse(compact, settings=NOW | {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]})
print(f"strict: dateparser {strict:%Y-%m-%d %H:%M}")
english = dateparser.parse(compact, settings=NOW, languages=["en"])
print(f'languages=["en"]: dateparser {english}')
assert str(strict) == "1772-04-15 12:00:00" and english is None, "the behaviour has changed"
assert dateparser.parse("20260303", settings=NOW) is None is dateparser.parse("20260303T093000", settings=NOW)
PYTHON
