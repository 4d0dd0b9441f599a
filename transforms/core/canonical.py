"""The address that a page claims for itself, and whether that can be the page's own.

What a page says of its address is a claim. Templates say ``undefined``, sites name their front
page. Here a claim is judged by itself and beside the URL that the page came from; what other pages
claim is looked at where they come together (``dedup.claims``).
"""

import re
from functools import lru_cache
from urllib.parse import unquote

import can_ada

from newsbeam.transforms.core.urls import canonicalize_url, host_of, join_url, registered_domain

# Google's AMP cache and its like serve a publisher's page under their own domain.
_CACHES = ("ampproject.org", "bing-amp.com")

#: Three words or more, or a number of five digits: what chooses an article.
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}|\d{5,}")
#: What no address has in its path, but templates have: ``{{ url }}``, ``<%= url %>``, ``%%URL%%``,
#: ``[object Object]``, ``${url}``.
_PLACEHOLDER = re.compile(r"[{}<>]|%%|%[A-Za-z_]+%|^[^?#]*[^/?#]*\[[^?#]*\]|^\w+\(")
#: ``herald.example/news/x`` and what is left of a scheme before it, or two of them.
_BROKEN_SCHEME = re.compile(
    r"(?:(?:https?:?/{0,3}){1,2}|/)?([^/?#\\@\s]+\.[^/?#\\@\s.]{2,}(?=[/?#])[^\s]*)", re.I
)
#: An address with its scheme, which may be another than that of the page.
_WHOLE = re.compile(r"https?://(?!https?:?/)[^/]", re.I)

#: Blanks, and quotes that a template has put around an address once more.
_AROUND = "\"'“”‘’ \t\r\n\f"
#: Values that scripts write where they know no address.
_NO_VALUES = frozenset({"undefined", "null", "none", "nan", "nil", "false", "true"})
_PAGE_NAMES = """
401 403 404 410 500 503 error errors notfound not-found not_found page-not-found amp news rss feed
search suche buscar busca recherche cerca zoeken login
"""
_LIST_NAMES = """
author authors autor autores autoren auteur auteurs autore user tag tags category categories topic
topics search
"""
#: Pages that sites have beside their articles; names help, the evidence is in ``dedup.claims``.
_PAGES = frozenset(_PAGE_NAMES.split())
#: What stands before the name of an author or a topic.
_LISTS = frozenset(_LIST_NAMES.split())
_INDEX = re.compile(r"/(?:index|default|home|main)(?:\.\w{2,5})?$")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?")

_TWIN_LABELS = frozenset({"www", "m", "mobile", "amp", "wap", "touch"})
_TWIN_PARTS = frozenset({"amp", "m", "mobile", "print"})
_TWIN_PARAMETERS = frozenset({"amp", "output", "outputtype", "print", "mobile", "m", "view"})
_TWIN_SUFFIX = re.compile(r"(?:[.-]amp)?(?:\.(?:html?|php|aspx?|jsp))?(?:\.amp)?$", re.I)
_DATE = re.compile(r"(?:19|20)\d\d(?:[01]\d)?(?:[0-3]\d)?")


def canonical_of(page_url: str | None, *claims: str | None, base: str | None = None) -> str | None:
    """Return the canonical URL of a page: its first plausible claim, else its own URL.

    ``claims`` are what ``rel=canonical`` and ``og:url`` say, in order of trust; relative ones are
    relative to ``base`` (what the page's ``<base href>`` says) or to the page. A claim counts if it
    is http(s), of the same registered domain (or the page came from an AMP cache), and can name the
    article: no placeholder of a template, not the home page or another page that every site has,
    nor the page's address without the part that chose it.
    """
    found = (read_claim(page_url, claim, base=base) for claim in claims if claim)
    own = canonicalize_url(page_url) if page_url else None
    return next((url for url in found if url is not None), own)


def read_claim(page_url: str | None, claim: str, *, base: str | None = None) -> str | None:
    """Return the canonical form of what a page claims, None if it can be no page of its own."""
    own = canonicalize_url(page_url) if page_url else None
    url = _read_claim(claim, own, (base and join_url(own, base)) or own)
    return url if url and (_names_article(url, own) if own else not _is_index(url)) else None


