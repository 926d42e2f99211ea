"""`sample`: many invented documents in a demo database, for trials of speed and search."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from . import areas, database, places, server, setup
from .steps import SetupError, say

MARK = "SAMPLE "


@dataclass(frozen=True)
class Sample:
    """What is wanted."""

    count: int
    seed: int = 1
    """The same seed tells the same story."""
    with_files: int = 0
    """How many of a hundred documents have a file."""
    is_forced: bool = False
    """Also into a database that is not a demo."""


def sample(words: list[str]) -> int:
    """`./oa sample N [DB] [--seed S] [--files PERCENT] [--force]`"""
    seed, words = _take(words, "--seed", "1")
    files, words = _take(words, "--files", "0")
    is_forced = "--force" in words
    rest = [word for word in words if word != "--force"]
    if not rest or not rest[0].isdigit() or not (seed + files).isdigit() or len(rest) > 2:
        raise SetupError("How many documents? For example: ./oa sample 10000 [DATABASE] [--seed 1] [--files 10]")
    name = rest[1] if len(rest) > 1 else server.DATABASE
    env = setup.prepare_base(areas.get_product())
    if not database.exists(name, env):
        raise SetupError(f"There is no database {name}: ./oa up makes {server.DATABASE}.")
    fill(name, Sample(int(rest[0]), int(seed), int(files), is_forced), env)
    return 0


def fill(name: str, sample: Sample, env: dict[str, str]) -> None:
    """Add the documents; what is done is told while it runs, and all of it is there or nothing."""
    settings = {"COUNT": sample.count, "SEED": sample.seed, "FILES": sample.with_files, "FORCED": int(sample.is_forced)}
    variables = {f"OA_SAMPLE_{name}": str(value) for name, value in settings.items()}
    command = [str(places.VENV / "bin/odoo"), "shell", "-d", name, "--no-http", "--log-level=error"]
    script = (database.SCRIPTS / "make_sample.py").read_text()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**env, **variables}
    ) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(script)
        process.stdin.close()
        last = ""
        for line in process.stderr:
            if line.startswith(MARK):
                last = line.removeprefix(MARK).strip()
                say(f"  {last}")
            else:
                last = line.strip() or last
    if process.returncode:
        raise SetupError(f"Nothing was added to {name}: {last}")
    sys.stdout.flush()


def _take(words: list[str], option: str, usual: str) -> tuple[str, list[str]]:
    if option not in words:
        return usual, words
    place = words.index(option)
    if place + 1 == len(words):
        raise SetupError(f"{option} needs a number.")
    return words[place + 1], words[:place] + words[place + 2 :]
