"""What the elements of feeds are called: many addresses stand for one vocabulary."""

from functools import lru_cache

from lxml import etree

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.feed_xml import local_name

#: Whoever has more in one feed sends a bomb.
MAX_NAMESPACES = 64

MEDIA = "http://search.yahoo.com/mrss"
ATOM = "http://www.w3.org/2005/Atom"

#: Vocabulary → its addresses in lower case. "" is what RSS and Atom have themselves, since both are
#: written without a namespace too.
_ADDRESSES = {
    "": (
        "",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://purl.org/rss/1.0/",
        "http://purl.org/rss/1.0/modules/rss091#",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://purl.org/net/rss1.1#",
        "http://example.com/newformat#",
        "http://example.com/necho",
        "http://purl.org/echo/",
        "uri/of/echo/namespace#",
        "http://purl.org/pie/",
        "http://purl.org/atom/ns#",
        ATOM.lower(),
    ),
    "dc": ("http://purl.org/dc/elements/1.1/",),
    "dcterms": ("http://purl.org/dc/terms/",),
    "media": (MEDIA, MEDIA + "/"),
    "itunes": (
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://example.com/dtds/podcast-1.0.dtd",
    ),
    "feedburner": ("http://rssnamespace.org/feedburner/ext/1.0",),
    "sy": ("http://purl.org/rss/1.0/modules/syndication/",),
}
_VOCABULARIES = {address: name for name, many in _ADDRESSES.items() for address in many}
#: Prefixes that feeds use without declaring them.
_PREFIXES = {"atom": "", **{name: name for name in _ADDRESSES if name}}
_UNKNOWN = "?"


class Names:
    """The names of one feed's elements."""

    def __init__(self, root: etree._Element) -> None:
        #: What the feed itself is written in counts as RSS or Atom, whatever its address.
        self._own = {_split(root.tag)[0].lower()}
        self._own |= {_split(each.tag)[0].lower() for each in root if local_name(each) == "channel"}
        self._known: dict[object, tuple[str, str]] = {}
        self._namespaces: set[str] = set()

    def of(self, element: etree._Element) -> tuple[str, str]:
        """Return vocabulary and name of ``element``, in lower case.

        Raises ``InputError("too_large")`` for a feed with more namespaces than any needs.
        """
        tag = element.tag
        found = self._known.get(tag)
        if found is None:
            found = self._known[tag] = self._read(tag)
        return found

    def _read(self, tag: object) -> tuple[str, str]:
        if not isinstance(tag, str):
            return _UNKNOWN, ""
        uri, name = _split(tag)
        self._namespaces.add(uri)
        if len(self._namespaces) > MAX_NAMESPACES:
            raise InputError("too_large", f"It has more than {MAX_NAMESPACES} namespaces.")
        prefix, colon, rest = name.lower().partition(":")
        if colon and not uri:
            return _PREFIXES.get(prefix, _UNKNOWN), rest
        uri = uri.lower()
        if "backend.userland.com/rss" in uri or uri in self._own:
            return "", name.lower()
        return _VOCABULARIES.get(uri, _UNKNOWN), name.lower()


def is_atom(element: etree._Element) -> bool:
    """Return whether ``element`` is of Atom 1.0, whose texts say what they are."""
    return str(element.tag).startswith(f"{{{ATOM}}}")


@lru_cache(maxsize=1024)
def _split(tag: object) -> tuple[str, str]:
    """Return namespace and name of what lxml writes as ``{namespace}name``."""
    uri, closed, rest = str(tag).removeprefix("{").partition("}")
    return (uri, rest) if closed and str(tag).startswith("{") else ("", str(tag))
