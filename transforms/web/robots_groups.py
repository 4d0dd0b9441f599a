"""The groups of a robots.txt that hold for one crawler (RFC 9309, 2.2.1).

protego, which reads the rules, chooses groups by its own measure: ``news`` would bind newsbeam, as
its name is the beginning of ours. So groups are chosen here, by whole product tokens, and protego
is given what they say as one group for everybody.
"""

import re

#: As lenient as protego is with names: blanks, a missing colon, the usual misspellings.
_AGENT = re.compile(r"user[- ]?agent\s*(?::|\s)(.*)", re.IGNORECASE)
_RULE = re.compile(
    r"(?:allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)\s*(?::|\s|$)", re.IGNORECASE
)
_SITEMAP = re.compile(r"(?:sitemaps?|site-map)\s*(?::|\s)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
#: A product token has letters, underscores and hyphens; a version may follow it.
_TOKEN = re.compile(r"[A-Za-z_-]+")
#: What Python takes for ends of lines and robots.txt does not.
_OTHER_ENDS = str.maketrans(
    {
        character: "".join(f"%{byte:02X}" for byte in character.encode())
        for character in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
    }
)


def select_groups(text: str, agent: str) -> str:
    """Return what the robots.txt ``text`` says to the product token ``agent``.

    The rules of all groups that name it count together; if none does, those of all groups for
    ``*``. They are returned as one group for ``*``, behind all sitemaps.
    """
    sitemaps: list[str] = []
    own: list[str] = []
    general: list[str] = []
    is_named = False
    tokens: set[str] = set()
    in_rules = True  # the next line that names an agent begins a group
    for raw in _LINE_END.split(text):
        line = raw.partition("#")[0].strip().translate(_OTHER_ENDS)
        if named := _AGENT.match(line):
            tokens = set() if in_rules else tokens
            in_rules = False
            tokens.add(_read_token(named[1].strip()))
            is_named = is_named or agent.lower() in tokens
        elif _SITEMAP.match(line):
            sitemaps.append(line)
        elif line:
            # Lines that are no part of the protocol do not end a list of agents.
            in_rules = in_rules or _RULE.match(line) is not None
            if agent.lower() in tokens:
                own.append(line)
            if "*" in tokens:
                general.append(line)
    return "\n".join([*sitemaps, "User-agent: *", *(own if is_named else general)])


def _read_token(value: str) -> str:
    """Return the product token that a line names, in lower case; "*" for everybody."""
    if re.match(r"\*(?:\s|$)", value):
        return "*"
    token = _TOKEN.match(value)
    return token[0].lower() if token else ""
