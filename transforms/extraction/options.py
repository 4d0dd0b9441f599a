"""What extraction needs to know."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # processes that extract do without settings, and the time of their imports
    from newsbeam.transforms.core.settings import (
        ExtractSettings,
        QualitySettings,
        TextSettings,
        WireSettings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractOptions:
    """The part of the settings that decides how one page becomes one row; travels with pages."""

    min_chars: int
    max_future_s: float
    engine: str
    other_pages: str
    keep_removed: bool
    obey_kills: bool = False
    keep_credits: bool
    keywords: int
    measures_quality: bool
    dropped_quality: tuple[str, ...]  # rules whose failure rejects an article
    pipeline_version: str

    @classmethod
    def of(
        cls,
        extract: "ExtractSettings",
        text: "TextSettings",
        quality: "QualitySettings",
        pipeline_version: str,
        wires: "WireSettings | None" = None,
    ) -> "ExtractOptions":
        """Return the options that a configuration asks for."""
        return cls(
            min_chars=extract.min_chars,
            max_future_s=extract.max_future_s,
            engine=extract.engine,
            other_pages=extract.other_pages,
            keep_removed=extract.keep_removed,
            obey_kills=wires is not None and wires.obey_kills,
            keep_credits=text.keep_credits,
            keywords=text.keywords,
            measures_quality=quality.is_measured,
            dropped_quality=quality.drop,
            pipeline_version=pipeline_version,
        )


def is_unwanted(kind_is_article: bool, source_kind: str, options: ExtractOptions) -> bool:
    """Return whether a page of this kind, from a source of this kind, is to be rejected.

    Who publishes a feed says of each entry that it is news; archives, sitemaps and lists of
    addresses name whatever there is.
    """
    if kind_is_article or options.other_pages == "write":
        return False
    return options.other_pages == "reject" or source_kind != "feed"
