"""Workers kept ready; a slow, greedy or dead one is replaced and the caller gets an answer or an error, never silence."""

import logging
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

from ..core.errors import PayloadTooHardError, ServiceUnavailableError
from . import wire

_logger = logging.getLogger(__name__)

JOBS_PER_WORKER = 200
WAIT_FOR_WORKER = 60.0


class Worker:
    """One child process."""

    def __init__(self, command: list[str]) -> None:
        # A socket instead of a pipe: it passes descriptors of files on.
        self._input, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.PIPE)
        self.jobs = 0
        self._timed_out = False
        wire.read(self._output)

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, message: wire.Message, blobs: list[bytes], timeout: float, files: Sequence[int] = ()) -> tuple[wire.Message, list[bytes]]:
        """The answer; EOFError when the worker died, PayloadTooHardError when a limit killed it."""
        self.jobs += 1
        timer = threading.Timer(timeout, self._stop_slow)
        timer.start()
        try:
            wire.send(self._input, message, blobs, files)
            return wire.read(self._output)
        except (EOFError, OSError) as error:
            code = self._process.wait()
            if self._timed_out or code == -signal.SIGXCPU:
                raise PayloadTooHardError("time") from error
            raise EOFError from error
        finally:
            timer.cancel()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._input.close()
        self._output.close()

    def _stop_slow(self) -> None:
        self._timed_out = True
        self._process.kill()


class WorkerPool:
    """A fixed number of workers; each request has one of them for itself."""

    def __init__(self, size: int, timeout: float, command: list[str] | None = None) -> None:
        self._command = command or [sys.executable, sys.argv[0], "worker"]
        self._timeout = timeout
        self._idle: queue.Queue[Worker | None] = queue.Queue()
        # None stands for a worker that is started when it is needed.
        for _number in range(size):
            self._idle.put(None)

    def ask(self, message: wire.Message, blobs: list[bytes], files: Sequence[int] = ()) -> tuple[wire.Message, list[bytes]]:
        try:
            worker = self._idle.get(timeout=WAIT_FOR_WORKER)
        except queue.Empty as error:
            raise ServiceUnavailableError("busy") from error
        try:
            for is_second_try in (False, True):
                worker = worker or Worker(self._command)
                try:
                    return worker.ask(message, blobs, self._timeout, files)
                except EOFError:
                    _logger.warning("worker %s died", worker.pid)
                    worker.stop()
                    worker = None
                    if is_second_try:
                        raise PayloadTooHardError("crash") from None
                except PayloadTooHardError:
                    worker.stop()
                    worker = None
                    raise
            raise AssertionError("unreachable")
        finally:
            if worker and worker.jobs >= JOBS_PER_WORKER:
                worker.stop()
                worker = None
            self._idle.put(worker)

    def stop(self) -> None:
        while not self._idle.empty():
            if worker := self._idle.get():
                worker.stop()
