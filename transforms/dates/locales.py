"""Where a date was written: the language and the country, as far as they are known."""

from dataclasses import dataclass

#: Domains of two letters that tell no country: everybody uses them, or they are of none.
_FOR_ALL = frozenset({"AI", "CC", "CO", "FM", "IO", "LY", "ME", "TO", "TV", "WS", "EU", "SU"})
#: Where the month comes first in "3/11/2026"; in Canada it depends.
_MONTH_FIRST = frozenset({("en", "US"), ("en", "PH"), ("es", "US"), ("fil", "")})
#: The country whose clocks a language without a country means.
_COUNTRIES = {
    "zh": "CN",
    "he": "IL",
    "ga": "IE",
    "cy": "GB",
    "fil": "PH",
    "tl": "PH",
    "ms": "MY",
    **dict.fromkeys(("hi", "mr", "gu", "te", "kn", "ml", "or", "as"), "IN"),
}
#: Tags that browsers and programs still write.
_RENAMED = {"iw": "he", "in": "id", "no": "nb", "ji": "yi", "mo": "ro"}


@dataclass(frozen=True, slots=True)
class Locale:
    """Who wrote a date: the language ("en"), the country ("AU"), and the order of numbers."""

    language: str | None = None
    country: str | None = None
    #: Whether "3/11" is in March; None where that is not known.
    month_first: bool | None = None


ANYWHERE = Locale()


def country_of(host: str | None) -> str | None:
    """Return the country of a host's domain, ISO 3166-1: "www.daily.example.uk" → "GB"."""
    domain = (host or "").rpartition(".")[2].upper()
    if len(domain) != 2 or not domain.isalpha() or domain in _FOR_ALL:
        return None
    return "GB" if domain == "UK" else domain


def read_locale(tag: str | None, country: str | None = None) -> Locale:
    """Return the locale of a BCP 47 tag; ``country`` is known from elsewhere, and goes before.

    English without a country does not say which number is the month; other languages do.
    """
    parts = (tag or "").strip().replace("_", "-").split("-")
    language = _RENAMED.get(parts[0].lower(), parts[0].lower())
    if not language.isalpha() or language == "und":
        return Locale(country=country)
    region = next((part.upper() for part in parts[1:] if len(part) == 2), "")
    if not region and language == "zh" and any(part.lower() == "hant" for part in parts):
        region = "TW"
    month_first: bool | None = (language, region) in _MONTH_FIRST
    if language == "en" and region in ("", "CA"):
        month_first = None
    place = country or region or _COUNTRIES.get(language)
    return Locale(language, place or None, month_first)
