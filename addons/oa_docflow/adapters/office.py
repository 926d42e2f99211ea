"""Asks a process of its own to look into, fill or read a DOCX or ODT: what kills it does not touch the server."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..core.errors import OfficeError

_ADDON = Path(__file__).resolve().parent.parent
_SECONDS = 60
# The package of the addon without its models: nothing of Odoo is loaded.
_START = (
    "import sys, types; package = types.ModuleType('oa_docflow'); package.__path__ = [sys.argv[1]];"
    "sys.modules['oa_docflow'] = package; from oa_docflow.adapters.office_worker import run; run()"
)


def list_fields(data: bytes) -> list[str]:
    """The fields that a template uses; OfficeError when it must not be used."""
    return [str(name) for name in _ask("fields", data, {})[0]["fields"]]


def fill(data: bytes, values: dict[str, Any]) -> bytes:
    """The document that the template gives with these values."""
    return _ask("fill", data, values)[1]


def replace_marks(data: bytes, marks: dict[str, str]) -> bytes:
    """The document with values in the place of marks."""
    return _ask("mark", data, marks)[1]


def read_paragraphs(data: bytes) -> list[str]:
    """The text, paragraph by paragraph."""
    return [str(text) for text in _ask("read", data, {})[0]["paragraphs"]]


def _ask(name: str, data: bytes, settings: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    with tempfile.TemporaryDirectory(prefix="oa-office-") as place:
        folder = Path(place)
        (folder / "input").write_bytes(data)
        answer = _run({"name": name, "settings": settings, "folder": place}, folder)
        output = folder / "output"
        made = output.read_bytes() if output.exists() else b""
    if "error" in answer:
        raise OfficeError(str(answer["error"]), str(answer.get("detail", "")))
    return answer, made


def _run(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _START, str(_ADDON)],
            input=json.dumps(request), capture_output=True, text=True, timeout=_SECONDS, cwd=folder, check=False,
        )  # fmt: skip
        return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError) as error:
        # Killed by a limit or by its own library.
        raise OfficeError("office_too_hard") from error
