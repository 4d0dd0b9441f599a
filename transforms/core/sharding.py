"""Dividing work into parts by a stable hash, the same on every machine and engine."""

import hashlib


def shard_of(key: str, shards: int) -> str:
    """Return the name of the part that ``key`` belongs to, out of ``shards``."""
    if shards == 1:
        return f"{0:05d}"
    value = int.from_bytes(hashlib.blake2b(key.encode("utf-8"), digest_size=8).digest(), "big")
    return f"{value % shards:05d}"
