"""Which captures of an archive are wanted, told before a page is decoded or extracted.

What an archive says of a capture decides; a capture of which it does not say what is asked for is
wanted, and read.
"""

import re
from datetime import UTC, date, datetime

from babel.core import get_global

from newsbeam.transforms.core.settings import SelectSettings
from newsbeam.transforms.core.urls import host_of

_HTML_LANG = re.compile(rb"""<html\b[^>]{0,1000}?\slang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.I)
_HEAD_BYTES = 4096


class Selection:
    """Tells of a capture why it is not wanted, as one of the kinds of what is passed over."""

    def __init__(self, settings: SelectSettings) -> None:
        self._hosts = _lower(settings.hosts)
        self._exclude_hosts = _lower(settings.exclude_hosts)
        self._languages = frozenset(map(base_language, settings.languages))
        self._since, self._until = settings.since, settings.until
        self._statuses = frozenset(settings.statuses)

    @property
    def looks_at_statuses(self) -> bool:
        """Tell whether statuses count."""
        return bool(self._statuses)

    @property
    def looks_at_languages(self) -> bool:
        """Tell whether languages count."""
        return bool(self._languages)

    def refuse(
        self,
        *,
        url: str | None,
        captured_at: datetime | None = None,
        status: int | None = None,
        languages: str | None = None,
    ) -> str | None:
        """Return what is not wanted of a capture, None if it is wanted as far as that is known.

        ``languages`` are ISO 639 codes parted by commas; one that is wanted is enough.
        """
        if self._hosts or self._exclude_hosts:
            host = host_of(url) if url else None
            if host is not None and not self._takes_host(host.lower()):
                return "unwanted_host"
        if captured_at is not None and not self._takes_day(captured_at.astimezone(UTC).date()):
            return "unwanted_date"
        if self._statuses and status is not None and status not in self._statuses:
            return "unwanted_status"
        said = [base_language(part) for part in (languages or "").split(",") if part.strip()]
        if self._languages and said and self._languages.isdisjoint(said):
            return "unwanted_language"
        return None

    def _takes_host(self, host: str) -> bool:
        if any(_is_below(host, each) for each in self._exclude_hosts):
            return False
        return not self._hosts or any(_is_below(host, each) for each in self._hosts)

    def _takes_day(self, day: date) -> bool:
        return (self._since is None or day >= self._since) and (
            self._until is None or day <= self._until
        )


def stated_language(body: bytes) -> str | None:
    """Return the language that the first tag of a page states, None if it states none."""
    found = _HTML_LANG.search(body[:_HEAD_BYTES])
    return found[1].decode("ascii") if found else None


def base_language(tag: str) -> str:
    """Return the two-letter code of a language tag, or of a code of three letters that has one."""
    code = re.split("[-_]", tag.strip().lower())[0]
    return str(get_global("language_aliases").get(code, code))


def _lower(hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(host.lower().removeprefix("*.").strip(".") for host in hosts)


def _is_below(host: str, other: str) -> bool:
    return host == other or host.endswith(f".{other}")
