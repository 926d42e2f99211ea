"""The commands of `./oa`."""

from __future__ import annotations

import os
import sys

from . import setup
from .steps import SetupError


def main(words: list[str]) -> int:
    command, *arguments = words
    try:
        return COMMANDS[command](arguments)
    except KeyError:
        sys.stderr.write(f"No such command: {command}. `./oa help` lists all.\n")
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
    except KeyboardInterrupt:
        return 130
    return 1


def run_command(words: list[str]) -> int:
    words = words[1:] if words[:1] == ["--"] else words
    env = setup.prepare_base()
    os.execvpe(words[0], words, env)


COMMANDS = {
    "run": run_command,
    "setup": lambda _words: bool(setup.prepare_base()) - 1,
}
