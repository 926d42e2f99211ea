"""One task on a foreign file, in a process of its own under limits; it may be killed at any moment.

Started by `foreign.py`. Reads the task from standard input, leaves files in its folder, answers in JSON. Never imports Odoo.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from ..core.errors import RegistryError
from ..core.mail_message import read_mail


def run() -> None:
    """Do the one task and answer."""
    task = json.loads(sys.stdin.read())
    _set_limits(task["memory"], task["seconds"])
    folder = Path(task["folder"])
    try:
        answer = TASKS[task["name"]](folder, **task["settings"])
    except RegistryError as error:
        answer = {"error": error.code}
    except (MemoryError, RecursionError):
        answer = {"error": "foreign_too_hard"}
    sys.stdout.write(json.dumps(answer))


def _set_limits(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parse_mail(folder: Path) -> dict[str, Any]:
    """Read `input` as an e-mail; each attachment becomes a file named by its place."""
    facts = read_mail((folder / "input").read_bytes())
    for number, attachment in enumerate(facts.attachments):
        (folder / f"attachment-{number}").write_bytes(attachment.data)
    return {**vars(facts), "attachments": [attachment.name for attachment in facts.attachments]}


TASKS = {"parse_mail": parse_mail}
