#!/usr/bin/env bash
# chdb 4.4.0: of a column of American dates in CSV or JSON lines those up to the 12th of a month are read with day and
# month exchanged, and the others as they are meant: 11/30/2026 is followed by 12 January 2026.
#
# Nobody has to ask for it: a column of texts all of which can be read as dates becomes DateTime while the file
# is read. Each value is taken by itself, the day first, and if that leaves a month above 12, the other way
# round. A column in which 11/30 stands can have no day in front; DuckDB 2.0.1 asks which order fits all of
# it, and Polars, pandas, pyarrow and DataFusion leave the texts alone. Nothing is raised, and every day still
# occurs once in the year, so that counts by month look right.
#
# Output seen, of a year of days, one a row:
#   chdb, CSV: 365 days, 132 wrong, 11/30/2026 is 2026-11-30, 12/01/2026 is 2026-01-12
#   chdb, JSON lines: 365 days, 132 wrong, 11/30/2026 is 2026-11-30, 12/01/2026 is 2026-01-12
#   DuckDB, CSV: 365 days, 0 wrong, 11/30/2026 is 2026-11-30, 12/01/2026 is 2026-12-01
# Remedy: name the type of the column (structure), 'published String', and parse it by parseDateTimeBestEffortUS.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    chdb==4.4.0 chdb-core==26.9.0 duckdb==2.0.1 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import datetime
import json
import sys

import chdb
import duckdb

lines, table = f"{sys.argv[1]}/days.jsonl", f"{sys.argv[1]}/days.csv"
days = [datetime.date(2026, 1, 1) + datetime.timedelta(days=number) for number in range(365)]
with open(lines, "w") as as_json, open(table, "w") as as_csv:
    as_csv.write("id,published\n")
    for number, day in enumerate(days):
        as_json.write(json.dumps({"id": number, "published": f"{day:%m/%d/%Y}"}) + "\n")
        as_csv.write(f"{number},{day:%m/%d/%Y}\n")


def by_chdb(path, how):
    query = f"SELECT toDate(published) FROM file('{path}', {how}) ORDER BY id"
    return [datetime.date.fromisoformat(line) for line in str(chdb.query(query, "TSV")).split()]


def told(name, read):
    wrong = [(day, other) for day, other in zip(days, read, strict=True) if day != other]
    found = dict(zip(days, read))
    shown = ", ".join(f"{day:%m/%d/%Y} is {found[day]}" for day in (days[333], days[334]))
    print(f"{name}: {len(read)} days, {len(wrong)} wrong, {shown}")
    # Each wrong one has its day and month exchanged.
    assert all((day.month, day.day) == (other.day, other.month) for day, other in wrong), "the behaviour has changed"
    return len(wrong)


query = f"SELECT published FROM '{table}' ORDER BY id"
seen = [
    told("chdb, CSV", by_chdb(table, "CSVWithNames")),
    told("chdb, JSON lines", by_chdb(lines, "JSONEachRow")),
    told("DuckDB, CSV", [day for (day,) in duckdb.execute(query).fetchall()]),
]
assert seen == [132, 132, 0], "the behaviour has changed"
PYTHON
