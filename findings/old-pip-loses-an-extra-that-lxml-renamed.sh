#!/usr/bin/env bash
# pip 23.2.1, which came with Python 3.11.5 to 3.11.7, installs trafilatura 2.3.1 such that it cannot
# be imported, and ends with exit code 0.
#
# jusText 3.0.2, which trafilatura needs, asks for "lxml[html_clean]"; lxml 6.1.3 names that extra
# "html-clean" in its metadata. pip before 23.3 compares the two letter by letter, warns ("lxml 6.1.3
# does not provide the extra 'html_clean'"), and leaves out lxml_html_clean; jusText imports it.
# pip 23.3 and newer normalize the names first (PEP 685).
#
# Seen with Python 3.11:
#   pip 23.2.1: Install lxml[html-clean] or lxml_html_clean directly.   (an ImportError's last line)
#   pip 23.3.2: imported
# Remedy: require lxml_html_clean itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

outcome() { # of importing trafilatura after an installation by this version of pip
  python3.11 -m venv "$folder/$1"
  "$folder/$1/bin/pip" install --quiet --disable-pip-version-check "pip==$1"
  "$folder/$1/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    trafilatura==2.3.1 jusText==3.0.2 lxml==6.1.3 2>"$folder/$1.log"
  "$folder/$1/bin/python" -c 'import trafilatura; print("imported")' 2>&1 | tail -n 1 || true
}

old=$(outcome 23.2.1)
new=$(outcome 23.3.2)
echo "pip 23.2.1: $old"
echo "pip 23.3.2: $new"
grep --quiet "does not provide the extra 'html_clean'" "$folder/23.2.1.log"
[[ $old == *lxml_html_clean* && $new == imported ]]
