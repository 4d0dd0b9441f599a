"""What a name is: of a person, a house, an agency, an account, or of nobody.

All words that it knows stand in ``transforms/text/bylines.tsv``, by language.
"""

import re

from newsbeam.transforms.dates.months import is_calendar
from newsbeam.transforms.text.agencies import find_agency
from newsbeam.transforms.text.byline_words import (
    HOUSES,
    NO_NAME,
    NOBODY,
    PAGE,
    ROLES,
    either,
    names_author,
    names_helper,
    read_words,
)

DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: Chinese and Japanese do not part words.
_DENSE_WORDS = tuple(word for kind in NO_NAME for word in kind.exact if DENSE.match(word))
_DENSE_PAGE = re.compile(f"(?:{either(word for word in PAGE.exact if DENSE.match(word))})+")
PARTICLES = read_words("particle")
BEATS = read_words("beat")
#: Small words inside of names with which no name begins.
_NO_FIRST_WORD = {"the", "zur", "zum", "und", "in", "y", "e", "i", "am", "im"}
#: Written small, these begin a sentence's rest: "[Von] der Werkstatt zur Marke".
_ARTICLES = {"der", "dem", "den", "des"}
#: "al-Masri", "d'Amato"
_WRITTEN_AT_NAMES = ("d'", "d’", "al-", "el-", "ad-", "as-", "ash-", "an-", "ar-", "ben-", "bin-")
#: A name of more than this is a sentence or a list of something else.
MAX_NAME_CHARS = 70
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ԯԱ-֏Ḁ-ỿ]")
_NAME_WORD = re.compile(r"^[^\W\d_]+(?:[.'’‘`-][^\W\d_]*)*$")
#: No name has so many characters of Chinese.
_DENSE_SENTENCE = re.compile("[\u3400-\u9fff]{11}")
#: Names in scripts without spaces, perhaps parted all the same.
_DENSE_NAME = re.compile(
    r"^(?:[\u3400-\u9fff々ヶ]{1,4}[\s・·]?[\u3400-\u9fff々\u3040-\u30ff]{1,4}|[\uac00-\ud7af]{2,4}(?:\s[\uac00-\ud7af]{1,3})?"
    r"|[\u30a0-\u30ff]{2,}(?:[・=\s][\u30a0-\u30ff]{2,}){1,3})$"
)
#: "daily.example"
_DOMAIN = re.compile(r"^[\w-]{3,}(?:\.[\w-]+)*\.(?:com|org|net|info|news|example|[a-z]{2})$")
_ACCOUNT = re.compile(r"^(?:[a-z0-9_.-]+|\S*\d\S*)$")


def is_person(name: str) -> bool:
    """Say whether ``name`` looks like a person's full name: capitals, and no word known better."""
    words = name.split()
    if not _CASED.search(name):
        if _DENSE_NAME.match(name):
            return not any(word in name for word in _DENSE_WORDS)
        return 2 <= len(words) <= 4 and not any(map(str.isdigit, name))
    if not 2 <= len(words) <= 5 or words[0].lower() in _NO_FIRST_WORD or words[0] in _ARTICLES:
        return False
    capitals = 0
    for word in words:
        bare = word.rstrip(".,").lower()
        if not _NAME_WORD.match(word.rstrip(".,")):
            return False
        if word[0].isupper():
            if len(bare) > 1 and bare not in PARTICLES and any(bare in kind for kind in NO_NAME):
                return False
            capitals += 1
        elif bare.startswith(_WRITTEN_AT_NAMES) and any(map(str.isupper, word)):
            capitals += 1
        elif word[0].islower() and bare not in PARTICLES:
            return False
    return capitals >= 2 and not is_calendar(name)


def is_one_name(name: str) -> bool:
    """Say whether ``name`` can be the first name or the account of somebody: "Olga", "jdoe"."""
    bare = name.rstrip(".").lower()
    return (
        " " not in name
        and 1 < len(name) <= MAX_NAME_CHARS
        and any(map(str.isalpha, name))
        and not any(bare in kind for kind in (*NO_NAME, NOBODY))
        and not is_calendar(name)
        and not _DENSE_SENTENCE.search(name)
    )


def is_house(name: str) -> bool:
    """Say whether a name is that of a desk, a company or a post, and not of a news agency."""
    words = [word.strip("().,").lower() for word in name.split()]
    return not is_agency(name) and (
        any(word in HOUSES or _DOMAIN.match(word) for word in words)
        or all(word in ROLES for word in words)
        or (words[0] == "the" and len(words) > 1)
    )


def is_agency(name: str) -> bool:
    """Say whether a name is that of a news agency, perhaps with its regional desk: "dpa/by"."""
    return find_agency(name) is not None or find_agency(name.partition("/")[0]) is not None


def is_role(text: str) -> bool:
    """Say whether a text is nothing but what somebody is: "Political correspondent"."""
    words = [word for word in text.lower().split() if word not in BEATS]
    return bool(words) and all(word in ROLES for word in words)


def is_nobody(name: str) -> bool:
    """Say whether a whole byline names nobody: "admin", "by", "Photos", "on Monday"."""
    lower = name.lower()
    if is_house(name):
        return False
    return (
        lower in NOBODY
        or is_calendar(name)
        or names_author(name, colon=False)
        or names_helper(name)
        or all(word.strip(".,:") in PAGE for word in lower.split())
        or _DENSE_PAGE.fullmatch(name) is not None
    )


def is_account(name: str) -> bool:
    """Say whether a name looks like that of an account: "jdoe", "ed42"."""
    return bool(_ACCOUNT.match(name))
