"""DOCX and ODT to PDF/A-2b by LibreOffice: a process of its own with limits and a profile for one use, without macros and network."""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ..core.errors import OfficeError

PROGRAM, PACKAGE = "soffice", "libreoffice-writer-nogui"
_SECONDS = 120
_LIMITS = 'ulimit -c 0; ulimit -t 60; ulimit -f 400000; ulimit -v 6000000; exec "$@"'
_KEPT = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE")
_FILTER = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},"UseTaggedPDF":{"type":"boolean","value":"true"}}'
_ITEM = '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Common/Save/Document", "CreateBackup", "false"),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</oor:items>'
)


def is_installed() -> bool:
    """Say whether this machine has LibreOffice."""
    return bool(shutil.which(PROGRAM))


def convert(data: bytes, extension: str) -> bytes:
    """The PDF/A-2b of a document; OfficeError when LibreOffice is missing or gives none."""
    if not is_installed():
        raise OfficeError("office_missing", PACKAGE)
    with tempfile.TemporaryDirectory(prefix="oa-office-") as place:
        folder = Path(place)
        (folder / f"page.{extension}").write_bytes(data)
        _write_profile(folder / "profile/user")
        _run(folder, extension)
        made = folder / "page.pdf"
        pdf = made.read_bytes() if made.exists() else b""
    if not is_pdf_a(pdf):
        raise OfficeError("office_no_pdf")
    return pdf


def is_pdf_a(data: bytes) -> bool:
    """Say whether the file claims PDF/A-2b; its metadata is never compressed."""
    return data.startswith(b"%PDF") and b"<pdfaid:part>2</pdfaid:part>" in data and b"<pdfaid:conformance>B</pdfaid:conformance>" in data


def _write_profile(folder: Path) -> None:
    folder.mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (folder / "registrymodifications.xcu").write_text(_PROFILE.format(items), encoding="utf-8")


def _run(folder: Path, extension: str) -> None:
    env = {name: value for name in _KEPT if (value := os.environ.get(name))}
    # Whatever asks for an address gets nothing, also where the kernel gives no network of its own.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), "http://127.0.0.1:9")
    env |= {"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", **nowhere}
    program = [
        PROGRAM, "--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", _FILTER, "--outdir", str(folder), str(folder / f"page.{extension}"),
    ]  # fmt: skip
    command = [*_get_walls(), "/bin/sh", "-c", _LIMITS, "sh", *program]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd=folder, start_new_session=True
    ) as process:
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise OfficeError("office_too_hard") from error
        finally:
            # Nothing that the document has started outlives the answer.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@functools.cache
def _get_walls() -> tuple[str, ...]:
    """A network of its own with nothing in it, where the kernel allows that."""
    walls = ("unshare", "--user", "--map-current-user", "--net")
    try:
        allowed = subprocess.run([*walls, "true"], capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        allowed = False
    return walls if allowed else ()
