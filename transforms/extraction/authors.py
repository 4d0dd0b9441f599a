"""The people who wrote an article, out of what its page and its feed call authors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from transforms.core.identity import normalize_text
from transforms.extraction.shown_dates import is_calendar
from transforms.extraction.structured import texts_of
from transforms.text.agencies import find_agency

#: Names of meta elements that hold authors, most exact first.
META_NAMES = (
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "article:author",
    "citation_author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "cse_author",
    "byl",
    "author",
    "og:author",
    "book:author",
)

#: A byline of more than this is a sentence or a list of something else.
_MAX_NAME_CHARS = 70
_MAX_NAME_WORDS = 7
_MAX_AUTHORS = 20

_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|reviewed|created|story|words|text|report|analysis"
    r"|view all posts|all posts|alle (?:artikel|beiträge)|alles|zeige alle beiträge|ein artikel"
    r"|eine analyse|ein gastbeitrag|ein kommentar|geschrieben|veröffentlicht|publiziert|erstellt"
    r"|gepostet|beitrag|pressemitteilung|skrevet|publié|écrit|escrito|publicado)\s+)?"
    r"(?:(?:by|von|vom|par|por|di|da|door|av|af|przez|autor(?:in|a|es)?|author|auteur|autore|texte?"
    r"|texto|redazione|interview|автор)\s*[:：|]\s*"
    r"|(?:by|von|vom|par|por|di|door|av|af|przez|автор)\s+)+",
    re.IGNORECASE,
)
#: A role in front of a name, as German has it: "Chefreporterin Jane Doe".
_ROLE_BEFORE = re.compile(
    r"^[\w-]*(?:[Ee]xpert(?:e|in)|[Rr]edakteur(?:in)?|[Rr]eporter(?:in)?|[Kk]orrespondent(?:in)?"
    r"|[Aa]utor(?:in)?|[Jj]ournalist(?:in)?)\s+(?=[^\W\d_a-zß-ÿ])"
)
_MAIL = re.compile(r"[(<\[]?\s*\S+@\S+\.\w+\s*[)>\]]?")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_BRACKETS = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\])")
_SPLIT = re.compile(
    r"\s*[;|•·»\n]\s*|\s*/\s*|\s+[-–—]\s+|\s+(?:im Gespräch mit|in conversation with)\s+"
    r"|\s*,?\s+(?:and|und|et|och|og|mit|with|sowie|и|i|ja|ve|&)\s+"
    r"|\s*[、，]\s*",
    re.IGNORECASE,
)
#: "y" and "e" also stand inside names: only where both sides are whole names.
_SPLIT_ROMANCE = re.compile(r"(?<=\w)\s+(?:y|e|en)\s+(?=\w+\s+\w)")
_SUFFIX = re.compile(
    r"^(?:jr|sr|ph\.?\s?d|m\.?d|md|msc|ma|ba|b\.?a|m\.?a|esq|rn|ii|iii|iv)\.?$", re.IGNORECASE
)
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|journalist|contributor|producer|bureau"
    r"|chief|director|analyst|fellow|professor|redakteur\w*|korrespondent\w*|reporterin|autor(?:in)?"
    r"|chefredakteur\w*|volontär\w*|volo|journaliste|rédact\w+|correspondant\w*|redactor\w*"
    r"|periodista|corresponsal|editora|giornalista|corrispondente|inviat[oa]|journalistin|fotograf\w*"
    r"|photographer|\w*leiter(?:in)?|(?:presse)?sprecher(?:in)?|präsident(?:in)?|vorsitzende\w*"
    r"|geschäftsführer(?:in)?|president|head of|manager|founder|ceo|expert\w*|spokes\w+|researcher"
    r"|scientist|lecturer|dozent(?:in)?|direct(?:or|eur|rice|ora)|economist|politologe|updated|published|veröffentlicht|aktualisiert|uhr|\d{1,2}:\d{2}|\d{4})\b",
    re.IGNORECASE,
)
#: Bylines that name nobody.
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|root|user|guest|unknown|anonymous|no author|none|null|undefined|name"
    r"|web ?master|wordpress\w*|news|online|nachrichten|autor(?:in|en)?|authors?|editors?|default"
    r"|super user|human|last updated|\d+ posts?"
    r"|by|von|par|por|and|und|et|am|on|in|um|text|texte|interview|fotos?|photos?|follow|mehr|more"
    r"|(?:posted|published|publiziert|veröffentlicht|geschrieben|written|erstellt|stand|updated)"
    r"(?: (?:on|am|by|von|in))?)$",
    re.IGNORECASE,
)
#: Names of houses rather than of people.
_HOUSE = re.compile(
    r"\b(?:staff|\w*redaktion\w*|rédaction|redacción|redazione|redação|redactie|newsroom|news ?desk"
    r"|editorial|editors|agencies|agentur(?:en)?|press office|pressestelle|web ?(?:desk|team)"
    r"|e\.\s?V|GmbH|AG|KG|Inc|Ltd|LLC|Corp|S\.?A|S\.?L|Verlag|Stiftung|Foundation|Verband|Verein"
    r"|Ministerium|Ministry|Institut[eo]?)\b"
    r"|(?:news|wire) service|(?:staff|wire) reports?$",
    re.IGNORECASE,
)
#: "Edited by John Roe" is no author.
_HELPERS = re.compile(
    r"\b(?:edited|illustrated|photographed|photographs?|photos?|translated|produced"
    r"|fact[- ]?checked|redigiert|übersetzt|aus dem \w+)\s+(?:by|von)\b.*",
    re.IGNORECASE | re.DOTALL,
)
#: "a reporter" behind a name, as Korean, Japanese and Chinese have it.
_ROLE_BEHIND = re.compile(r"\s*(?:기자|특파원|논설위원|記者|记者|通讯员|編集委員)$")
_BEFORE_DATE = re.compile(r"\s+(?:am|on|at|le|vor|el|den)$")
#: A byline that only begins behind something else: "Politics | by | Jane Doe".
_BEFORE_BY = re.compile(r"^.*\|\s*(?:by|von|par|por|di|door|av|af|przez)\s*(?:\||$)", re.IGNORECASE)
#: A sentence has words in small letters; a list of names has few.
_MAX_SMALL_WORDS = 5
_SMALL_WORD = re.compile(r"(?<!\S)[a-zß-öø-ÿ]{2,}(?!\S)")
_NICKNAME = re.compile(r"^(?:[a-z0-9_.-]+|\S*\d\S*)$")
#: Dates and times, which stand beside names in bylines.
_MOMENT = re.compile(
    r"\d{1,2}[:.]\d{2}|\d{1,2}\.\s?\d{1,2}\.|\b(?:19|20)\d\d\b|^\W*\d+\W*$|^\d+\s?(?:min|h|std|uhr)\b"
    r"|\s+(?:am|on|at|le|vor|says|sagt)\s*$|^am\s",
    re.IGNORECASE,
)


def clean_authors(raw: Iterable[str], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names in ``raw`` as a list of people and agencies, each once, in order.

    "By …", roles, places, e-mail addresses, links and handles go; lists are split. A name that is
    the outlet's own, or nobody's, goes where somebody else is named; where it is the whole byline,
    the outlet's stays and nobody's goes.
    """
    known = {normalize_text(name) for name in outlets}
    people: dict[str, str] = {}
    houses: dict[str, str] = {}
    for text in raw:
        whole = " ".join(text.split())
        for name in [whole] if normalize_text(whole) in known else _names(whole):
            key = normalize_text(name)
            if key and not _NOBODY.match(name):
                group = houses if key in known or _HOUSE.search(name) else people
                group.setdefault(key, name)
    return tuple((people or houses).values())[:_MAX_AUTHORS]


