"""Where things are: the project, its ignored folder, and the addresses on loopback."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

ROOT = Path(os.environ.get("OA_ROOT") or Path(__file__).resolve().parents[2])
HOME = Path(os.environ.get("OA_HOME") or ROOT / ".oa").resolve()

ADDONS = ROOT / "addons"
CONFIG = ROOT / "config"
SYS = HOME / "sys"
VENV = HOME / "venv"
SIGNING = HOME / "signing"
REMOTE_DUMMY = HOME / "csc"
ODOO = HOME / "odoo"
REPORTS = HOME / "reports"
MULTIARCH = f"{platform.machine()}-linux-gnu"

LONGEST_SOCKET_PATH = 90


def get_socket_folder(area: Path) -> Path:
    """Give the folder of sockets; the kernel refuses paths over about 100 characters."""
    folder = area / "run"
    if len(str(folder)) > LONGEST_SOCKET_PATH - len("/validation.sock"):
        mark = hashlib.sha256(str(area).encode()).hexdigest()[:12]
        folder = Path("/tmp") / f"oa-{os.geteuid()}-{mark}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def find_on_system(*patterns: str) -> Path | None:
    """Give the first existing file of the machine, else of the unpacked packages."""
    for base in (Path("/"), SYS):
        for pattern in patterns:
            for path in sorted(base.glob(pattern.lstrip("/")), reverse=True):
                return path
    return None


def list_addons() -> list[str]:
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
