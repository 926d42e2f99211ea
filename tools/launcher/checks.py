"""`check`: everything that reads the code without running it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from . import areas, places, setup
from .steps import say

Command = list[str | Path]


def check(_words: list[str]) -> int:
    env = setup.prepare_base(areas.get_product())
    return run_all(env)


def run_all(env: dict[str, str]) -> int:
    failed = [name for name, command in list_checks().items() if not _passes(name, command, env)]
    say(f"  check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


def list_checks() -> dict[str, Command]:
    tools = places.VENV / "bin"
    checks: dict[str, Command] = {
        "ruff": [tools / "ruff", "check", "."],
        "format": [tools / "ruff", "format", "--check", "."],
        "types of the launcher": [tools / "mypy", "tools/launcher"],
        "compose": [tools / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *_list_compose_files()],
    }
    for addon in places.list_addons():
        # The signing core needs packages that only its own environment has.
        mypy = places.SIGNING / "bin/mypy" if addon == "oa_signing" else tools / "mypy"
        pure = [part for part in (places.ADDONS / addon / "core", places.ADDONS / addon / "adapters") if any(part.glob("*.py"))]
        if pure:
            checks[f"types of {addon}"] = [mypy, *pure]
    if places.list_addons():
        checks["pylint"] = [tools / "pylint", "--rcfile=.pylintrc", *(places.ADDONS / name for name in places.list_addons())]
    return checks


def _list_compose_files() -> list[Path]:
    return sorted(places.ROOT.glob("docker-compose*.yml"))


def _passes(name: str, command: Command, env: dict[str, str]) -> bool:
    started = time.monotonic()
    variables = {**env, "MYPYPATH": "addons:tools"}
    done = subprocess.run(command, cwd=places.ROOT, env=variables, capture_output=True, text=True, check=False)
    verdict = "passed" if done.returncode == 0 else "FAILED"
    say(f"  check: {name} {verdict} ({time.monotonic() - started:.0f} s)")
    if done.returncode:
        say(done.stdout + done.stderr)
    return done.returncode == 0
