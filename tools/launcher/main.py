"""The commands of `./oa`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from . import areas, bench, checks, doctor, registers, sample, server, services, setup, testing
from .steps import SetupError, only_one, say


def main(words: list[str]) -> int:
    try:
        command, *arguments = _take_port(words)
        if command not in COMMANDS:
            raise SetupError(f"No such command: {command}. `./oa help` lists all.")
        return COMMANDS[command](arguments)
    except (SetupError, OSError) as error:
        sys.stderr.write(f"\n{error}\n")
    except KeyboardInterrupt:
        return 130
    return 1


def _take_port(words: list[str]) -> list[str]:
    """`--port N` before or after the command is the same as OA_PORT=N; words after `--` belong to others."""
    end = words.index("--") if "--" in words else len(words)
    ours = words[:end]
    if "--port" in ours:
        place = ours.index("--port")
        if place + 1 == len(ours):
            raise SetupError("--port needs a number.")
        os.environ["OA_PORT"] = ours[place + 1]
        del ours[place : place + 2]
    return ours + words[end:]


def run(words: list[str]) -> int:
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        raise SetupError("What shall run? For example: ./oa run -- psql -l")
    env = setup.prepare_base(areas.get_product())
    os.execvpe(words[0], words, env)


def shell(words: list[str]) -> int:
    return run(["odoo", "shell", "-d", words[0] if words else server.DATABASE, "--no-http", "--log-level=warn"])


def logs(words: list[str]) -> int:
    """Follow what the product and its services write, or one of them."""
    folder = areas.get_product().log
    files = [folder / f"{name}.log" for name in words] or sorted(folder.glob("*.log"))
    if not files:
        raise SetupError("Nothing was started yet: ./oa up")
    return subprocess.run(["tail", "-n", "40", "-F", *files], check=False).returncode


def run_services(_words: list[str]) -> int:
    """Run the demo services alone, for work on an addon with an Odoo of one's own."""
    area = areas.get_product()
    env = setup.prepare_base(area)
    with only_one():
        services.pki_step(area, env).ensure()
    with services.Supervisor(area, env) as supervisor:
        say(f"Services run: {', '.join(supervisor.running)}. Ctrl-C ends them.")
        supervisor.watch_forever()
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": server.up,
    "stop": server.stop,
    "reset": server.reset,
    "url": server.url,
    "shell": shell,
    "logs": logs,
    "run": run,
    "services": run_services,
    "test": testing.test,
    "check": checks.check,
    "bench": bench.bench,
    "doctor": doctor.doctor,
    "verify-register": registers.verify,
    "sample": sample.sample,
}
