"""An Odoo server of the tests, which may be killed as a power cut would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 90


class OdooServer:
    def __init__(self, database: str, log: Path, options: tuple[str, ...] = ()) -> None:
        self.database, self.log, self.options = database, log, options
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> OdooServer:
        self.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self.stop()

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = ["odoo", "-d", self.database, "--db-filter", f"^{self.database}$", "--http-port", str(self.port), *self.options]
        with self.log.open("ab") as stream:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command], stdout=stream, stderr=stream, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while not self.is_healthy():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Odoo does not answer; the end of {self.log}:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a chance to finish anything."""
        self._end(signal.SIGKILL)

    def list_workers(self) -> list[int]:
        """Give the processes that answer HTTP: children of the first process that listen to its port."""
        children = [path.parent for path in Path("/proc").glob("[0-9]*/stat") if self._is_child(path)]
        return [int(path.name) for path in children if b"gevent" not in (path / "cmdline").read_bytes()]

    def _is_child(self, stat: Path) -> bool:
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
        return self._process is not None and parent == self._process.pid

    def is_healthy(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/web/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait(30)
        self._process = None


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
