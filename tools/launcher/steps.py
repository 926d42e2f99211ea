"""A step makes one thing once: under a temporary name, renamed when whole, stamped with what it was made from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import places


class SetupError(Exception):
    """Something this machine must have or allow; the text says what to do."""


@dataclass(frozen=True)
class Step:
    name: str
    says: str
    seconds: int
    made_from: tuple[Path | str, ...]
    build: Callable[[], None]
    is_there: Callable[[], bool] = lambda: True

    def ensure(self) -> bool:
        """Build unless the stamp says that it is there; tell whether something was built."""
        stamp = places.HOME / "stamps" / self.name
        digest = compute_digest(self.made_from)
        if stamp.exists() and stamp.read_text() == digest and self.is_there():
            return False
        stamp.unlink(missing_ok=True)
        started = time.monotonic()
        say(f"  - {self.says}, about {self.seconds} s")
        self.build()
        write_whole(stamp, digest)
        say(f"    done in {time.monotonic() - started:.0f} s")
        return True


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def compute_digest(sources: Iterable[Path | str]) -> str:
    """Digest texts, files and whole folders (without caches) in a fixed order."""
    total = hashlib.sha256()
    for source in sources:
        files = [source] if isinstance(source, str) else list_files(source)
        for item in files:
            total.update(_name(item).encode() + b"\0")
            if isinstance(item, Path):
                total.update(hashlib.sha256(item.read_bytes()).digest())
    return total.hexdigest()


def _name(item: Path | str) -> str:
    """Name a file of the project from the project on: a checkout that moved, or a second one, has the same things."""
    return str(item.relative_to(places.ROOT)) if isinstance(item, Path) and item.is_relative_to(places.ROOT) else str(item)


def list_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.rename(path)


@contextmanager
def fresh_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder that takes its final name only when the block ends well."""
    part = path.with_name(path.name + ".part")
    old = path.with_name(path.name + ".old")
    for leftover in (part, old):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    if path.exists():
        path.rename(old)
    part.rename(path)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up work at a time; the kernel frees the lock of a killed one."""
    places.HOME.mkdir(parents=True, exist_ok=True)
    with (places.HOME / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  - waiting: another ./oa is setting up here")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: str | Path, env: dict[str, str] | None = None, **options: object) -> None:
    """Run quietly; on failure show the end of what was said."""
    words = [str(word) for word in command]
    done = subprocess.run(  # type: ignore[call-overload]
        words, env=env or dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise SetupError(f"{tail}\n`{' '.join(words[:6])} …` ended with {done.returncode}.")
