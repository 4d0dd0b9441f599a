"""URLs: one form for each, hosts and domains.

``canonicalize_url`` only takes away what is known not to choose the article, so two articles are
never merged; http and https are kept apart for the same reason of honesty (the final URL after
redirects has the scheme that the site prefers, and equal texts are found by their hash anyway).
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urljoin

import can_ada
from publicsuffixlist import PublicSuffixList

from newsbeam.transforms.core.identity import digest

_TRACKING = """
gclid gclsrc dclid gbraid wbraid _ga _gl fbclid fb_action_ids fb_action_types fb_ref fb_source
mibextid sfnsn msclkid ocid twclid __twitter_impression ttclid igshid igsh li_fat_id yclid ymclid
_openstat epik
mc_cid mc_eid mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking vero_id vero_conv wickedid
oly_anon_id oly_enc_id s_cid rb_clickid sc_campaign sc_channel sc_content
xtor cmpid icid intcid ncid ftag ito smid smtyp wt_mc wt_zmc wt.mc_id ns_campaign ns_source
ns_mchannel ns_linkname ns_fee at_medium at_campaign at_campaign_type at_link_id guccounter
guce_referrer guce_referrer_sig traffic_source sr_share spm amp_js_v amp_gsa usqp
"""
#: Query parameters that say how a reader came to the page and never which page it is: those of
#: search and social sites, of mailing suites, of publishers' analytics. Names that some sites use
#: for content (``ref``, ``id``, ``cid``, ``source``, ``p``) are left out on purpose.
TRACKING_PARAMETERS = frozenset(_TRACKING.split())
#: Families of such parameters.
TRACKING_PREFIXES = ("utm_", "at_custom", "pk_", "mtm_", "matomo_", "hsa_", "piwik_")

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
# RFC 3986 without ".", which would make a dot segment of an escaped one.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")


def canonicalize_url(url: str) -> str | None:
    """Return the one form of an http(s) URL, or None if it is none.

    WHATWG normalization (lower-case host, punycode, no default port, no dot segments, spaces
    escaped), then: no credentials, no tracking parameters, no fragment, escapes as RFC 3986
    prefers them. All other parameters stay, in their order. Fragments that scripts use as a path
    (``#!…``, ``#/…``) stay too.
    """
    try:
        parsed = can_ada.parse(_escape_surrogates(url.strip()))
    except ValueError:
        return None
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return None
    query = "&".join(part for part in parsed.search[1:].split("&") if part and not _tracks(part))
    fragment = parsed.hash if parsed.hash.startswith(("#!", "#/")) else ""
    path = parsed.pathname
    href = f"{parsed.protocol}//{parsed.host}{path}{'?' + query if query else ''}{fragment}"
    return _ESCAPE.sub(_normal_escape, href)


def join_url(base: str | None, reference: str) -> str | None:
    """Return ``reference`` made absolute against ``base``, or None if no http(s) URL results."""
    try:
        joined = can_ada.parse(_escape_surrogates(urljoin(base or "", reference.strip())))
    except ValueError:
        return None
    return str(joined) if joined.protocol in ("http:", "https:") else None


def host_of(url: str) -> str | None:
    """Return the host of a URL, lower case, without port; None if there is none."""
    try:
        return can_ada.parse(_escape_surrogates(url.strip())).hostname or None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """Return the registered domain of ``host``: ``www.bbc.co.uk`` gives ``bbc.co.uk``.

    The public suffix list is the one that the package ``publicsuffixlist`` brings, with its private
    part, so that each blog of a hosting service is a domain of its own. Addresses and single labels
    are returned as they are.
    """
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        # A made-up top level, as on intranets, is one label long: the default rule of the list.
        return _suffixes().privatesuffix(host) or ".".join(host.split(".")[-2:])
    return host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _tracks(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _normal_escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _escape_surrogates(url: str) -> str:
    """can_ada takes UTF-8 only; a lone surrogate becomes U+FFFD, as WHATWG has it."""
    return url.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def url_id(url: str | None) -> str | None:
    """Return the identity of a URL that is asked for, that of its canonical form; None for None."""
    return None if url is None else digest("url", canonicalize_url(url) or url)
