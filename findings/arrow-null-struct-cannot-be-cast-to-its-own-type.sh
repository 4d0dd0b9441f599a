#!/usr/bin/env bash
# pyarrow 25.0.1: a column of nulls of a struct type with a required field cannot be cast to the very
# type that it has, though the same column made from Python values can.
#
# A schema may declare a nullable struct whose fields, where there is one, are required. For rows
# that have none (files of an older version, say) pa.nulls(n, type) gives a valid column of the right
# type. But cast(type), and Table.cast with an equal schema, raise ArrowInvalid: "nulls in input
# cannot be viewed as non-nullable", although there is nothing to change. The child array that
# pa.nulls makes holds nulls of its own below the struct's nulls; that of pa.array([None]) does not.
# What helps: declare fields inside a nullable struct as nullable.
#
# Output seen:
#   types are equal: True
#   pa.array([None]): cast to its own type
#   pa.nulls(1): ArrowInvalid: Can't view array of type struct<a: string not null> as struct<a: ...
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: pyarrow==25.0.1
"$work/venv/bin/python" - <<'PYTHON'
import pyarrow as pa

kind = pa.struct([pa.field("a", pa.string(), nullable=False)])
made, empty = pa.array([None], kind), pa.nulls(1, kind)
print("types are equal:", made.type == empty.type == kind)
assert made.type == empty.type == kind and made.equals(empty)
assert made.cast(kind).null_count == 1
print("pa.array([None]): cast to its own type")
try:
    empty.cast(kind)
except pa.ArrowInvalid as error:
    print("pa.nulls(1): ArrowInvalid:", str(error)[:70], "...")
    assert "cannot be viewed as non-nullable" in str(error)
else:
    raise SystemExit("pa.nulls(1) was cast: the behaviour has changed")
PYTHON
