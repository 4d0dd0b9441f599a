#!/usr/bin/env bash
# Daft 0.7.26, read_parquet with hive_partitioning=True: the type of a partition's column is that of the
# partition which its listing happens to meet first, and every value that does not fit is null. The same
# call on the same files gives different tables.
#
# Beside year=2023 to year=2026 a partition year=undated is null in some of the reads, and text in the
# others, when all years are text. A partition language=nan (Min Nan Chinese, ISO 639-3) makes language a
# number, and each other language null. Filters and group-bys on the column lose those rows, and nothing
# is raised. DuckDB, Polars and pyarrow look at all values and read text.
#
# Output seen, of 200 reads each (how many are of which kind is chance):
#   year: 119 reads String with all values; 81 reads Int64 with undated null
#   language: 184 reads String with all values; 16 reads Float64 with de, en, zh null
#   DuckDB: each value as it is written
# Remedy: keep the column in the files too, and leave hive_partitioning off; or name its type
# (schema={"language": DataType.string()} …).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    daft==0.7.26 duckdb==2.0.1 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import collections
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def look(key, values):
    folder = f"{sys.argv[1]}/{key}"
    for number, value in enumerate(values):
        os.makedirs(f"{folder}/{key}={value}")
        pq.write_table(pa.table({"id": [number]}), f"{folder}/{key}={value}/a.parquet")
    seen = collections.Counter()
    for _ in range(200):
        table = daft.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
        rows = table.to_pydict()
        lost = sorted(values[number] for number, value in zip(rows["id"], rows[key]) if value is None)
        seen[str(table.schema()[key].dtype), ", ".join(lost)] += 1
    for (kind, lost), count in seen.most_common():
        print(f"{key}: {count} reads {kind} with {lost + ' null' if lost else 'all values'}")
    query = f"SELECT {key} FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true) ORDER BY id"
    assert [value for (value,) in duckdb.execute(query).fetchall()] == values
    return dict(seen)


year = look("year", ["2023", "2024", "2025", "2026", "undated"])
language = look("language", ["de", "en", "nan", "zh"])
print("DuckDB: each value as it is written")
# Which of the two comes how often is chance; that values are lost at all is the finding.
assert ("Int64", "undated") in year and set(year) <= {("Int64", "undated"), ("String", "")}
lost = ("Float64", "de, en, zh")
assert lost in language and set(language) <= {lost, ("String", "")}, "the behaviour has changed"
PYTHON
