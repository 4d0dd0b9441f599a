"""What a configuration says of buckets, for this process; what it leaves open, variables say.

It stays in the process that has read it: it is no part of a pass, so it is in no job that an engine
stores and shows. Workers elsewhere have variables of their own.
"""

from typing import Any

from pydantic import SecretStr

from newsbeam.transforms.core.settings import BucketSettings

_in_use = BucketSettings()


def use_buckets(settings: BucketSettings) -> None:
    """Let buckets be opened with ``settings`` from now on."""
    global _in_use  # noqa: PLW0603 - one for a process, like its environment
    _in_use = settings


def buckets_in_use() -> BucketSettings:
    """Return what ``use_buckets`` was given last."""
    return _in_use


def options_of(settings: BucketSettings, family: str) -> dict[str, Any]:
    """Return what is said for ``s3``, ``gs`` or ``az`` in the client's names, in clear text."""
    section = getattr(settings, family, None)
    values = {} if section is None else dict(section)
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in values.items()
        if value is not None
    }
