"""A filter tells which of many keys a run of the index may have, and is sure of those it has not.

It is a Bloom filter of 16 bits a key: of the keys that a run has not, one in 1,700 passes by
chance. The file names the run that it was made of, so one that does not fit or is damaged is never
believed.
"""

import zlib

import msgspec
import numpy as np
from numpy.typing import NDArray

#: Of an identity, the first half.
Keys = NDArray[np.uint64]

_BITS_PER_KEY, _PROBES = 16, 8
_MIX = np.uint64(0x9E3779B97F4A7C15)


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    run: str  # SHA-256 of the file that the keys are from
    bytes: int
    crc32: int


def encode_filter(keys: Keys, run: str) -> bytes:
    """Return the filter of ``keys``, which are those of the file with the SHA-256 ``run``."""
    size = len(keys) * _BITS_PER_KEY // 8 + 8
    bits = np.zeros(size, np.uint8)
    for number in range(_PROBES):
        places = _place(keys, number, size)
        np.bitwise_or.at(bits, places >> np.uint64(3), _bit(places))
    body = bits.tobytes()
    header = _Header(run=run, bytes=size, crc32=zlib.crc32(body))
    return msgspec.json.encode(header) + b"\n" + body


def decode_filter(data: bytes, run: str) -> NDArray[np.uint8] | None:
    """Return the bits of the filter in ``data``; None if it is damaged or not that of ``run``."""
    line, _, body = data.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if (header.run, header.bytes, header.crc32) != (run, len(body), zlib.crc32(body)):
        return None
    return np.frombuffer(body, np.uint8)


def may_have(bits: NDArray[np.uint8], keys: Keys) -> Keys:
    """Return those of ``keys`` that the filter lets pass."""
    for number in range(_PROBES):
        if not len(keys):
            break
        places = _place(keys, number, len(bits))
        keys = keys[(bits[places >> np.uint64(3)] & _bit(places)) != 0]
    return keys


def _place(keys: Keys, number: int, size: int) -> NDArray[np.uint64]:
    step = (keys * _MIX) | np.uint64(1)
    return (keys + np.uint64(number) * step) % np.uint64(size * 8)


def _bit(places: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))
