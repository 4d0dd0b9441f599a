"""Names of the site and of its sections in a title, and what is left of it without them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.text.characters import UNSPACED
from newsbeam.transforms.text.tables import read_table

#: Letters of scripts that do not part words.
DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_DENSE = re.compile(f"[{DENSE}]")
#: Those, and letters of scripts that part sentences alone: Thai, Lao, Burmese, Khmer.
_UNSPACED = re.compile(f"[{DENSE}{UNSPACED}]")
#: What parts a headline from the names of site and section: marks that hardly any headline has
#: inside of it, those that many have, and a comma.
_SEPARATOR = re.compile(
    r"(?P<rare>\s*[|│ǀㅣ｜丨»]+\s*|\s*::+\s*|\s+[·•]\s+)"
    r"|(?P<common>\s+[-–—~«‹›/<>*]{1,2}\s+|(?<=\S):\s+|(?<=[^\w\s]):|\s*：\s*|\s+[-–—]|[-–—]\s+"
    rf"|(?<=[{DENSE}])\s*[-_－—]{{1,2}}\s*)|,\s+"
)
SPACED = re.compile(
    r"\s+[-–—|│·•»‹›:_<>]{1,2}\s+|\s*[|│ǀㅣ｜丨»]\s*|\s*::\s*"
    rf"|(?<=[{DENSE}])\s*[-_－—]{{1,2}}\s*(?=[{DENSE}A-Z]|[\w-]+\.\w+$)"
    # A full-width colon parts quotes and their speakers too: what follows must call itself a paper.
    r"|\s*[：（【](?=\w{0,10}(?:新聞|新闻|日報|日报|時報|时报|ニュース)\w{0,6}[）】]?$)"
)
#: Words with which papers begin, and their domains often not.
_ARTICLES = frozenset(
    ("the", "der", "die", "das", "le", "la", "les", "el", "il", "lo", "de", "het", "den", "det")
)
#: Marks of which a headline hardly has two.
_PARTING = (" | ", " :: ", " » ", " • ", " · ", " / ")
#: Brackets round the name of a site: "[The Daily] Council votes".
_BRACKETS = re.compile(
    r"^[\[(【（〔]([^\[\]()【】（）〔〕]{2,60})[\])】）〕]|[\[(【（〔]([^\[\]()【】（）〔〕]{2,60})[\])】）〕]$"
)
#: So many words follow the site's in the name of one of its parts: "The Daily Politics".
_MAX_ADDED_WORDS = 2
#: So many words has the name of a section; in an address, more of them are a headline.
_MAX_LABEL_WORDS = 3
#: What is shorter is no headline to which something was added.
MIN_HEADLINE_WORDS = 3

#: The same forms of one headline are compared many times.
words_of = lru_cache(maxsize=1024)(normalize_text)


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a site: its names and those of its sections, normalized."""

    names: Collection[str]
    labels: Collection[str]

    @classmethod
    def of(cls, names: Iterable[str], labels: Iterable[str], headlines: Iterable[str]) -> "Site":
        """Return the site of these names; some pages give their headline for one."""
        own = {"", *map(words_of, headlines)}
        short = (text for text in map(words_of, labels) if len(text.split()) <= _MAX_LABEL_WORDS)
        return cls({*map(words_of, names)} - own, {*short} - own)

    def strip(self, title: str) -> str:
        """Return ``title`` without what names the site or a section at its ends."""
        if self.is_name(words_of(title)):
            return ""
        while cut := self._cut(title):
            title = cut
        return title

    def is_name(self, part: str) -> bool:
        """Say whether ``part`` is the site: "La Stampa" is the name of lastampa.example.

        So is "The Daily" that of daily.example.
        """
        article, _, rest = part.partition(" ")
        forms = {part.replace(" ", "")}
        if rest and article in _ARTICLES:
            forms.add(rest.replace(" ", ""))
        return any(name.replace(" ", "") in forms for name in self.names)

    def _cut(self, title: str) -> str | None:
        for match in _BRACKETS.finditer(title):
            rest = (title[: match.start()] + title[match.end() :]).strip()
            if rest and self.is_name(words_of(match[1] or match[2])):
                return rest
        cuts = list(_SEPARATOR.finditer(title))
        for cut in cuts:
            front, rest = words_of(title[: cut.start()]), title[cut.end() :].strip()
            if rest and (self.is_name(front) or (cut["rare"] and front in self.labels)):
                return rest
        parted = [(title[: cut.start()].strip(), words_of(title[cut.end() :])) for cut in cuts]
        for rest, tail in parted:  # the longest first: a name may have such a mark itself
            if rest and (not tail or self.is_name(tail)):
                return rest
        for cut, (rest, tail) in zip(reversed(cuts), reversed(parted), strict=True):
            if rest and self._is_of_site(tail, cut, rest):
                return rest
        return None

    def _is_of_site(self, tail: str, cut: re.Match[str], rest: str) -> bool:
        """Say whether ``tail`` is a section or a part of the site's name, as its mark makes sure.

        "Opinion", "Daily" of "The Daily Online", and behind a rare mark "The Daily Politics".
        """
        known = tail in self.labels or any(is_part(tail, name) for name in self.names)
        if cut["rare"]:
            least = len(tail.split()) - _MAX_ADDED_WORDS
            return known or any(
                tail.startswith(name + " ") and len(name.split()) >= least for name in self.names
            )
        return known and bool(cut["common"]) and len(rest) > 2 * len(tail)


