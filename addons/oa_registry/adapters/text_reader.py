"""Asks a process of its own for the text of a file; whatever the file does, an answer comes in time."""

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .text_worker import READERS

WORKER = Path(__file__).with_name("text_worker.py")
READ_SECONDS, RECOGNISE_SECONDS = 90, 900
LANGUAGES = frozenset({"bul", "eng"})
_KEPT = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "FONTCONFIG_FILE", "TMPDIR")
_LONGEST_ANSWER = 32 << 20


@dataclass(frozen=True)
class Reading:
    """What came of it: a text, or the code of a reason."""

    text: str = ""
    method: str = ""
    """read; scan: there is no text, only pictures; recognised."""
    pages: int = 0
    error: str = ""


def is_readable(mimetype: str) -> bool:
    return mimetype in READERS or is_picture(mimetype)


def is_picture(mimetype: str) -> bool:
    return mimetype in {"image/png", "image/jpeg", "image/tiff"}


def read(path: str, mimetype: str) -> Reading:
    """The text that stands in the file."""
    return _ask("read", path, mimetype, READ_SECONDS)


def recognise(path: str, mimetype: str) -> Reading:
    """The text on the pictures of the file."""
    return _ask("recognise", path, mimetype, RECOGNISE_SECONDS)


def list_missing_programs() -> list[str]:
    """What this machine lacks for reading PDF and scans, as its packages are called."""
    missing = [] if shutil.which("pdftotext") and shutil.which("pdftoppm") else ["poppler-utils"]
    if not shutil.which("tesseract"):
        return [*missing, "tesseract-ocr", "tesseract-ocr-bul"]
    return [*missing, *(f"tesseract-ocr-{language}" for language in sorted(LANGUAGES - _list_languages()))]


@functools.cache
def _list_languages() -> frozenset[str]:
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=30).stdout
    return frozenset(line.strip() for line in said.splitlines())


def _ask(act: str, path: str, mimetype: str, seconds: int) -> Reading:
    with tempfile.TemporaryDirectory(prefix="oa_text_") as folder, tempfile.TemporaryFile() as answer:
        # One page is read by one processor: the others belong to people.
        env = {name: value for name in _KEPT if (value := os.environ.get(name))} | {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-I", str(WORKER), act, mimetype, path, folder]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.DEVNULL, env=env, start_new_session=True, cwd=folder
        ) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                return Reading(error="limit")
            finally:
                _end_all(process)
        answer.seek(0)
        return _understand(answer.read(_LONGEST_ANSWER))


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """Nothing that the file has started outlives the answer."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _understand(data: bytes) -> Reading:
    try:
        said = json.loads(data)
        return Reading(
            # PostgreSQL stores no NUL.
            str(said.get("text", "")).replace("\x00", " "),
            str(said.get("method", "")),
            int(said.get("pages", 0)),
            str(said.get("error", "")),
        )
    except (ValueError, AttributeError):
        # A limit ends the process before it can say anything.
        return Reading(error="limit")
