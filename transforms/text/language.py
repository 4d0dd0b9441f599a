"""The language of a text, as a BCP 47 tag, or ``und`` rather than a guess."""

import re

import pycld2

from transforms.text.unicode import scrub

#: As many characters as tell the language; more costs time and changes next to nothing.
_SAMPLE_CHARS = 1000
#: Fewer letters than this tell nothing.
_LEAST_LETTERS = 12

#: pycld2 raises on control characters, surrogates and noncharacters.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[<>]")
_LETTER = re.compile(r"[^\W\d_]")

#: Codes that pycld2 gives, and their BCP 47 form.
_TAGS = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "no": "nb", "sh": "sr",
    "tl": "tl", "zh-Hant": "zh", "zh": "zh", "zzp": "und", "un": "und", "xxx": "und", "tlh": "und",
    "sr-ME": "sr", "crs": "crs", "mni-Mtei": "mni", "blu": "hmn", "bh": "bho",
}  # fmt: skip


def detect_language(
    text: str, *, title: str | None = None, hint: str | None = None
) -> tuple[str, float]:
    """Return the language of ``text`` (BCP 47 primary subtag or ``und``) and a confidence 0 to 1.

    ``title`` is added where the text is short. ``hint`` is the language that the page or feed
    declares; it decides only where the text does not.
    """
    sample = f"{title}\n{text[:_SAMPLE_CHARS]}" if title and len(text) < 200 else text
    sample = _NOISE.sub(" ", scrub(sample[: 2 * _SAMPLE_CHARS])[0])[:_SAMPLE_CHARS]
    declared = _primary(hint)
    if len(_LETTER.findall(sample[:200])) < _LEAST_LETTERS:
        return ("und", 0.0)
    _, _, found = pycld2.detect(
        sample.encode("utf-8"), isPlainText=True, hintLanguage=None, bestEffort=True
    )
    _, code, percent, _ = found[0]
    tag = _TAGS.get(code, code).split("-")[0]
    confidence = percent / 100
    if tag == "und":
        return (declared, 0.5) if declared else ("und", 0.0)
    return tag, confidence


def _primary(tag: str | None) -> str | None:
    """Return the primary subtag of a declared language, None if it is no language tag."""
    if not tag:
        return None
    primary = re.split(r"[-_]", tag.strip().lower())[0]
    primary = _TAGS.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) and primary != "und" else None