def own_names(
    names: Iterable[str], claims: Sequence[str], headings: Sequence[str]
) -> Iterator[str]:
    """Yield ``names``, but none that is the headline.

    It opens a title, or a word or two stand before it there; and a heading has it, if there is any.
    """
    for name in names:
        rests = [words_of(rest) for claim in claims for rest in _rests_of(claim, name)]
        is_headline = len(name.split()) > _MAX_LABEL_WORDS and any(
            rest not in map(words_of, headings)
            and (
                any(is_part(name, heading) for heading in headings)
                or (not headings and count_words(rest) < MIN_HEADLINE_WORDS)
            )
            for rest in rests
        )
        if not is_headline:
            yield name


def _rests_of(claim: str, name: str) -> Iterator[str]:
    """Yield what a title has besides ``name``: behind it, or little in front of it."""
    if claim.startswith(name) and (cut := SPACED.match(claim, len(name))):
        yield claim[cut.end() :]
    for cut in SPACED.finditer(claim):
        front = claim[: cut.start()]
        if claim[cut.end() :] == name and count_words(front) < MIN_HEADLINE_WORDS:
            yield front


def cut_last_part(title: str) -> str:
    """Return a bare title element without its last, shorter part: mostly the site's name.

    Where words are not parted, a section may stand before the site. Of parts between the same rare
    marks, it is the first if that is the longest: a section, the site, and a slogan follow.
    """
    for mark in _PARTING:
        parts = title.split(mark)
        counts = [*map(count_words, parts)]
        if len(parts) > 2 and counts[0] == max(counts) >= MIN_HEADLINE_WORDS:
            return parts[0].strip()
    for cut in reversed([*SPACED.finditer(title)]):
        first, last = title[: cut.start()], title[cut.end() :]
        if count_words(first) < max(MIN_HEADLINE_WORDS, count_words(last)):
            break
        title = first.strip()
        if not _DENSE.search(last):
            break
    return title


@lru_cache(maxsize=1)
def _section_names() -> frozenset[str]:
    rows = read_table("section_names.tsv")
    return frozenset(words_of(name) for _, names in rows for name in names.split("|"))


def is_section_name(text: str) -> bool:
    """Say whether a text is what pages call a section, in any language: "Press releases"."""
    return words_of(text) in _section_names()


def count_words(text: str) -> int:
    """Return the number of words; of scripts that do not part them, two letters are one."""
    spaced = sum(1 for word in text.split() if not _UNSPACED.search(word))
    return spaced + len(_UNSPACED.findall(text)) // 2


def is_part(part: str, whole: str) -> bool:
    """Say whether ``part`` is some of the words of ``whole``, one after another."""
    return f" {words_of(part)} " in f" {words_of(whole)} "
