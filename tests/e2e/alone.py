"""A database that has Odoo's own modules and oa_signing, nothing else of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BASE = "oa_base"
INSTALL = """
env["ir.module.module"].search([("name", "=", "oa_signing")]).button_immediate_install()
"""


@contextmanager
def make_database(name: str) -> Iterator[str]:
    """Copy the base, install oa_signing and compile the pages; the copy is gone afterwards."""
    files = Path(os.environ["ODOO_DATA_DIR"]) / "filestore"
    drop(name, files)
    try:
        subprocess.run(["createdb", "-T", BASE, name], check=True)
        if (files / BASE).exists():
            subprocess.run(["cp", "-al", files / BASE, files / name], check=True)
        install(name)
        yield name
    finally:
        drop(name, files)


def install(name: str) -> None:
    scripts = Path(os.environ["OA_ROOT"]) / "tools/odoo_scripts"
    text = INSTALL + "".join((scripts / script).read_text() for script in ("speak_bulgarian.py", "make_assets.py"))
    command = ["odoo", "shell", "-d", name, "--no-http", "--log-level=warn"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert not done.returncode, done.stderr[-3000:]


def drop(name: str, files: Path) -> None:
    subprocess.run(["dropdb", "--if-exists", "--force", name], check=True)
    shutil.rmtree(files / name, ignore_errors=True)
