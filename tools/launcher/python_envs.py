"""Two Python environments: Odoo's, and the one of the signing processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from . import odoo_source, places
from .steps import Step, fresh_folder, run

RUN_TIME = places.ROOT / "requirements.lock"
DEVELOPMENT = places.ROOT / "requirements-dev.lock"
SIGNING = places.ROOT / "requirements-signing.lock"
REMOTE_DUMMY = places.ROOT / "requirements-csc.lock"
ODOO_COMMAND = '#!/bin/sh\nexec "$(dirname "$0")/python" "$OA_ODOO" "$@"\n'
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def odoo_step() -> Step:
    path = str(odoo_source.get_python_path())
    return Step(
        "venv", "Python packages of Odoo and of the tests", 20,
        (RUN_TIME, DEVELOPMENT, path, ODOO_COMMAND, sys.executable),
        lambda: _make(places.VENV, (RUN_TIME, DEVELOPMENT), path), places.VENV.exists,
    )  # fmt: skip


def signing_step() -> Step:
    return Step(
        "signing", "Python packages of the signing processes", 10, (SIGNING, sys.executable),
        lambda: _make(places.SIGNING, (SIGNING,), ""), places.SIGNING.exists,
    )  # fmt: skip


def remote_dummy_step() -> Step:
    """Make the environment of the remote signing service that demo and tests speak with."""
    return Step(
        "csc", "Python packages of the remote signing service of demo and tests", 5, (REMOTE_DUMMY, sys.executable),
        lambda: _make(places.REMOTE_DUMMY, (REMOTE_DUMMY,), ""), places.REMOTE_DUMMY.exists,
    )  # fmt: skip


def _make(folder: Path, locks: tuple[Path, ...], extra_path: str) -> None:
    uv = places.HOME / "uv/bin/uv"
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_CACHE_DIR=str(places.HOME / "uv-cache"), UV_NO_CONFIG="1")
    if CERTIFICATES.exists():
        env["UV_SYSTEM_CERTS"] = "1"
    with fresh_folder(folder) as part:
        run(uv, "venv", "--quiet", "--relocatable", "--clear", "--python", os.path.realpath(sys.executable), part, env=env)
        run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", part / "bin/python", *locks, env=env)
        if extra_path:
            site_packages = next((part / "lib").glob("python3*/site-packages"))
            (site_packages / "odoo-source.pth").write_text(extra_path + "\n")
            (part / "bin/odoo").write_text(ODOO_COMMAND)
            (part / "bin/odoo").chmod(0o755)
