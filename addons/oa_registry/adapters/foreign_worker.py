"""One task on a foreign file, in a process of its own under limits; it may be killed at any moment.

Started by `foreign.py`. Reads the task from standard input, leaves files in its folder, answers in JSON. Never imports Odoo.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import RegistryError
from ..core.mail_message import read_mail

_LARGEST_FILE = 1 << 30
_PACKAGES = {"zxingcpp": "zxing-cpp", "PIL": "pillow"}
"""How a package is called where it is installed."""


def run() -> None:
    """Do the one task and answer."""
    task = json.loads(sys.stdin.read())
    _set_limits(task["memory"], task["seconds"])
    folder = Path(task["folder"])
    try:
        answer = TASKS[task["name"]](folder, **task["settings"])
    except RegistryError as error:
        answer = {"error": error.code, "values": error.values}
    except ImportError as error:
        # The file is whole; the machine lacks what reads it.
        answer = {"error": "foreign_no_program", "values": {"name": _PACKAGES.get(error.name or "", error.name or "")}}
    except (MemoryError, RecursionError):
        answer = {"error": "foreign_too_hard"}
    except Exception as error:
        # Whatever a library says of a damaged file.
        answer = {"error": "foreign_damaged", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def _set_limits(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parse_mail(folder: Path) -> dict[str, Any]:
    """Read `input` as an e-mail; each attachment becomes a file named by its place."""
    facts = read_mail((folder / "input").read_bytes())
    for number, attachment in enumerate(facts.attachments):
        (folder / f"attachment-{number}").write_bytes(attachment.data)
    return {**vars(facts), "attachments": [attachment.name for attachment in facts.attachments]}


def open_mail(folder: Path) -> dict[str, Any]:
    """Make `file-0`, `file-1` … of all that is inside the e-mail `input`, and `signed` of what its own signature covers."""
    from ..core.mail_files import list_inner_files, read_signed_part

    data = (folder / "input").read_bytes()
    files = list_inner_files(data)
    for number, file in enumerate(files):
        (folder / f"file-{number}").write_bytes(file.data)
    if (signed := read_signed_part(data)) is not None:
        (folder / "signed").write_bytes(signed)
    return {"names": [file.name for file in files], "is_signed": signed is not None}


def show_mail(folder: Path) -> dict[str, Any]:
    """Make `output`, a page of the e-mail `input` that can do nothing."""
    from .mail_page import make_page

    (folder / "output").write_text(make_page((folder / "input").read_bytes()), encoding="utf-8")
    return {}


def count(folder: Path) -> dict[str, Any]:
    """Count the pages of `input`."""
    from .pdf_pages import count_pages

    return {"pages": count_pages((folder / "input").read_bytes())}


def stamp(folder: Path, corner: str) -> dict[str, Any]:
    """Put `overlay` on the first page of `input`; the copy is `output`."""
    from .pdf_pages import stamp_first_page

    data = stamp_first_page((folder / "input").read_bytes(), (folder / "overlay").read_bytes(), corner)
    (folder / "output").write_bytes(data)
    return {}


def unfold(folder: Path) -> dict[str, Any]:
    """Make `output`, a PDF with a page for each picture of `input`."""
    from .scan_pages import unfold_pictures

    unfold_pictures(folder / "input", folder / "output")
    return {}


def codes(folder: Path, first: int, last: int) -> dict[str, Any]:
    """Read the codes of pages of `input`."""
    from .scan_pages import read_codes

    return {"codes": read_codes(folder / "input", first, last)}


def cut(folder: Path, parts: list[list[int]]) -> dict[str, Any]:
    """Cut `input` into `part-0.pdf`, `part-1.pdf` … with a picture of each."""
    from .scan_pages import cut_part

    for number, (first, last) in enumerate(parts):
        cut_part(folder / "input", first, last, folder / f"part-{number}.pdf")
    return {}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "parse_mail": parse_mail, "open_mail": open_mail, "show_mail": show_mail,
    "count": count, "stamp": stamp, "unfold": unfold, "codes": codes, "cut": cut,
}  # fmt: skip
