"""The headline of an article, and where it was read.

Three places state it: JSON-LD, Open Graph, and the heading that readers see.

1. What two of the three say is the headline; in the heading's letters, unless it shouts.
   Above this is only a shorter form of it that was made for Open Graph and stands nowhere else.
2. Where no two agree it is the heading, else JSON-LD's, else Open Graph's. Of two forms that are
   the same but for words in front it is the shorter: what stands in front is a kicker.
3. Where none of the three is there, it is what other meta elements, the feed, or the title element
   say.

Before they are compared, all forms lose the names of the site and of its sections, and what a
program cut off is completed. A heading that resembles no other form is a menu's, unless it is the
only one of the article's own box; one that is called like a section stands back.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape

from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from newsbeam.transforms.metadata.site_names import (
    MIN_HEADLINE_WORDS,
    SPACED,
    Site,
    count_words,
    cut_last_part,
    is_part,
    is_section_name,
    own_names,
    words_of,
)
from newsbeam.transforms.text.unicode import normalize

_ADDED = re.compile(r"\s*[-–—|│ǀㅣ｜丨»:：·•]")
_QUOTE = re.compile(r"\s*[\"'“”„«»]")
#: A day in front of a headline is a column of its own; a mark there stood behind another column.
_FRONT = re.compile(r"^(?:\d{1,2}\.\s?\d{1,2}\.\d{4}\s*[-–—|:]\s*|[»›|/]+\s+)(?=\S)")
#: "council-votes-on-bridge" is part of an address.
_SLUG = re.compile(r"[a-z\d]+(?:-[a-z\d]+){2,}")
#: Marks of type, in what is meant to be plain.
_TAG = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|su[bp])(?:\s[^<>]*)?>", re.IGNORECASE)
#: What programs write for a character that they cannot, and how many of them are looked at.
_LOST = re.compile("[?\ufffd]")
_MAX_LOST = 8
#: Some programs cut headlines near 110 characters, which JSON-LD was once limited to.
_CUT_CHARS = 100
#: What stands behind is no part of a title.
_MAX_TITLE_CHARS = 1000
#: An article or a number in front of a headline is part of it.
_NO_KICKER = re.compile(r"\w{0,3}|\d+")
#: Share of words, of 100, from which a heading is the headline in other words.
_ALIKE = 60
#: The same for one that is not the first.
_CLOSE = 75


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
    main: str | None = None,
    element: str | None = None,
    others: Iterable[str] = (),
    feed: str | None = None,
    names: Iterable[str] = (),
    labels: Iterable[str] = (),
) -> Title | None:
    """Return the headline out of what a page offers, in the order that the module states.

    ``structured`` is JSON-LD's headline, ``only`` the one heading of the first level, ``main`` the
    same if it opens the article's own box, ``element`` the title element, ``others`` are the titles
    in other meta elements; ``names`` are those of the site, ``labels`` those of its sections.
    References to characters are read in all but ``feed``: who read the feed has settled which of
    them are words.
    """
    shown, others = _cleaned(headings), _cleaned(others)
    graph = [text for text in _cleaned(open_graph) if not _SLUG.fullmatch(text)]
    whole = _clean(element)
    site = Site.of(
        own_names(names, (whole, *graph), shown),
        labels,
        headlines={*graph, whole}.intersection(shown),
    )

    @cache  # places repeat each other
    def strip(text: str) -> str:
        return _FRONT.sub("", site.strip(text))

    bare = strip(_clean(cut_last_part(strip(whole)))) or strip(whole)
    declared = [*(strip(_clean(text)) for text in (structured, *graph, *others)), bare]

    def read(text: str | None, source: str) -> Title | None:
        stripped = strip(_one_line(text or "") if source == "feed" else _clean(text))
        return Title(_whole(stripped, shown, declared), source) if stripped else None

    known = {words_of(text) for text in shown}
    claimed = next((text for text in graph if words_of(text) in known), next(iter(graph), None))
    og, json_ld = read(claimed, "meta"), read(structured, "jsonld")
    title = read(element, "title_element")
    rest = [form for text in others if (form := read(text, "meta"))]
    claims = [form.text for form in (og, json_ld, title, *rest) if form]
    chosen = _find_heading(shown, _clean(main), claims, site)
    heading = read(chosen, "heading")
    cut = Title(bare, "title_element") if bare else None
    heading = heading and _mended(heading, [form for form in (og, json_ld, title, cut) if form])
    if og and not _same(og, json_ld):
        og = _without_addition(og, [form for form in (json_ld, *rest) if form])
    if og and not (heading or json_ld) and claimed == whole:
        og = read(cut_last_part(og.text), og.source)  # a program's copy of the title element
    forms = [form for form in (heading, json_ld, og) if form]
    forms = [form for form in forms if not is_section_name(form.text)] or forms
    if forms:
        is_only = heading is not None and words_of(heading.text) == words_of(_clean(only))
        best = _agree(forms, og, title, trusted=heading if is_only else None)
        alike = (form for form in (best, *forms, title, cut) if form and _same(form, best))
        return next((form for form in alike if not form.text.isupper()), best)
    return next((form for form in (*rest, read(feed, "feed"), cut) if form), None)


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
    if trusted and not (is_part(trusted.text, best.text) or is_part(best.text, trusted.text)):
        return trusted
    if og and not _same(og, best) and not _same(og, title) and is_part(og.text, best.text):
        return og
    return best


def _has_kicker(form: Title, other: Title) -> bool:
    front = words_of(form.text).removesuffix(" " + words_of(other.text))
    long_enough = len(words_of(other.text).split()) >= MIN_HEADLINE_WORDS
    return long_enough and len(front) < len(words_of(form.text)) and not _NO_KICKER.fullmatch(front)


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


def _whole(title: str, headings: Sequence[str], others: Sequence[str]) -> str:
    """Return what goes on where a program cut ``title``, a heading at best, else ``title``.

    It was cut at a number of characters, or at the quotation mark that ended its attribute.
    """
    stem = title.rstrip("…. ")
    is_marked = title.endswith(("…", "..."))
    for number, text in enumerate((*headings, *others)):
        if not (text.startswith(stem) and text[len(stem) :].strip("…. ")):
            continue
        is_heading = number < len(headings)
        is_cut = is_marked or (is_heading and len(title) >= _CUT_CHARS)
        if is_cut or (is_heading and _QUOTE.match(text, len(stem))):
            return text
    return title


def _mended(heading: Title, others: Sequence[Title]) -> Title:
    """Return the one of ``others`` that has what a program lost, else ``heading``.

    Such programs write "?" or U+FFFD for a character ("The Mayor?s bridge"), or set the lines of a
    heading side by side ("The Mayor'sbridge").
    """
    joined = words_of(heading.text).replace(" ", "")
    for other in others:
        words = words_of(other.text)
        if (
            words.count(" ") > words_of(heading.text).count(" ")
            and words.replace(" ", "") == joined
        ):
            return other
    parts = _LOST.split(heading.text)
    if 1 < len(parts) <= _MAX_LOST:
        whole = re.compile(".{1,2}".join(map(re.escape, parts)))
        for other in others:
            if whole.fullmatch(other.text) and len(_LOST.split(other.text)) < len(parts):
                return other
    return heading


def _find_heading(
    headings: Sequence[str], main: str, others: Sequence[str], site: Site
) -> str | None:
    """Return the heading that is the headline; a section's name only where there is no other.

    "Press releases" says nothing of a page.
    """
    own = [text for text in headings if not is_section_name(text)]
    telling = [text for text in others if not _names_section(text, own)]
    return _choose_heading(own, main, telling, site) or _choose_heading(
        headings, main, others, site
    )


def _names_section(claim: str, headings: Iterable[str]) -> bool:
    """Say whether a title begins with a section's name, and has none of the page's headings."""
    return is_section_name(SPACED.split(claim)[0]) and not any(
        count_words(heading) >= MIN_HEADLINE_WORDS and is_part(heading, claim)
        for heading in headings
    )


def _choose_heading(
    headings: Iterable[str], main: str, others: Sequence[str], site: Site
) -> str | None:
    """Return the heading that is the headline, and not the site's name or a menu's.

    One that another form repeats, else the longest that is a good part of one; else the first, if
    it resembles one, or another that does so closely; else ``main``, of the article's own box.
    """
    own = [heading for heading in headings if not site.is_name(words_of(heading))]
    if not own:
        return None
    equal = [heading for heading in own if any(_is_equal(heading, other) for other in others)]
    parts = [
        heading
        for number, heading in enumerate(own)
        if any(_is_good_part(heading, other, is_first=number == 0) for other in others)
    ]
    if found := equal or parts:
        return max(found, key=len)  # the first of equals
    # "Home", "Article": what says nothing of a page does not speak against its heading.
    telling = [other for other in others if not _is_generic(other, own[0])]
    if not telling or _resembles(own[0], telling):
        return own[0]
    for heading in own[1:]:
        if any(_is_close(heading, other) for other in telling):
            return heading
    return main if main in own and count_words(main) >= MIN_HEADLINE_WORDS else None


def _is_generic(title: str, heading: str) -> bool:
    """Say whether each part of a title is a word or two, and the heading says more."""
    longest = max(map(count_words, SPACED.split(title)))
    return longest < MIN_HEADLINE_WORDS < count_words(heading)


def _is_equal(heading: str, other: str) -> bool:
    return words_of(heading) == words_of(other)


def _is_good_part(heading: str, whole: str, *, is_first: bool) -> bool:
    """Say whether a heading is part of a headline, and no mere name that stands in it."""
    if not is_part(heading, whole):
        return False
    if whole.startswith(heading) and _ADDED.match(whole, len(heading)):
        return True
    words = len(heading.split())
    return words > 2 or ((is_first or words > 1) and 3 * len(heading) > len(whole))


def _resembles(heading: str, others: Iterable[str]) -> bool:
    """Say whether a heading is a headline in other words, and not some of its words."""
    return any(
        token_set_ratio(words_of(heading), words_of(other)) >= _ALIKE
        and not is_part(heading, other)
        for other in others
    )


def _is_close(heading: str, other: str) -> bool:
    """Say whether a heading says the same as a headline in nearly the same words."""
    return (
        count_words(heading) >= MIN_HEADLINE_WORDS
        and token_sort_ratio(words_of(heading), words_of(other)) >= _CLOSE
    )


def _same(one: Title, other: Title | None) -> bool:
    return other is not None and words_of(one.text) == words_of(other.text)
