#!/usr/bin/env bash
# ibis 12.0.0: the same expression gives other answers on its Polars backend than on DuckDB: a null counts as a value
# of its own, a group in a replacement is written as "\1", and lengths and places of letters are those of bytes.
#
# ibis is for expressions that run on any engine. On Polars 2.1.0 it calls what is called alike there: n_unique,
# which counts null; a replacement in which "\1" is two characters, where Polars wants "${1}"; len_bytes and find.
# Each gives a result of the right type. A report on Polars counts one publisher more as soon as one row has
# none, and a rule that bars texts below so many letters lets shorter ones pass in any language but English.
#
# Output seen, of "Über!", "Лима" and "Port", of two publishers and none:
#   publisher.nunique(): DuckDB [2], Polars [3]
#   title.length(): DuckDB [5, 4, 4], Polars [6, 8, 4]
#   title.find('e'): DuckDB [2, -1, -1], Polars [3, -1, -1]
#   title.re_replace('(r)', '<\1>'): DuckDB ['Übe<r>!', 'Лима', 'Po<r>t'], Polars ['Übe<\\1>!', 'Лима', 'Po<\\1>t']
# Remedy: drop nulls before counting; and try each expression on both before it is trusted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    'ibis-framework[duckdb,polars]==12.0.0' duckdb==2.0.1 polars==2.1.0 pyarrow==25.0.1
"$work/venv/bin/python" -X utf8 - "$work" <<'PYTHON'
import sys

import ibis
import polars

path = f"{sys.argv[1]}/rows.parquet"
polars.DataFrame({
    "id": [1, 2, 3],
    "publisher": ["Example News", "Example Times", None],
    "title": ["Über!", "Лима", "Port"],
}).write_parquet(path)
expressions = {
    "publisher.nunique()": lambda rows: rows.aggregate(seen=rows.publisher.nunique()),
    "title.length()": lambda rows: rows.order_by("id").select(seen=rows.title.length()),
    "title.find('e')": lambda rows: rows.order_by("id").select(seen=rows.title.find("e")),
    "title.re_replace('(r)', '<\\1>')": lambda rows: rows.order_by("id").select(
        seen=rows.title.re_replace("(r)", r"<\1>")
    ),
}
by_duckdb, by_polars = (
    [make(engine.connect().read_parquet(path)).to_pyarrow()["seen"].to_pylist() for make in expressions.values()]
    for engine in (ibis.duckdb, ibis.polars)
)
for name, first, second in zip(expressions, by_duckdb, by_polars):
    print(f"{name}: DuckDB {first}, Polars {second}")
assert by_duckdb == [[2], [5, 4, 4], [2, -1, -1], ["Übe<r>!", "Лима", "Po<r>t"]], "the behaviour has changed"
assert by_polars == [[3], [6, 8, 4], [3, -1, -1], ["Übe<\\1>!", "Лима", "Po<\\1>t"]], "the behaviour has changed"
PYTHON
