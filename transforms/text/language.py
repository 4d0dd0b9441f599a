"""The language of a text, as a BCP 47 tag, or ``und`` rather than a guess.

pycld2 tells it from the text's first thousand characters. Where it confuses languages, or lacks
one, words and letters of theirs decide (``language_marks.tsv``).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import pycld2

from newsbeam.transforms.text.characters import ARABIC, HAN
from newsbeam.transforms.text.stop_words import STOP_WORDS
from newsbeam.transforms.text.tables import read_table
from newsbeam.transforms.text.unicode import mend_mojibake, scrub

#: As many characters as tell the language; more costs time and changes next to nothing.
_SAMPLE_CHARS = 1000
#: A text with fewer letters than this tells nothing.
_LEAST_LETTERS = 12
#: Below this length the title is read as well.
_SHORT_TEXT = 200

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[<>]")
_LETTERS = re.compile(r"[^\W\d_]++(?:['’\-][^\W\d_]++)*+")
_IS_ARABIC = re.compile(f"[{ARABIC}]")
_HAN = re.compile(f"[{HAN}]")
#: Twins are told apart by more characters than others.
_TWIN_CHARS = 4000
#: Characters that Cantonese is written with and Mandarin is not.
_CANTONESE = re.compile(
    "[嘅唔佢啲咗喺冇嗰咁嚟哋嘢噉畀諗攞睇搵啱瞓嘥喎]|(?<![關关體体聯联干])係(?![數数統統])"
)
#: What pycld2 says of languages in Arabic letters that it lacks.
_ARABIC_OR_LIKE_IT = frozenset(("ar", "fa", "sd"))
#: Letters of Ewe alone, of Ewe too, and letters without which a text is not in Kurmanji.
_EWE = re.compile("[ƒʋ]")
_EWE_TOO = re.compile("[ƒʋɖɔɛŋ]")
_LETTERS_NEEDED = {"ku": re.compile("[êûî]")}
_CYRILLIC = re.compile("[\u0400-\u04ff]{3}")

#: Codes of pycld2 and their BCP 47 form.
_TAGS = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "no": "nb", "sh": "sr"} | {
    "zh-Hant": "zh", "un": "und", "xxx": "und", "tlh": "und", "zzp": "und", "zzb": "und",
    "bh": "bho", "nr": "nd", "mfe": "mfe", "tw": "ak",
}  # fmt: skip

#: What pycld2 says, and the group of languages that it may be.
_GROUPS = {
    "rw": "rn", "rn": "rn", "zu": "zu", "nd": "zu", "st": "st", "nso": "st", "mi": "mi", "hr": "sh",
    "xh": "zu", "bs": "sh", "sr": "sh", "id": "ms", "ms": "ms", "mk": "mk", "en": "en",
}  # fmt: skip


#: Words without which an English text is no Nigerian Pidgin.
_PIDGIN = frozenset(("dey", "wey", "dem", "sey", "wetin", "pipo", "pesin", "oda", "tins", "dia"))
#: What pycld2 says of Bemba, which it lacks.
_BANTU = frozenset(("rw", "rn", "zu", "xh", "nd", "ny", "lg", "sn", "sw", "tn", "st"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What marks a language among others: words, beginnings and parts of words."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    parts: tuple[str, ...]

    def count(self, words: list[str]) -> int:
        """Return how many of ``words`` are marks."""
        count = len([word for word in words if word in self.words])
        if self.beginnings or self.parts:
            for word in words:
                if word not in self.words:
                    count += word.startswith(self.beginnings) or any(
                        part in word for part in self.parts
                    )
        return count


@lru_cache(maxsize=1)
def _marks() -> dict[str, dict[str, _Marks]]:
    """Return group → language → what marks it."""
    groups: dict[str, dict[str, _Marks]] = {}
    for language, group, words in read_table("language_marks.tsv"):
        starred = [word for word in words.split() if "*" in word]
        groups.setdefault(group, {})[language] = _Marks(
            words=frozenset(words.split()).difference(starred),
            beginnings=tuple(word[:-1] for word in starred if word[0] != "*"),
            parts=tuple(word[1:-1] for word in starred if word[0] == "*"),
        )
    return groups


def detect_language(
    text: str, *, title: str | None = None, hint: str | None = None
) -> tuple[str, float]:
    """Return the language of ``text`` (BCP 47 primary subtag or ``und``) and a confidence 0 to 1.

    ``title`` is added where the text is short. ``hint`` is the language that the page or feed
    declares; it decides only where the text does not.
    """
    if title and len(text) < _SHORT_TEXT:
        text = f"{title}\n{text}"
    sample = mend_mojibake(scrub(text[: 2 * _SAMPLE_CHARS])[0])  # it may not be cleaned yet
    if any(mark in sample for mark in ("@", "://", "www.", "<", ">")):
        sample = _NOISE.sub(" ", sample)
    sample = sample[:_SAMPLE_CHARS]
    declared = _primary(hint)
    whole = text[:_TWIN_CHARS]
    words = _LETTERS.findall(sample.lower())
    if sum(map(len, words)) < _LEAST_LETTERS:
        return (declared, 0.1) if declared and words else ("und", 0.0)
    is_reliable, _, found = pycld2.detect(sample.encode("utf-8"), isPlainText=True, bestEffort=True)
    tag = _TAGS.get(found[0][1], found[0][1]).split("-")[0]
    confidence = found[0][2] / 100
    decided = _decide(tag, is_reliable, sample, words, declared, whole)
    if decided == "und":
        return (declared, 0.3) if declared else ("und", 0.0)
    return decided, confidence if decided == tag else min(confidence, 0.9)


def _decide(
    tag: str, is_reliable: bool, sample: str, words: list[str], declared: str | None, whole: str
) -> str:
    """Return the language among those that ``tag`` may stand for."""
    if tag == "zh":
        marks = len(_CANTONESE.findall(whole))
        if marks > 1 and 300 * marks > len(_HAN.findall(whole)):
            return "yue"
        return "yue" if marks and declared == "yue" else tag
    if tag in _ARABIC_OR_LIKE_IT:
        # Arabic has no words of one letter; Tashelhit has: of, in, with, to, and.
        if _has_marks("shi", words, share=1 / 16):
            return "shi"
        if tag == "ar" and _has_marks("mey", words, share=1 / 40):
            return "mey"
    if tag == "ku" and _IS_ARABIC.search(sample):
        return "ckb"
    if not sample.isascii() and _EWE.search(sample) and len(_EWE_TOO.findall(sample)) > 3:
        return "ee"
    if not is_reliable or not _has_function_words(tag, words):
        share = 0.08 if is_reliable and tag not in _BANTU else 0.025
        lacking = _find_lacking(sample, words, share)
        if lacking:
            return lacking
    if not is_reliable:
        tag = _vote_by_function_words(tag, words, declared)
    group = _GROUPS.get(tag)
    if tag == "sr" and _CYRILLIC.search(sample):
        group = "mk"
    if group and not (tag == "en" and _PIDGIN.isdisjoint(words)):
        if len(whole) > _SAMPLE_CHARS:
            words = _LETTERS.findall(whole.lower())
        counts = {language: marks.count(words) for language, marks in _marks()[group].items()}
        best = max(counts, key=lambda language: (counts[language], language == tag, language))
        if declared in counts and counts[declared] + 1 >= counts[best]:
            return declared  # twins have most words in common: one word is no evidence
        if counts[best] > counts.get(tag, 0):
            return best
    return tag


def _has_marks(language: str, words: list[str], share: float) -> bool:
    """Say whether two different words, and this share of all, mark ``language`` among Arabic."""
    marks = _marks()["ar"][language].words
    found = [word for word in words if word in marks]
    return len(set(found)) > 1 and len(found) > share * len(words)


def _has_function_words(tag: str, words: list[str]) -> bool:
    """Whether ``words`` look like the language ``tag``, as far as its function words are known."""
    known = STOP_WORDS.get(tag)
    if known is None:
        return False
    found = [word for word in words if word in known]
    # Different ones: a language that pycld2 lacks may use one of them all the time, as its own.
    return len(found) > 0.1 * len(words) and len(set(found)) > 0.05 * len(words)


def _find_lacking(sample: str, words: list[str], least_share: float) -> str | None:
    """Return the language that pycld2 lacks and ``words`` are in, None if it is none of them."""
    counts = {
        language: marks.count(words)
        for language, marks in _marks()["-"].items()
        if language not in _LETTERS_NEEDED or _LETTERS_NEEDED[language].search(sample)
    }
    best = max(counts, key=lambda language: (counts[language], language), default="")
    return best if best and counts[best] > max(1, least_share * len(words)) else None


def _vote_by_function_words(tag: str, words: list[str], declared: str | None) -> str:
    """Return the language whose function words are most of ``words``, else ``tag``."""
    counts = {
        language: sum(word in known for word in words) for language, known in STOP_WORDS.items()
    }
    if declared in counts and counts[declared] == max(counts.values()) > 1:
        return declared
    best = max(counts, key=lambda language: (counts[language], language == tag, language))
    return best if counts[best] > max(1, 1.5 * counts.get(tag, 0)) else tag


def _primary(tag: str | None) -> str | None:
    """Return the primary subtag of a declared language, None if it is no language tag."""
    if not tag:
        return None
    primary = re.split(r"[-_]", tag.strip().lower())[0]
    primary = _TAGS.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) and primary != "und" else None
