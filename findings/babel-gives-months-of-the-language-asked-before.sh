#!/usr/bin/env bash
# babel 2.18.0 gives the months of one language for those of another that was asked for later in the
# same process: after Locale("he").months, those of Albanian and Thai are Hebrew.
#
# CLDR says in its root that some names are those of another context or width. babel keeps such a
# reference as an Alias, replaces it with what it resolves to when it is first asked
# (localedata.LocaleDataDict.__getitem__), and writes that into a dictionary that all locales share
# which have no names of their own there. What is given so depends on the order of calls.
#
# Seen with Python 3.11:
#   alone:        janar
#   after Hebrew: ינואר
# Remedy: ask for what the locale has itself (babel.localedata.load), or in processes of their own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3.11 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: babel==2.18.0

first_month() { # of Albanian, after the languages that are named were asked for theirs
  "$folder/env/bin/python" -X utf8 - "$@" <<'PYTHON'
import sys
from babel import Locale

for language in (*sys.argv[1:], "sq"):
    name = Locale(language).months["stand-alone"]["wide"][1]
    Locale(language).months["stand-alone"]["abbreviated"][1]
print(name)
PYTHON
}

alone=$(first_month)
after=$(first_month he)
echo "alone:        $alone"
echo "after Hebrew: $after"
[[ $alone == janar && $after == ינואר ]]
