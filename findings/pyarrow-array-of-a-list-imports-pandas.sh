#!/usr/bin/env bash
# pyarrow 25.0.1: pa.array(["a"], pa.string()) imports the whole of pandas, if it is installed. So do
# pa.table, Schema.empty_table and everything else that makes an array of Python objects.
#
# pyarrow has no need of pandas and does not import it itself. But the first array that is made of
# Python objects, of whatever type and though the type is given, asks whether the object is a Series,
# and to ask that imports pandas. A command that never touches a frame pays for it with the larger
# part of its start: half a second and more of CPU, and 600 modules, only because somebody else has
# installed pandas in the same environment. What does not ask: pa.nulls, Table.from_batches([], schema),
# Array.from_buffers, files that are read, and compute functions over arrays.
#
# Output seen:
#   import pyarrow: pandas no
#   Table.from_batches([], schema): pandas no
#   pa.array(["a"], pa.string()): pandas yes
#   empty_table(): pandas yes
#   CPU of pa.array where pandas is installed: many times that where it is not
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in with without; do
    python3.11 -m venv "$work/$name"
    packages=(pyarrow==25.0.1)
    [ "$name" = with ] && packages+=(pandas==3.1.1)
    "$work/$name/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "${packages[@]}"
    "$work/$name/bin/python" -c 'import pyarrow; pyarrow.array([1])'  # bytecode is compiled
done
cat > "$work/look.py" <<'PYTHON'
import sys
import time

import pyarrow as pa

schema = pa.schema([("name", pa.string())])
asked = {
    "import pyarrow": lambda: None,
    "Table.from_batches([], schema)": lambda: pa.Table.from_batches([], schema),
    'pa.array(["a"], pa.string())': lambda: pa.array(["a"], pa.string()),
    "empty_table()": schema.empty_table,
}
begun = time.process_time()
asked[sys.argv[1]]()
print("yes" if "pandas" in sys.modules else "no", time.process_time() - begun)
PYTHON
"$work/with/bin/python" - "$work" <<'PYTHON'
import subprocess
import sys

work = sys.argv[1]


def look(environment, what):
    command = [f"{work}/{environment}/bin/python", f"{work}/look.py", what]
    answer, seconds = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return answer, float(seconds)


seen = {}
for what in (
    "import pyarrow",
    "Table.from_batches([], schema)",
    'pa.array(["a"], pa.string())',
    "empty_table()",
):
    seen[what] = look("with", what)[0]
    print(f"{what}: pandas {seen[what]}")
assert list(seen.values()) == ["no", "no", "yes", "yes"], "the behaviour has changed"
made = 'pa.array(["a"], pa.string())'
many, few = look("with", made)[1], look("without", made)[1]
assert many > 10 * few, (many, few)
print("CPU of pa.array where pandas is installed: many times that where it is not")
PYTHON
