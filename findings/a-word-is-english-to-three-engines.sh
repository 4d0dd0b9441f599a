#!/usr/bin/env bash
# DuckDB 2.0.1, pyarrow 25.0.1, chdb 4.4.0 and pandas' ArrowDtype: \w and \b of a regular expression know the letters
# A to Z alone. A Russian sentence has no word, a German one too many, and \bÖl\b is found nowhere. Polars, DataFusion,
# Daft, Python, and pandas' own str have them right.
#
# The three have RE2, in which \w, \b and \d are those of ASCII whatever the text; the others have rules of Unicode, as
# Python and Rust do. A number of words, a search for a whole word, a split at \W+ or a clean-up of what is no \w is a number of
# the right type each time. In English, where it is tried, all agree. pandas 3.1.1 hands such a pattern of its str to
# Python, and that of ArrowDtype, which read_parquet(dtype_backend="pyarrow") gives, to RE2.
#
# Output seen, the words (\w+) of four sentences, and in how many \bÖl\b stands:
#   Python: 5, 6, 4, 3; 1
#   Polars: 5, 6, 4, 3; 1
#   DataFusion: 5, 6, 4, 3; 1
#   Daft: 5, 6, 4, 3; 1
#   pandas, str: 5, 6, 4, 3; 1
#   pandas, ArrowDtype: 7, 5, 0, 3; 0
#   DuckDB: 7, 5, 0, 3; 0
#   pyarrow: 7, 5, 0, 3; 0
#   chdb: 7, 5, 0, 3; 0
#   DuckDB, [\pL\pN_]+: 5, 6, 4, 3
# Remedy: [\pL\pM\pN_] for \w, and (^|[^\pL\pM\pN_]) and its like for \b.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: duckdb==2.0.1 polars==2.1.0 \
    datafusion==55.0.0 daft==0.7.26 chdb==4.4.0 chdb-core==26.9.0 pandas==3.1.1 pyarrow==25.0.1
"$work/venv/bin/python" - <<'PYTHON'
import os
import re

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import chdb
import daft
import datafusion
import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.compute as pc

SENTENCES = [
    "Die Übergröße fällt über Öl",
    "Où était l’été à Évreux",
    "Лодка вышла в море",
    "Port reopens today",
]
WORD, OIL = r"\w+", r"\bÖl\b"
rows = pa.table({"t": SENTENCES})
context = datafusion.SessionContext()
context.from_arrow(rows, name="rows")
by_datafusion = context.sql(rf"SELECT regexp_count(t, '{WORD}') n, regexp_like(t, '{OIL}') m FROM rows").to_pydict()
count, match = daft.functions.regexp_count, daft.functions.regexp
column = daft.col("t")
by_daft = daft.from_arrow(rows).select(count(column, WORD).alias("n"), match(column, OIL).alias("m")).to_pydict()
by_duckdb = duckdb.sql(rf"SELECT len(regexp_extract_all(t, '{WORD}')), regexp_matches(t, '{OIL}') FROM rows").fetchall()
# In a text of ClickHouse's SQL a backslash is written twice.
word, oil = WORD.replace("\\", "\\\\"), OIL.replace("\\", "\\\\")
by_chdb = chdb.query(f"SELECT length(extractAll(t, '{word}')) n, match(t, '{oil}') m FROM Python(rows)", "ArrowTable")
texts = polars.Series(SENTENCES)
own, arrow = pandas.Series(SENTENCES), pandas.Series(SENTENCES, dtype=pandas.ArrowDtype(pa.string()))
assert own.dtype == "str"
seen = {
    "Python": ([len(re.findall(WORD, t)) for t in SENTENCES], [bool(re.search(OIL, t)) for t in SENTENCES]),
    "Polars": (texts.str.count_matches(WORD).to_list(), texts.str.contains(OIL).to_list()),
    "DataFusion": (by_datafusion["n"], by_datafusion["m"]),
    "Daft": (by_daft["n"], by_daft["m"]),
    "pandas, str": (own.str.count(WORD).tolist(), own.str.contains(OIL).tolist()),
    "pandas, ArrowDtype": (arrow.str.count(WORD).tolist(), arrow.str.contains(OIL).tolist()),
    "DuckDB": ([n for n, _ in by_duckdb], [m for _, m in by_duckdb]),
    "pyarrow": (
        pc.count_substring_regex(rows["t"], WORD).to_pylist(),
        pc.match_substring_regex(rows["t"], OIL).to_pylist(),
    ),
    "chdb": (by_chdb["n"].to_pylist(), by_chdb["m"].to_pylist()),
}
for name, (words, found) in seen.items():
    print(f"{name}: {', '.join(str(int(n)) for n in words)}; {sum(found)}")
    by_letters = name in ("Python", "Polars", "DataFusion", "Daft", "pandas, str")
    right = ([5, 6, 4, 3], 1) if by_letters else ([7, 5, 0, 3], 0)
    assert (list(words), sum(found)) == right, "the behaviour has changed"
named = [n for (n,) in duckdb.sql(r"SELECT len(regexp_extract_all(t, '[\pL\pN_]+')) FROM rows").fetchall()]
print(r"DuckDB, [\pL\pN_]+:", ", ".join(map(str, named)))
assert named == [5, 6, 4, 3]
PYTHON
