"""Which articles of a site are the one that they claim to be.

A page names its article by a canonical URL. Where other pages name the same one, and neither the
URL that was asked for, nor the title, nor the text says that they are one article, the claim is
false: a section, a template's mistake, a copied head. Such an article is known by its own URL.

- Whoever stands at the claimed URL, or at a twin of it, is it.
- Who was asked for under a URL that gave the article before is it.
- Any other is it if its text or its title is like that of one who is.
- Where nobody is, and those who claim to be are not all alike, nobody is.
- An article that was known by its own URL before stays known by it.

All is decided by what the pass has of a site and what the dataset knew before; the order of input
does not matter. An article is read again only where a URL that is new claims one that is known.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from newsbeam.transforms.core.canonical import is_same_page
from newsbeam.transforms.core.identity import article_id, normalize_text, taken_id
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.core.urls import canonicalize_url, host_of, registered_domain, url_id
from newsbeam.transforms.dedup.exact import Known, entry_of
from newsbeam.transforms.dedup.verify import compare_texts
from newsbeam.transforms.text.boilerplate import take_out_lines

#: The share of the shorter text's shingles in a text that was rewritten, and not more than that.
SHARED = 0.5
#: Letters of a title that few articles have.
_TITLE_CHARS = 12
_TITLE_LETTERS = 6  # where a letter is most of a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What tells an article from another: the latest revision that the dataset has."""

    url: str | None
    title: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The articles of a site by the URL that they are known by."""

    articles: list[Article]
    known: dict[str, Known]  # what the dataset has of them, by article_id


#: Gives what the dataset knows of articles by their ids.
Lookup = Callable[[Collection[str]], dict[str, Known]]
#: Gives what the dataset has written of articles.
Read = Callable[[Collection[Known]], Mapping[str, Told]]


def own_url(article: Article) -> str | None:
    """Return the canonical form of the URL that an article came from."""
    return canonicalize_url(article.url) if article.url else None


def settle_claims(
    articles: Sequence[Article],
    lookup: Lookup,
    read: Read,
    settings: DuplicateSettings,
    frames: Mapping[str, frozenset[str]] | None = None,
) -> Settled:
    """Return ``articles``, all that a pass has of some sites, each under the URL it is known by.

    ``frames`` are lines that are no part of the texts, by the domain of the site.
    """
    by_claim: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.canonical_url is not None:
            by_claim[article.canonical_url].append(article)
    ids = {article.article_id for article in articles}
    owns = {_id_of_own(article) for article in articles}
    known = lookup(ids | owns)

    open_claims = [
        _Claim(
            url,
            sorted(group, key=_order),
            known,
            Likeness(settings, (frames or {}).get(group[0].domain or "", frozenset())),
        )
        for url, group in by_claim.items()
        if _is_open(url, group, known.get(article_id(url, "")))
    ]
    told = read([each.known for each in open_claims if each.known and each.known.revision])
    changed: dict[int, Article] = {}
    for claim in open_claims:
        claim.judge(told, changed)
    if any(article.article_id == taken_id(article.canonical_url) for article in changed.values()):
        known |= lookup({article.article_id for article in changed.values()})
    return Settled(articles=[changed.get(id(each), each) for each in articles], known=known)


def _is_open(url: str, group: Sequence[Article], known: Known | None) -> bool:
    """Say whether there is anything to judge: another URL claims it, or gave it before."""
    if known is None and len(group) == 1 and own_url(group[0]) == url:
        return False
    if known is not None and known.url_ids:
        return not all(_gave(article, known) for article in group)
    return any(own_url(article) != url for article in group)


def _gave(article: Article, known: Known) -> bool:
    """Say whether the URL of ``article``, or its text, gave the known article before."""
    return (
        not known.url_ids.isdisjoint((url_id(article.requested_url), url_id(own_url(article))))
        or article.content_hash == known.content_hash
        or (entry_of(article), article.content_hash) in known.entries
    )


class _Claim:
    """The articles that name one URL as theirs, in order, with what the dataset has of it."""

    def __init__(
        self,
        url: str,
        group: Sequence[Article],
        known: Mapping[str, Known],
        likeness: "Likeness",
    ) -> None:
        self.url = url
        self.known = known.get(article_id(url, ""))
        self._group = group
        self._likeness = likeness
        self._owns_known = {
            own for each in group if (own := _id_of_own(each)) in known and known[own].revision
        }

    def judge(self, told: Mapping[str, Told], changed: dict[int, Article]) -> None:
        """Add to ``changed`` those that are not what they claim, as they are known instead."""
        at_home = [each for each in self._group if _is_at(self.url, own_url(each))]
        others = [each for each in self._group if not _is_at(self.url, own_url(each))]
        witness = told.get(self.known.article_id) if self.known else None
        taken = False
        if self.known and at_home and not any(_gave(each, self.known) for each in at_home):
            taken = self._is_taken(at_home, witness)
        if taken:
            changed.update((id(each), replace_id(each, taken_id(self.url))) for each in at_home)
        sure: list[Article | Told] = [] if taken else list(at_home)
        sure += [witness] if witness else []
        free = []
        for each in others:
            if self.known and _gave(each, self.known):
                continue
            if any(self._likeness.holds(each, one) for one in sure):
                continue
            if sure or self.known or _id_of_own(each) in self._owns_known:
                changed[id(each)] = under_own_url(each)
            free.append(each)
        if not sure and not self.known and not self._likeness.holds_for_all(free):
            changed.update((id(each), under_own_url(each)) for each in free)

    def _is_taken(self, at_home: Sequence[Article], witness: Told | None) -> bool:
        """Say whether the known article is another that only claimed this URL."""
        if witness is None:  # known as a duplicate alone
            return False
        if witness.url and _is_at(self.url, canonicalize_url(witness.url)):
            return False
        return not any(self._likeness.holds(each, witness) for each in at_home)


def _is_at(url: str, own: str | None) -> bool:
    if own is None:
        return False
    # A cache of AMP pages, under a domain of its own, is as good as the page.
    return own == url or is_same_page(url, own) or not _are_of_one_site(url, own)


def _are_of_one_site(url: str, own: str) -> bool:
    return registered_domain(host_of(url) or "") == registered_domain(host_of(own) or "")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether title or text tell that two are one article."""

    settings: DuplicateSettings
    frame: frozenset[str]

    def holds(self, article: Article, other: Article | Told) -> bool:
        """Say whether two are one article."""
        titles = [normalize_text(each.title or "") for each in (article, other)]
        if titles[0] == titles[1] and _is_telling(titles[0], article.publisher):
            return True
        one, two = (take_out_lines(each.text, self.frame)[0] for each in (article, other))
        verdict = compare_texts(one, two, self.settings)
        return verdict.same or (verdict.basis == "none" and verdict.containment >= SHARED)

    def holds_for_all(self, articles: Sequence[Article]) -> bool:
        """Say whether all are one article: each came from the URL of one before, or is like one.

        Each is compared with the first and with the one before it, so that a crowd costs no more
        than its size.
        """
        urls = set()
        for place, article in enumerate(articles):
            own = own_url(article) or entry_of(article)
            if place and own not in urls:
                before = (articles[0], articles[place - 1])
                if not any(self.holds(article, one) for one in before):
                    return False
            urls.add(own)
        return True


def _is_telling(title: str, publisher: str | None) -> bool:
    """Say whether a normalized title is more than a label that many articles of a site have."""
    if title == normalize_text(publisher or ""):
        return False
    wide = sum(char > "\u2e7f" for char in title)
    return len(title) >= _TITLE_CHARS or wide >= _TITLE_LETTERS


def _id_of_own(article: Article) -> str:
    return article_id(own_url(article), article.content_hash)


def under_own_url(article: Article) -> Article:
    """Return ``article`` as it is known without its claim: by its own URL, or by its text."""
    own = own_url(article)
    host = host_of(own) if own else None
    changed = replace(
        article,
        canonical_url=own,
        host=host,
        domain=registered_domain(host) if host else None,
    )
    return replace_id(changed, article_id(own, article.content_hash))


def replace_id(article: Article, identity: str) -> Article:
    """Return ``article`` under another id; it begins a story of its own."""
    return replace(article, article_id=identity, cluster_id=identity)


def _order(article: Article) -> tuple[str, ...]:
    return (
        (article.published_at or article.first_seen_at).isoformat(),
        own_url(article) or "",
        article.requested_url or "",
        article.content_hash,
        entry_of(article),
    )