def names_in(value: Any) -> Iterator[str]:
    """Yield the names in a JSON-LD ``author`` value: strings, nodes, or lists of them."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict) and "name" not in value:
        parts = [value.get("givenName"), value.get("familyName")]
        if all(isinstance(part, str) for part in parts):
            yield " ".join(str(part) for part in parts)
    else:
        yield from texts_of(value)


def is_house(authors: Sequence[str], outlets: Iterable[str]) -> bool:
    """Say whether all of ``authors`` are houses: the outlet, a desk, a company."""
    known = {normalize_text(name) for name in outlets}
    return all(normalize_text(name) in known or _HOUSE.search(name) for name in authors)


def is_nickname(authors: Sequence[str]) -> bool:
    """Say whether there is one author, and it looks like the name of an account: "jdoe", "ed42"."""
    return len(authors) == 1 and bool(_NICKNAME.match(authors[0]))


def _names(text: str) -> Iterator[str]:
    text = _HELPERS.sub("", _BRACKETS.sub("", _BEFORE_BY.sub("", text)))
    text = _URL.sub(" ", _MAIL.sub(" ", _HANDLE.sub(" ", text)))
    text = _BY.sub("", text)
    if len(_SMALL_WORD.findall(text)) > _MAX_SMALL_WORDS and text.rstrip().endswith((".", "…")):
        return
    for part in _SPLIT.split(text):
        for piece in _SPLIT_ROMANCE.split(part):
            yield from _comma_names(piece)


def _comma_names(text: str) -> Iterator[str]:
    parts = [part.strip() for part in text.split(",")]
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.match(part):
            names[-1] += f", {part}"
        elif part and (
            not names or find_agency(part) or not (part[0].islower() or _ROLE.search(part))
        ):
            names.append(part)
    if len(names) == 2 and all(" " not in name for name in names) and len(parts) == 2:
        names = [f"{names[1]} {names[0]}"]  # "Doe, Jane"
    for each in names:
        name = _ROLE_BEFORE.sub("", _BY.sub("", each)).strip(" .,:;-–—|/*'\"→›»«()")
        name = _BEFORE_DATE.sub("", _ROLE_BEHIND.sub("", name))
        words = len(name.split())
        if is_calendar(name):
            continue
        if name and len(name) <= _MAX_NAME_CHARS and words <= _MAX_NAME_WORDS:
            if not _MOMENT.search(name):
                yield name
            elif moment := _MOMENT.search(name):
                # "Jane Doe 30 August 2023", "Jane Doe am 8.12.2022"
                before = re.split(r"\s+(?:am|on|at|le|um|vor)?\s*\d", name[: moment.end()])[
                    0
                ].strip()
                if before and before != name and not re.search(r"\d", before):
                    yield before