def _read_claim(claim: str, own: str | None, base: str | None) -> str | None:
    """Return the address that a claim gives, made absolute; None if it gives none."""
    claim = claim.strip(_AROUND)
    if not claim or claim.lower() in _NO_VALUES or _PLACEHOLDER.search(claim):
        return None
    bare = None if _WHOLE.match(claim) else _BROKEN_SCHEME.fullmatch(claim)
    if own is not None and bare:
        host = host_of(f"http://{bare[1]}")
        if host and _bare_host(host) == _bare_host(can_ada.parse(own).hostname):
            claim = f"{own.partition(':')[0]}://{bare[1]}"
    absolute = join_url(base, claim)
    return canonicalize_url(absolute) if absolute else None


def _names_article(claim: str, own: str) -> bool:
    """Say whether ``claim`` can be the page at ``own`` under its better name."""
    if claim == own:
        return True
    there, here = can_ada.parse(claim), can_ada.parse(own)
    if registered_domain(there.hostname) != registered_domain(here.hostname):
        return here.hostname.endswith(_CACHES) and not _is_index(claim)
    if _is_index(claim):
        return False
    old, new = here.pathname.lower().rstrip("/"), _INDEX.sub("", there.pathname.lower()).rstrip("/")
    if old.startswith(new + "/"):
        # /news/ for /news/a-long-slug-12345 names the section, not the article.
        return not _SLUG.search(old[len(new) :]) or bool(_SLUG.search(new.rpartition("/")[2]))
    if old == new and here.search and not there.search:
        # /story.php for /story.php?id=7 names the script.
        return bool(_SLUG.search(old))
    return True


def _is_index(url: str) -> bool:
    """Say whether ``url`` names a page that is about no article, by its form alone."""
    parsed = can_ada.parse(url)
    path = _INDEX.sub("", parsed.pathname.lower())
    names = [part.partition(".")[0] for part in path.split("/") if part]
    if names and names[-1] in _NO_VALUES:
        return True
    if names and _LANGUAGE.fullmatch(names[0]):
        del names[0]
    if not names:
        return not parsed.search and not parsed.hash
    if all(name in _PAGES for name in names):
        return True
    return names[0] in _LISTS and len(names) <= 2 and not _SLUG.search(names[-1])


@lru_cache(maxsize=4096)
def is_same_page(claim: str, own: str) -> bool:
    """Say whether two canonical URLs are, by their form, one page: twins, or one in the other.

    Twins differ in scheme, in ``www`` or ``m``, in a form for AMP, phones or printers, in what
    hangs on the path, or in parameters that the claim leaves out where the path names the article.
    Else the claim's own name (a slug, or a number that is no date) must stand in ``own`` too.
    """
    there, here = _Form(claim), _Form(own)
    if there.path == here.path and there.host == here.host:
        if there.query == here.query:
            return True
        named = bool(there.query) or bool(_SLUG.search("/".join(there.path)))
        return named and there.query <= here.query
    name = there.path[-1] if there.path else ""
    numbers = {each for each in re.findall(r"\d{5,}", name) if not _DATE.fullmatch(each)}
    mine = here.path + tuple(value.partition("=")[2] for value in here.query)
    if there.host.split(".")[-2:] != here.host.split(".")[-2:]:
        return False
    if _SLUG.search(name) and not _DATE.fullmatch(name) and name in mine:
        return True
    return any(numbers & set(re.findall(r"\d{5,}", part)) for part in mine)


class _Form:
    """A canonical URL without what twins differ in."""

    __slots__ = ("host", "path", "query")

    def __init__(self, url: str) -> None:
        parsed = can_ada.parse(url)
        self.host = _bare_host(parsed.hostname)
        parts = [part for part in unquote(parsed.pathname).lower().split("/") if part]
        if parts and re.fullmatch(r"(?:index|default)\.\w+", parts[-1]):
            parts.pop()
        if parts:
            parts[-1] = _TWIN_SUFFIX.sub("", parts[-1])
        self.path = tuple(part for part in parts if part and part not in _TWIN_PARTS)
        self.query = frozenset(
            part
            for part in parsed.search[1:].split("&")
            if part and part.partition("=")[0].lower() not in _TWIN_PARAMETERS
        )


def _bare_host(host: str) -> str:
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _TWIN_LABELS:
        labels.pop(0)
    return ".".join(labels)
