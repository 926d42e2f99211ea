"""How the processes talk: one line of JSON, then the bytes that it announces."""

import json
import socket
from collections.abc import Sequence
from typing import Any, Protocol

from ..core.errors import PayloadTooLargeError, ProtocolError, ServiceUnavailableError, SigningError

MAX_LINE = 8 << 20
MAX_BLOB = 128 << 20

Message = dict[str, Any]


class Reader(Protocol):
    def readline(self, size: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...  # pylint: disable=method-required-super


class Writer(Protocol):
    def write(self, data: bytes, /) -> int: ...  # pylint: disable=method-required-super

    def flush(self) -> None: ...


def write(stream: Writer, message: Message, blobs: Sequence[bytes] = ()) -> None:
    if any(len(blob) > MAX_BLOB for blob in blobs):
        raise PayloadTooLargeError()
    stream.write(json.dumps({**message, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n")
    for blob in blobs:
        stream.write(blob)
    stream.flush()


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


def call(path: str, message: Message, blobs: Sequence[bytes] = (), timeout: float = 30.0) -> tuple[Message, list[bytes]]:
    """Ask the service behind a Unix socket; its errors are raised here as they were raised there."""
    if not path:
        raise ServiceUnavailableError("not set", operation=message.get("operation"))
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(path)
            with connection.makefile("rwb") as stream:
                write(stream, message, blobs)
                answer, answer_blobs = read(stream)
    except (OSError, EOFError) as error:
        raise ServiceUnavailableError(str(error), path=path) from error
    if "error" in answer:
        raise SigningError.from_wire(answer["error"])
    return answer, answer_blobs
