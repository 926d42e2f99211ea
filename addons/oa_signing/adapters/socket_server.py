"""A Unix socket for one service: only the own user may speak, errors travel as codes, requests are never logged."""

import logging
import os
import socket
import socketserver
import struct
from collections.abc import Callable
from pathlib import Path

from ..core.errors import ProtocolError, SigningError
from . import wire

_logger = logging.getLogger(__name__)

Handler = Callable[[wire.Message, list[bytes], list[int]], tuple[wire.Message, list[bytes]]]
IDLE_TIMEOUT = 60.0


class _Connection(socketserver.BaseRequestHandler):
    def setup(self) -> None:
        self.connection: socket.socket = self.request
        self.connection.settimeout(IDLE_TIMEOUT)

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, SocketServer)
        if not _is_own_user(self.connection):
            return
        try:
            incoming = wire.Incoming(self.connection)
        except OSError:
            return
        try:
            self._answer(server, incoming)
        finally:
            incoming.close_files()

    def _answer(self, server: "SocketServer", incoming: wire.Incoming) -> None:
        try:
            message, blobs = incoming.read_message()
        except (EOFError, OSError):
            return
        except SigningError as error:
            message = {}
            answer: tuple[wire.Message, list[bytes]] = ({"error": error.to_wire()}, [])
        else:
            answer = server.answer(message, blobs, incoming.files)
        try:
            wire.send(self.connection, *answer)
        except OSError:
            _logger.info("the caller of %s did not wait for the answer", message.get("operation"))


class SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens at `path` with mode 0600 and hands messages to one handler."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, handler: Handler) -> None:
        self._handler = handler
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(path)
        mask = os.umask(0o177)
        try:
            super().__init__(str(path), _Connection)
        finally:
            os.umask(mask)

    def answer(self, message: wire.Message, blobs: list[bytes], files: list[int]) -> tuple[wire.Message, list[bytes]]:
        """What the handler says; the files are open as long as it works."""
        try:
            return self._handler(message, blobs, files)
        except SigningError as error:
            return {"error": error.to_wire()}, []
        except Exception as error:
            # No traceback and no text of the error: both could hold what was sent.
            _logger.error("operation %s failed: %s", message.get("operation"), type(error).__name__)
            return {"error": ProtocolError(type(error).__name__).to_wire()}, []


def _is_own_user(connection: socket.socket) -> bool:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return uid in (0, os.getuid())


def _remove_stale(path: Path) -> None:
    """A socket without a listener is left by a killed process; one with a listener is somebody else's."""
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink()
            return
    raise SystemExit(f"Another service listens at {path}. Stop it first or choose another --socket.")
