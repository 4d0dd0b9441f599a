"""What extraction needs to know."""

from dataclasses import dataclass

from transforms.core.settings import ExtractSettings, QualitySettings, TextSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractOptions:
    """The part of the settings that decides how one page becomes one row; travels with pages."""

    min_chars: int
    max_future_s: float
    text: TextSettings
    quality: QualitySettings
    pipeline_version: str

    @classmethod
    def of(
        cls,
        extract: ExtractSettings,
        text: TextSettings,
        quality: QualitySettings,
        pipeline_version: str,
    ) -> "ExtractOptions":
        """Return the options that a configuration asks for."""
        return cls(
            min_chars=extract.min_chars,
            max_future_s=extract.max_future_s,
            text=text,
            quality=quality,
            pipeline_version=pipeline_version,
        )
