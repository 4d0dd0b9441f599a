"""How the pool, its nursery and its workers talk: pickles over sockets, each after its length."""

import pickle
import socket
import struct

LENGTH = struct.Struct("!Q")
PID = struct.Struct("!i")


def pack(message: object) -> bytes:
    """Return one message as bytes."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


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
