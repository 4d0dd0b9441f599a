"""The headline of an article, and where it was read.

Three places state it: JSON-LD, Open Graph, and the heading that readers see.

1. What two of the three say is the headline; in the heading's letters, unless it shouts.
   Above this is only a shorter form of it that was made for Open Graph and stands nowhere else.
2. Where no two agree it is the heading, else JSON-LD's, else Open Graph's. Of two forms that are
   the same but for words in front it is the shorter: what stands in front is a kicker.
3. Where none of the three is there, it is what other meta elements, the feed, or the title element
   say.

Before they are compared, all forms lose the names of the site and of its sections, and what a
program cut off is completed. A heading that resembles no other form is a menu's.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from rapidfuzz.fuzz import token_set_ratio

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.text.unicode import normalize

#: Letters of scripts that do not part words.
DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_DENSE = re.compile(f"[{DENSE}]")
#: What parts a headline from the names of site and section: marks that hardly any headline has
#: inside of it, those that many have, and a comma.
_SEPARATOR = re.compile(
    r"(?P<rare>\s*[|│ǀㅣ｜丨»]+\s*|\s*::+\s*|\s+[·•]\s+)"
    r"|(?P<common>\s+[-–—~«‹›/<>*]{1,2}\s+|(?<=\S):\s+|(?<=[^\w\s]):|\s*：\s*|\s+[-–—]|[-–—]\s+"
    rf"|(?<=[{DENSE}])\s*[-_－—]{{1,2}}\s*)|,\s+"
)
_SPACED = re.compile(
    r"\s+[-–—|│·•»‹›:_<>]{1,2}\s+|\s*[|│ǀㅣ｜丨»]\s*|\s*::\s*"
    rf"|(?<=[{DENSE}])\s*[-_－—]{{1,2}}\s*(?=[{DENSE}A-Z]|[\w-]+\.\w+$)"
    # A full-width colon parts quotes and their speakers too: what follows must call itself a paper.
    r"|\s*[：（【](?=\w{0,10}(?:新聞|新闻|日報|日报|時報|时报|ニュース)\w{0,6}[）】]?$)"
)
_ADDED = re.compile(r"\s*[-–—|│ǀㅣ｜丨»:：·•]")
_QUOTE = re.compile(r"\s*[\"'“”„«»]")
#: A day in front of a headline is a column of its own; a mark there stood behind another column.
_FRONT = re.compile(r"^(?:\d{1,2}\.\s?\d{1,2}\.\d{4}\s*[-–—|:]\s*|[»›|/]+\s+)(?=\S)")
#: "council-votes-on-bridge" is part of an address.
_SLUG = re.compile(r"[a-z\d]+(?:-[a-z\d]+){2,}")
#: Marks of type, in what is meant to be plain.
_TAG = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|su[bp])(?:\s[^<>]*)?>", re.IGNORECASE)
#: Some programs cut headlines near 110 characters, which JSON-LD was once limited to.
_CUT_CHARS = 100
#: What stands behind is no part of a title.
_MAX_TITLE_CHARS = 1000
#: So many words follow the site's in the name of one of its parts: "The Daily Politics".
_MAX_ADDED_WORDS = 2
#: So many words has the name of a section; in an address, more of them are a headline.
_MAX_LABEL_WORDS = 3
#: What is shorter is no headline to which a kicker was added.
_MIN_HEADLINE_WORDS = 3
#: An article or a number in front of a headline is part of it.
_NO_KICKER = re.compile(r"\w{0,3}|\d+")
#: Share of words, of 100, from which a heading is the headline in other words.
_ALIKE = 60

#: The same forms of one headline are compared many times.
_words = lru_cache(maxsize=1024)(normalize_text)


@dataclass(frozen=True, slots=True)
class Title:
    """A headline and where it was read: jsonld, meta, heading, title_element or feed."""

    text: str
    source: str


def choose_title(
    *,
    structured: str | None = None,
    open_graph: Iterable[str] = (),
    headings: Iterable[str] = (),
    only: str | None = None,
    element: str | None = None,
    others: Iterable[str] = (),
    feed: str | None = None,
    names: Iterable[str] = (),
    labels: Iterable[str] = (),
) -> Title | None:
    """Return the headline out of what a page offers, in the order that the module states.

    ``structured`` is JSON-LD's headline, ``only`` the one heading of the first level, ``element``
    the title element, ``others`` are the titles in other meta elements; ``names`` are those of the
    site, ``labels`` those of its sections. References to characters are read in all but ``feed``:
    who read the feed has settled which of them are words.
    """
    shown = _cleaned(headings)
    graph = [text for text in _cleaned(open_graph) if not _SLUG.fullmatch(text)]
    bare = _clean(element)
    site = _Site.of(
        _own_names(names, (bare, *graph), shown),
        labels,
        headlines={*graph, bare}.intersection(shown),
    )

    def read(text: str | None, source: str) -> Title | None:
        clean = _one_line(text or "") if source == "feed" else _clean(text)
        stripped = _FRONT.sub("", site.strip(clean))
        return Title(_whole(stripped, shown), source) if stripped else None

    known = {_words(text) for text in shown}
    claimed = next((text for text in graph if _words(text) in known), next(iter(graph), None))
    og, json_ld = read(claimed, "meta"), read(structured, "jsonld")
    title = read(element, "title_element")
    claims = [form.text for form in (og, json_ld, title) if form]
    heading = read(_choose_heading(shown, claims, site), "heading")
    rest = [form for text in others if (form := read(text, "meta"))]
    if og and not _same(og, json_ld):
        og = _without_addition(og, [form for form in (json_ld, *rest) if form])
    if og and not (heading or json_ld) and claimed == bare:
        og = read(_cut_last_part(og.text), og.source)  # a program's copy of the title element
    forms = [form for form in (heading, json_ld, og) if form]
    if forms:
        is_only = heading is not None and _words(heading.text) == _words(_clean(only))
        return _agree(forms, og, title, trusted=heading if is_only else None)
    last = title and (read(_cut_last_part(title.text), title.source) or title)
    return next((form for form in (*rest, read(feed, "feed"), last) if form), None)


def _agree(
    forms: Sequence[Title], og: Title | None, title: Title | None, trusted: Title | None
) -> Title:
    """Return what most of ``forms`` say, the first of equals.

    ``trusted`` goes before, unless it is but a part of that, or that with something added.
    """
    votes = [sum(_same(form, other) for other in forms) for form in forms]
    best = forms[votes.index(max(votes))]
    if max(votes) == 1:
        bare = (form for form in (*forms, title) if form and _has_kicker(best, form))
        return next(bare, best)
    if trusted and not (_is_part(trusted.text, best.text) or _is_part(best.text, trusted.text)):
        return trusted
    if og and not _same(og, best) and not _same(og, title) and _is_part(og.text, best.text):
        return og
    return next((form for form in forms if _same(form, best) and not form.text.isupper()), best)


def _has_kicker(form: Title, other: Title) -> bool:
    front = _words(form.text).removesuffix(" " + _words(other.text))
    long_enough = len(_words(other.text).split()) >= _MIN_HEADLINE_WORDS
    return long_enough and len(front) < len(_words(form.text)) and not _NO_KICKER.fullmatch(front)


def _without_addition(form: Title, others: Iterable[Title]) -> Title:
    """Return the one of ``others`` that ``form`` is with something added, else ``form``."""
    return next(
        (
            other
            for other in others
            if form.text.startswith(other.text) and _ADDED.match(form.text, len(other.text))
        ),
        form,
    )


def _cleaned(texts: Iterable[str | None]) -> list[str]:
    return [clean for text in texts if (clean := _clean(text))]


def _clean(text: str | None) -> str:
    """Return ``text`` on one line, without the traces of programs: some escape it twice."""
    return _one_line(_TAG.sub("", unescape(text[:_MAX_TITLE_CHARS]))) if text else ""


def _one_line(text: str) -> str:
    return " ".join(normalize(text[:_MAX_TITLE_CHARS]).split())


def _whole(title: str, headings: Sequence[str]) -> str:
    """Return the heading that goes on where a program cut ``title``, else ``title``.

    It was cut at a number of characters, or at the quotation mark that ended its attribute.
    """
    stem = title.rstrip("…. ")
    is_cut = len(title) >= _CUT_CHARS or title.endswith(("…", "..."))
    for text in headings:
        goes_on = text.startswith(stem) and text[len(stem) :].strip("…. ")
        if goes_on and (is_cut or _QUOTE.match(text, len(stem))):
            return text
    return title


@dataclass(frozen=True, slots=True)
class _Site:
    """What is known of a site: its names and those of its sections, normalized."""

    names: Collection[str]
    labels: Collection[str]

    @classmethod
    def of(cls, names: Iterable[str], labels: Iterable[str], headlines: Iterable[str]) -> "_Site":
        """Return the site of these names; some pages give their headline for one."""
        own = {"", *map(_words, headlines)}
        short = (text for text in map(_words, labels) if len(text.split()) <= _MAX_LABEL_WORDS)
        return cls({*map(_words, names)} - own, {*short} - own)

    def strip(self, title: str) -> str:
        """Return ``title`` without what names the site or a section at its ends."""
        if self.is_name(_words(title)):
            return ""
        while cut := self._cut(title):
            title = cut
        return title

    def is_name(self, part: str) -> bool:
        """Say whether ``part`` is the site: "La Stampa" is the name of lastampa.example."""
        compact = part.replace(" ", "")
        return any(compact == name.replace(" ", "") for name in self.names)

    def _cut(self, title: str) -> str | None:
        cuts = list(_SEPARATOR.finditer(title))
        for cut in cuts:
            front, rest = _words(title[: cut.start()]), title[cut.end() :].strip()
            if rest and (self.is_name(front) or (cut["rare"] and front in self.labels)):
                return rest
        for cut in reversed(cuts):
            rest, tail = title[: cut.start()].strip(), _words(title[cut.end() :])
            if rest and (not tail or self.is_name(tail) or self._is_of_site(tail, cut, rest)):
                return rest
        return None

    def _is_of_site(self, tail: str, cut: re.Match[str], rest: str) -> bool:
        """Say whether ``tail`` is a section or a part of the site's name, as its mark makes sure.

        "Opinion", "Daily" of "The Daily Online", and behind a rare mark "The Daily Politics".
        """
        known = tail in self.labels or any(_is_part(tail, name) for name in self.names)
        if cut["rare"]:
            least = len(tail.split()) - _MAX_ADDED_WORDS
            return known or any(
                tail.startswith(name + " ") and len(name.split()) >= least for name in self.names
            )
        return known and bool(cut["common"]) and len(rest) > 2 * len(tail)


def _own_names(
    names: Iterable[str], claims: Sequence[str], headings: Sequence[str]
) -> Iterator[str]:
    """Yield ``names``, but none that is the headline.

    It opens a title, or a word or two stand before it there; and a heading has it, if there is any.
    """
    for name in names:
        rests = [_words(rest) for claim in claims for rest in _rests_of(claim, name)]
        is_headline = len(name.split()) > _MAX_LABEL_WORDS and any(
            rest not in map(_words, headings)
            and (
                any(_is_part(name, heading) for heading in headings)
                or (not headings and _count_words(rest) < _MIN_HEADLINE_WORDS)
            )
            for rest in rests
        )
        if not is_headline:
            yield name


def _rests_of(claim: str, name: str) -> Iterator[str]:
    """Yield what a title has besides ``name``: behind it, or little in front of it."""
    if claim.startswith(name) and (cut := _SPACED.match(claim, len(name))):
        yield claim[cut.end() :]
    for cut in _SPACED.finditer(claim):
        front = claim[: cut.start()]
        if claim[cut.end() :] == name and _count_words(front) < _MIN_HEADLINE_WORDS:
            yield front


def _cut_last_part(title: str) -> str:
    """Return a bare title element without its last, shorter part: mostly the site's name.

    Where words are not parted, a section may stand before the site.
    """
    for cut in reversed([*_SPACED.finditer(title)]):
        first, last = title[: cut.start()], title[cut.end() :]
        if _count_words(first) < max(_MIN_HEADLINE_WORDS, _count_words(last)):
            break
        title = first.strip()
        if not _DENSE.search(last):
            break
    return title


def _count_words(text: str) -> int:
    """Return the number of words; of scripts that do not part them, two letters are one."""
    spaced = sum(1 for word in text.split() if not _DENSE.search(word))
    return spaced + len(_DENSE.findall(text)) // 2


def _choose_heading(headings: Iterable[str], others: Sequence[str], site: _Site) -> str | None:
    """Return the heading that is the headline, and not the site's name or a menu's.

    One that another form repeats, else the longest that is a good part of one; else the first, if
    it resembles one.
    """
    own = [heading for heading in headings if not site.is_name(_words(heading))]
    for fits in (_is_equal, _is_good_part):
        found = [heading for heading in own if any(fits(heading, other) for other in others)]
        if found:
            return max(found, key=len)  # the first of equals
    first = next(iter(own), None)
    # "Home", "Article": what says nothing of a page does not speak against its heading.
    telling = [other for other in others if not (first and _is_generic(other, first))]
    return first if first and (not telling or _resembles(first, telling)) else None


def _is_generic(title: str, heading: str) -> bool:
    """Say whether each part of a title is a word or two, and the heading says more."""
    longest = max(map(_count_words, _SPACED.split(title)))
    return longest < _MIN_HEADLINE_WORDS < _count_words(heading)


def _is_equal(heading: str, other: str) -> bool:
    return _words(heading) == _words(other)


def _is_good_part(heading: str, whole: str) -> bool:
    """Say whether a heading is part of a headline, and no mere name that stands in it."""
    if not _is_part(heading, whole):
        return False
    begins = whole.startswith(heading) and _ADDED.match(whole, len(heading))
    return bool(begins) or 3 * len(heading) > len(whole) or len(heading.split()) > 2


def _resembles(heading: str, others: Iterable[str]) -> bool:
    """Say whether a heading is a headline in other words, and not some of its words."""
    return any(
        token_set_ratio(_words(heading), _words(other)) >= _ALIKE and not _is_part(heading, other)
        for other in others
    )


def _same(one: Title, other: Title | None) -> bool:
    return other is not None and _words(one.text) == _words(other.text)


def _is_part(part: str, whole: str) -> bool:
    """Say whether ``part`` is some of the words of ``whole``, one after another."""
    return f" {_words(part)} " in f" {_words(whole)} "
