"""Asks ClamAV's daemon about the bytes of a file, over its socket."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 60.0
_CHUNK = 1 << 18
_LONGEST_ANSWER = 4096


class ScannerError(Exception):
    """The daemon does not answer, or not as it should."""


def scan(address: str, data: bytes) -> str:
    """The name of what was found; empty when the file is clean. The address is a path, or a host and port: 127.0.0.1:3310."""
    try:
        with _connect(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            return _understand(_read(connection))
    except (OSError, ValueError) as error:
        raise ScannerError(str(error)) from error


def ping(address: str) -> bool:
    """Say whether the daemon is there."""
    try:
        with _connect(address) as connection:
            connection.sendall(b"zPING\0")
            return _read(connection) == "PONG"
    except (OSError, ValueError):
        return False


@contextmanager
def _connect(address: str) -> Iterator[socket.socket]:
    host, separator, port = address.rpartition(":")
    is_path = "/" in address or not separator
    with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(address.removeprefix("unix:") if is_path else (host, int(port)))
        yield connection


def _read(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (part := connection.recv(_LONGEST_ANSWER)):
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", errors="replace").strip()


def _understand(answer: str) -> str:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerError(said or "no answer")
