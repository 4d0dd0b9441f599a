#!/usr/bin/env bash
# lxml 6.1.3: a parser that has the standard library's TreeBuilder as its target fails at the first element
# without attributes. For such an element lxml hands over a mapping that is no dict, and the builder in C
# takes nothing else; elements with attributes get a dict, so a first trial may go well.
#
# Both follow the same interface (start(tag, attrib), data, end, close), and lxml has targets of one's own
# for those who want no tree of its elements. Whoever wants lxml's forgiving parser and the standard
# library's light elements puts one into the other. What helps: a target that makes a dict of the mapping
# first. lxml's own TreeBuilder takes it.
#
# Output seen:
#   TreeBuilder, each element with an attribute: item
#   TreeBuilder, one without: TypeError
#   with dict(attrib): item
#   lxml.etree.TreeBuilder: item
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: lxml==6.1.3
"$work/venv/bin/python" - <<'PYTHON'
from xml.etree.ElementTree import TreeBuilder

from lxml import etree


class WithDict(TreeBuilder):
    def start(self, tag, attrib):
        return super().start(tag, dict(attrib))


def look(target, text):
    try:
        return etree.fromstring(text, etree.XMLParser(target=target)).tag
    except TypeError as error:
        return type(error).__name__


WITH, WITHOUT = '<item id="1">text</item>', '<item id="1"><line>text</line></item>'
seen = {
    "TreeBuilder, each element with an attribute": look(TreeBuilder(), WITH),
    "TreeBuilder, one without": look(TreeBuilder(), WITHOUT),
    "with dict(attrib)": look(WithDict(), WITHOUT),
    "lxml.etree.TreeBuilder": look(etree.TreeBuilder(), WITHOUT),
}
for name, found in seen.items():
    print(f"{name}: {found}")
assert list(seen.values()) == ["item", "TypeError", "item", "item"], "the behaviour has changed"
PYTHON
