"""Odoo 19 itself: the files of config/odoo.lock, or the checkout that ODOO_HOME names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

from . import places
from .steps import SetupError, Step, fresh_folder, run, say

LOCK = places.CONFIG / "odoo.lock"
APT_HELPER = "/usr/lib/apt/apt-helper"
PACKAGES = "usr/lib/python3/dist-packages"


def get_checkout() -> Path | None:
    named = os.environ.get("ODOO_HOME")
    if not named:
        return None
    checkout = Path(named).resolve()
    if not (checkout / "odoo-bin").exists():
        raise SetupError(f"ODOO_HOME={named} is no Odoo checkout: it has no odoo-bin.")
    return checkout


def get_script() -> Path:
    """Give the start script; `python -m odoo` cannot start its own helper process."""
    checkout = get_checkout()
    return checkout / "odoo-bin" if checkout else places.ODOO / "usr/bin/odoo"


def get_python_path() -> Path:
    return get_checkout() or places.ODOO / PACKAGES


def list_addons_paths() -> list[Path]:
    paths = [places.ADDONS] if places.list_addons() else []
    checkout = get_checkout()
    return [*paths, checkout / "addons"] if checkout else paths


def step() -> Step | None:
    if get_checkout():
        return None
    return Step("odoo", "Odoo 19 from Debian, by checksum (123 MB, 53 000 files)", 15, (LOCK,), _unpack, places.ODOO.exists)


def _unpack() -> None:
    mirrors = list_mirrors()
    with fresh_folder(places.ODOO) as folder:
        for line in LOCK.read_text().splitlines():
            if line and not line.startswith("#"):
                digest, path = line.split()
                _unpack_deb(digest, path, mirrors, folder)
        # Debian left this file out, but mail's manifest names it and the browser console would complain.
        stub = folder / PACKAGES / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.touch()


def _unpack_deb(digest: str, path: str, mirrors: list[str], folder: Path) -> None:
    deb = folder / "package.deb"
    for mirror in mirrors:
        try:
            run(
                APT_HELPER, "-o", "APT::Sandbox::User=root", "download-file",
                f"{mirror}/{quote(path, safe='/~')}", deb, f"SHA256:{digest}",
            )  # fmt: skip
            break
        except SetupError:
            say(f"    {Path(path).name} is not on {mirror}")
    else:
        raise SetupError(
            f"{Path(path).name} could not be fetched. Debian may have a newer one: run tools/lock_odoo.sh, "
            "or set ODOO_HOME to a checkout of Odoo 19."
        )
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "--no-same-owner", "-C", folder], stdin=archive.stdout, check=True)
    deb.unlink()


def list_mirrors() -> list[str]:
    """List the machine's own Debian mirrors: apt knows them, and its proxy settings, best."""
    found = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Identifier: Packages", "Origin: Debian"],
        capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    if not found:
        found = _read_sources()
    mirrors = [site.rstrip("/") for site in dict.fromkeys(found) if "security" not in site]
    if not mirrors:
        raise SetupError("apt names no Debian mirror: add one to /etc/apt/sources.list and run apt-get update.")
    return mirrors


def _read_sources() -> list[str]:
    """A machine that never ran apt-get update has no index yet; its sources still name the mirror."""
    etc = Path("/etc/apt")
    files = [etc / "sources.list", *etc.glob("sources.list.d/*.list"), *etc.glob("sources.list.d/*.sources")]
    words = [word for file in files if file.exists() for line in file.read_text().splitlines()
             if not line.lstrip().startswith("#") for word in line.split()]  # fmt: skip
    return [word for word in words if word.startswith(("http://", "https://"))]
