#!/usr/bin/env bash
# pyiceberg 0.12.0: variables PYICEBERG_CATALOG__NAME__… count as they were when pyiceberg.catalog was
# imported. What is set later, before load_catalog, is not seen, though a Config that is made then has it.
#
# load_catalog(name) takes what the environment says of the catalog, so a program that reads its secrets
# (from a vault, from a .env file) and then loads the catalog seems right. It is right only if nothing
# has imported pyiceberg.catalog before, deep in some library; else the catalog is asked without
# credentials, or is said not to be configured. What helps: pass the values to load_catalog.
#
# Output seen:
#   set before the import: sqlite:///:memory:
#   set after it: ValueError
#   Config() says then: sqlite:///:memory:
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    'pyiceberg[pyarrow,sql-sqlite]==0.12.0' pyarrow==25.0.1
cd "$work"  # where no .pyiceberg.yaml is
cat > look.py <<'PYTHON'
import os
import sys

NAME, VALUE = "PYICEBERG_CATALOG__NEWS__URI", "sqlite:///:memory:"
if sys.argv[1] == "before":
    os.environ[NAME] = VALUE
from pyiceberg.catalog import load_catalog
from pyiceberg.utils.config import Config

os.environ[NAME] = VALUE
try:
    print(load_catalog("news").properties["uri"])
except ValueError as error:
    print(type(error).__name__)
print(Config().get_catalog_config("news")["uri"])
PYTHON
read -r before < <("$work/venv/bin/python" look.py before)
mapfile -t after < <("$work/venv/bin/python" look.py after)
echo "set before the import: $before"
echo "set after it: ${after[0]}"
echo "Config() says then: ${after[1]}"
[ "$before" = "sqlite:///:memory:" ] && [ "${after[0]}" = ValueError ] && [ "${after[1]}" = "sqlite:///:memory:" ]
