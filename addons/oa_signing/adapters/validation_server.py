"""The document service: a socket in front of the workers that open files."""

from pathlib import Path

from . import wire
from .socket_server import SocketServer
from .worker_pool import WorkerPool

WORKERS = 2
TIMEOUT = 60.0


def make_server(socket_path: Path, workers: int = WORKERS, timeout: float = TIMEOUT) -> SocketServer:
    pool = WorkerPool(workers, timeout)

    def handle(message: wire.Message, blobs: list[bytes], files: list[int]) -> tuple[wire.Message, list[bytes]]:
        if message.get("operation") == "ping":
            return {"workers": workers}, []
        return pool.ask(message, blobs, files)

    return SocketServer(socket_path, handle)
