"""How the pool, its nursery and its workers talk: messages over sockets, each after its length.

A worker is told the options once and is then given pages, by its own parent: pickled, but for the
bytes of pages. What comes back is never unpickled: a worker reads what anybody may have written,
and a parser that was broken by it must not reach any further.
"""

import pickle
import socket
import struct
from dataclasses import replace

import msgspec

from newsbeam.transforms.core.errors import ModelError
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.extraction.options import ExtractOptions

LENGTH = struct.Struct("!Q")
PID = struct.Struct("!i")

#: The largest page has 10 MiB by default, and its row is smaller than that.
_MAX_OUTCOME_BYTES = 1 << 28
_ENCODER = msgspec.msgpack.Encoder()
_ARTICLE, _REJECT = msgspec.msgpack.Decoder(Article), msgspec.msgpack.Decoder(Reject)


def pack_options(options: ExtractOptions) -> bytes:
    """Return the message that a worker begins with."""
    return _frame(pickle.dumps(options, pickle.HIGHEST_PROTOCOL))


def unpack_options(data: bytearray) -> ExtractOptions:
    """Read what ``pack_options`` wrote, without its length."""
    options: ExtractOptions = pickle.loads(data)  # noqa: S301 - from our parent
    return options


def send_page(channel: socket.socket, page: Page) -> None:
    """Ask for the extraction of a page. Its bytes are sent as they are, and not copied."""
    about = pickle.dumps(replace(page, body=b""), pickle.HIGHEST_PROTOCOL)
    size = LENGTH.size + len(about) + len(page.body)
    channel.sendall(LENGTH.pack(size) + LENGTH.pack(len(about)) + about)
    channel.sendall(page.body)


def unpack_page(data: bytearray) -> Page:
    """Read what ``send_page`` sent, without its length."""
    (size,) = LENGTH.unpack_from(data)
    about, body = memoryview(data)[LENGTH.size :][:size], memoryview(data)[LENGTH.size + size :]
    page: Page = pickle.loads(about)  # noqa: S301 - from our parent
    return replace(page, body=bytes(body))


def pack_outcome(outcome: Article | Reject) -> bytes:
    """Return the message that answers a page."""
    return _frame((b"r" if isinstance(outcome, Reject) else b"a") + _ENCODER.encode(outcome))


def unpack_outcome(data: bytearray) -> Article | Reject:
    """Read what ``pack_outcome`` wrote, without its length; EOFError for anything else."""
    decoder = _REJECT if data[:1] == b"r" else _ARTICLE
    try:
        return decoder.decode(memoryview(data)[1:])
    except msgspec.MsgspecError as error:
        raise EOFError(f"This is no outcome of an extraction: {error}") from error


def pack_fault(fault: ModelError) -> bytes:
    """Return the message that says why nothing can be extracted."""
    return _frame(pickle.dumps(fault, pickle.HIGHEST_PROTOCOL))


def unpack_fault(data: bytearray) -> ModelError:
    """Read what ``pack_fault`` wrote, without its length."""
    fault: ModelError = pickle.loads(data)  # noqa: S301 - from our child, before it reads a page
    return fault


def outcome_size(prefix: bytes | bytearray) -> int:
    """Return the length that stands before an outcome; EOFError if none is so long."""
    (size,) = LENGTH.unpack(prefix)
    if size > _MAX_OUTCOME_BYTES:
        raise EOFError(f"No outcome of an extraction has {size} bytes.")
    return int(size)


def receive(channel: socket.socket, size: int) -> bytearray:
    """Read ``size`` bytes; EOFError if the other side closed before."""
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = channel.recv_into(view[got:])
        if not count:
            raise EOFError
        got += count
    return data


def _frame(data: bytes) -> bytes:
    return LENGTH.pack(len(data)) + data
