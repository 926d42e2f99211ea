"""Processes we started: known by pid and moment of start, so that a recycled pid is never hit."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

# The kernel ends a service when its supervisor dies, however it dies.
DIES_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")


def start(command: list[str], log: Path, pid_file: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*DIES_WITH_PARENT, *command], env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
    record(pid_file, process.pid)
    return process


def record(pid_file: Path, pid: int) -> None:
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    pid_file.write_text(f"{pid} {_get_start(pid)}")


def find_alive(pid_file: Path) -> int | None:
    try:
        pid, moment = pid_file.read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if _get_start(int(pid)) == moment else None


def end(pid_file: Path, patience: float = 15) -> bool:
    """Ask a process to end, then insist; tell whether it was alive."""
    pid = find_alive(pid_file)
    if pid:
        for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
            os.kill(pid, number)
            if _wait_gone(pid_file, wait):
                break
    pid_file.unlink(missing_ok=True)
    return bool(pid)


def _wait_gone(pid_file: Path, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not find_alive(pid_file):
            return True
        time.sleep(0.1)
    return False


def _get_start(pid: int) -> str:
    """Read the moment of start; a zombie counts as gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
