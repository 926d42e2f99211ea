"""How the processes talk: one line of JSON, then the bytes that it announces.

Large files do not travel: the sender opens them and passes descriptors along with the first bytes of a message.
"""

import io
import json
import os
import socket
from collections.abc import Sequence
from typing import Any, Protocol

from ..core.errors import PayloadTooLargeError, ProtocolError, ServiceUnavailableError, SigningError

MAX_LINE = 8 << 20
MAX_BLOB = 128 << 20
# The kernel takes no more descriptors at once.
MAX_FILES = 250

Message = dict[str, Any]


class Reader(Protocol):
    def readline(self, size: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...  # pylint: disable=method-required-super


class Writer(Protocol):
    def write(self, data: bytes, /) -> int: ...  # pylint: disable=method-required-super

    def flush(self) -> None: ...


class Incoming(io.RawIOBase):
    """Reads a socket; the descriptors that came with the first bytes are kept in `files`."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._first, descriptors, _flags, _address = socket.recv_fds(connection, 1 << 16, MAX_FILES)
        self.files = list(descriptors)

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any, /) -> int:
        if not self._first:
            return self._connection.recv_into(target)
        part, self._first = self._first[: len(target)], self._first[len(target) :]
        target[: len(part)] = part
        return len(part)

    def read_message(self) -> tuple[Message, list[bytes]]:
        """The message, with nothing behind it: the other side waits for the answer."""
        return read(io.BufferedReader(self, 1 << 16))

    def close_files(self) -> None:
        for descriptor in self.files:
            os.close(descriptor)
        self.files = []


def send(connection: socket.socket, message: Message, blobs: Sequence[bytes] = (), files: Sequence[int] = ()) -> None:
    """Like `write`, with descriptors of open files."""
    if len(files) > MAX_FILES:
        raise ProtocolError("files")
    line = _make_line(message, blobs)
    sent = socket.send_fds(connection, [line], list(files)) if files else 0
    connection.sendall(memoryview(line)[sent:])
    for blob in blobs:
        connection.sendall(blob)


def write(stream: Writer, message: Message, blobs: Sequence[bytes] = ()) -> None:
    stream.write(_make_line(message, blobs))
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def _make_line(message: Message, blobs: Sequence[bytes]) -> bytes:
    if any(len(blob) > MAX_BLOB for blob in blobs):
        raise PayloadTooLargeError()
    return json.dumps({**message, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n"


def read(stream: Reader) -> tuple[Message, list[bytes]]:
    """The next message; EOFError when the other side is gone."""
    line = stream.readline(MAX_LINE)
    if not line:
        raise EOFError
    try:
        message = json.loads(line)
        sizes = [int(size) for size in message.pop("sizes")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProtocolError("line") from error
    if any(not 0 <= size <= MAX_BLOB for size in sizes):
        raise ProtocolError("size")
    blobs = [stream.read(size) for size in sizes]
    if any(len(blob) != size for blob, size in zip(blobs, sizes, strict=True)):
        raise EOFError
    return message, blobs


def call(
    path: str, message: Message, blobs: Sequence[bytes] = (), timeout: float = 30.0, files: Sequence[int] = ()
) -> tuple[Message, list[bytes]]:
    """Ask the service behind a Unix socket; its errors are raised here as they were raised there."""
    if not path:
        raise ServiceUnavailableError("not set", operation=message.get("operation"))
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(path)
            send(connection, message, blobs, files)
            with connection.makefile("rb") as stream:
                answer, answer_blobs = read(stream)
    except (OSError, EOFError) as error:
        raise ServiceUnavailableError(str(error), path=path) from error
    if "error" in answer:
        raise SigningError.from_wire(answer["error"])
    return answer, answer_blobs
