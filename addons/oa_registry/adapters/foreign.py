"""Foreign files are read by a process of its own: what kills it, hangs it or fills its memory does not touch the server."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import ForeignFileError

_ADDON = Path(__file__).resolve().parent.parent
# The package of the addon without its models: nothing of Odoo is loaded.
_START = (
    "import sys, types; package = types.ModuleType('oa_registry'); package.__path__ = [sys.argv[1]];"
    "sys.modules['oa_registry'] = package; from oa_registry.adapters.foreign_worker import run; run()"
)


@dataclass(frozen=True)
class Limits:
    """What a task may use."""

    memory: int = 1536 << 20
    seconds: int = 60


@dataclass(frozen=True)
class Task:
    """A task of `foreign_worker` with its settings."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@contextmanager
def perform(task: Task, data: bytes, **more: bytes) -> Iterator[tuple[dict[str, Any], Path]]:
    """Do the task on the bytes; gives its answer and the folder with what it made. Refuses with `ForeignFileError`.

    More files of the task are given by name.
    """
    with tempfile.TemporaryDirectory(prefix="oa-foreign-") as name:
        folder = Path(name)
        for file_name, content in {"input": data, **more}.items():
            (folder / file_name).write_bytes(content)
        yield _ask(task, folder), folder


def _ask(task: Task, folder: Path) -> dict[str, Any]:
    limits = task.limits
    request = {"name": task.name, "settings": task.settings, "folder": str(folder), "memory": limits.memory, "seconds": limits.seconds}
    try:
        done = subprocess.run(
            [sys.executable, "-c", _START, str(_ADDON)],
            input=json.dumps(request), capture_output=True, text=True, timeout=limits.seconds * 3, cwd=folder, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise ForeignFileError("foreign_too_long") from error
    except ValueError as error:
        # Killed by a limit or by its own library.
        raise ForeignFileError("foreign_too_hard") from error
    if "error" in answer:
        raise ForeignFileError(answer["error"], **answer.get("values", {}))
    return dict(answer)
