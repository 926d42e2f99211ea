"""One task on a DOCX or ODT, in a process of its own under limits; it may be killed at any moment. Never imports Odoo."""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import OfficeError
from . import office_template

_MEMORY, _SECONDS, _LARGEST_FILE = 1 << 30, 15, 200 << 20


def run() -> None:
    """Do the one task and answer."""
    task = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(task["folder"])
    try:
        answer = TASKS[task["name"]](folder, task["settings"])
    except OfficeError as error:
        answer = {"error": error.code, "detail": error.detail}
    except (MemoryError, RecursionError, OverflowError):
        answer = {"error": "office_too_hard"}
    except Exception as error:
        # Whatever a library says of a damaged file.
        answer = {"error": "office_damaged", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def list_fields(folder: Path, _settings: dict[str, Any]) -> dict[str, Any]:
    """Name the fields of `input`."""
    return {"fields": office_template.list_fields((folder / "input").read_bytes())}


def fill(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Fill `input` with the settings; the document is `output`."""
    (folder / "output").write_bytes(office_template.fill((folder / "input").read_bytes(), settings))
    return {}


def mark(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Replace the marks of `input`; the document is `output`."""
    (folder / "output").write_bytes(office_template.replace_marks((folder / "input").read_bytes(), settings))
    return {}


def read(folder: Path, _settings: dict[str, Any]) -> dict[str, Any]:
    """Read the paragraphs of `input`."""
    return {"paragraphs": office_template.read_paragraphs((folder / "input").read_bytes())}


TASKS: dict[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {"fields": list_fields, "fill": fill, "mark": mark, "read": read}
