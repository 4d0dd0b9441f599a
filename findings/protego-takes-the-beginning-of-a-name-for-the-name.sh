#!/usr/bin/env bash
# Protego 0.7.0 lets a group of robots.txt bind every crawler whose name begins with the group's: "User-
# agent: news" holds for "newsbeam" and "news-reader", and overrides the group for "*".
#
# RFC 9309, 2.2.1, has the crawler find the group that matches its whole product token, and Google's
# parser, on which the RFC is modelled, takes the token up to the first character that no token may
# have and compares it whole. Protego looks for the group's name anywhere in the crawler's, at the start
# of a word, and does not ask where the word ends; so a rule for one robot forbids (or opens) a site to
# another. urllib.robotparser goes further: it takes any part of the name ("beam" binds newsbeam).
#
# Seen with Python 3.11, for the crawler "newsbeam", which no group names and "*" denies /private:
#   Protego 0.7.0:       /story denied by the group of "news"
#   urllib.robotparser:  /story denied by the group of "beam"
# Remedy: select the groups by whole tokens first, and give the parser what they say.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: protego==0.7.0

seen=$("$folder/venv/bin/python" - <<'PY'
from urllib.robotparser import RobotFileParser

from protego import Protego

URL = "https://a.example/story"


def robots(name):
    return f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow: /private\n"


def by_urllib(name):
    parser = RobotFileParser()
    parser.parse(robots(name).splitlines())
    return parser.can_fetch("newsbeam", URL)


def by_protego(name):
    return Protego.parse(robots(name)).can_fetch(URL, "newsbeam")


print([by_protego("news"), by_protego("beam"), by_protego("other")],
      [by_urllib("news"), by_urllib("beam"), by_urllib("other")])
PY
)
echo "allowed beside groups of news, beam, other: Protego and urllib say $seen"
[[ $seen == "[False, True, True] [False, False, True]" ]]
