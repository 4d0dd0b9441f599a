"""Which format of the news trade a document is in, told by its beginning."""

import json
import re

#: Roots of XML documents, in lower case, to the kind of source that they are.
ROOTS = {
    "newsml": "newsml",
    "newsmessage": "newsml",
    "newsitem": "newsml",
    "packageitem": "newsml",
    "conceptitem": "newsml",
    "knowledgeitem": "newsml",
    "planningitem": "newsml",
    "catalogitem": "newsml",
    "nitf": "nitf",
}
_TELEGRAM = re.compile(
    rb"[\x00\x05-\x20\x7f]{0,64}(?:\x01[\x00-\x1f]?[ -\xff]{3,200}[\r\n\x1f]"
    # SOH is lost where a message went through what takes only text
    rb"|[A-Za-z]{1,4} ?\d{1,5} +\d [\n\r\x20-\xff]{1,300}\x02)"
)
#: Keys of the outermost object, behind one other object at most.
_OUTER = r"\A[\s\[]*\{[^{}]{0,2000}(?:\{[^{}]{0,500}\}[^{}]{0,2000})?"
_SCHEMA = re.compile(
    _OUTER + r'"@context"\s*:\s*(?:\[\s*)?(?:"https?:\\?/\\?/(?:www\.)?schema\.org|\{)'
)
_TYPE = re.compile(
    r'"@type"\s*:\s*(?:\[\s*)?"(?:[\w:/.]*Article|BlogPosting|LiveBlogPosting|Report)"'
)
_IDENTITY = re.compile(_OUTER + r'"(?:uri|guid)"\s*:\s*"')
_NINJS = re.compile(
    r'"(?:\$?standard"\s*:\s*\{\s*"name"\s*:\s*"ninjs|versioncreated"|pubstatus"|bodies"\s*:\s*\[|'
    r'headlines"\s*:\s*\[|body_\w+"|representationtype"|copyrightnotice"|usageterms"|'
    r'associations"|renditions"|plannedcoverage"|eventdetails"|firstcreated")',
    re.I,
)


def detect_telegram(head: bytes) -> bool:
    """Return whether ``head`` begins as a message of IPTC 7901 or ANPA 1312 does."""
    return _TELEGRAM.match(head) is not None


def detect_json(text: str) -> str | None:
    """Return ``ninjs`` or ``jsonld`` if the JSON that ``text`` begins is that.

    Rows of tables may hold such objects, so the outermost one decides, if all of it is there.
    """
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return _guess_json(text)
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return None
    # What reads all formats takes a while to import, and most inputs are none of them.
    from newsbeam.transforms.wires.news_article import find_articles
    from newsbeam.transforms.wires.ninjs import find_items, is_ninjs

    if "@context" in first and any(True for _ in find_articles(value)):
        return "jsonld"
    return "ninjs" if any(map(is_ninjs, find_items(first))) else None


def _guess_json(text: str) -> str | None:
    """Return the kind of an object that goes on behind ``text``."""
    if _SCHEMA.search(text) and _TYPE.search(text):
        return "jsonld"
    return "ninjs" if _IDENTITY.search(text) and _NINJS.search(text) else None
