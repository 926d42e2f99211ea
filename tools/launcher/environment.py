"""The environment every command runs in."""

from __future__ import annotations

import os
from pathlib import Path

from . import odoo_source, places, postgres
from .areas import Area


def make(area: Area) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    programs = [places.VENV / "bin", places.HOME / "bin", postgres.find_programs()]
    last = [places.SYS / "usr/bin", places.SYS / "usr/sbin"]
    system = env.get("PATH", "/usr/bin:/bin").split(":")
    env.update(
        PATH=":".join([*map(str, programs), *system, *map(str, last)]),
        LC_ALL="C.UTF-8",
        PYTHONDONTWRITEBYTECODE="1",
        PGHOST=str(postgres.get_socket_folder()),
        PGUSER=postgres.USER,
        FONTCONFIG_FILE=str(places.HOME / "fonts.conf"),
        OA_ROOT=str(places.ROOT),
        OA_HOME=str(places.HOME),
    )
    env.update(_unpacked_libraries(env), **_odoo(), **_signing(), **_browser(programs))
    env.update(area.get_variables())
    return env


def _odoo() -> dict[str, str]:
    return {
        "ODOO_RC": str(places.CONFIG / "odoo.conf"),
        "ODOO_DATA_DIR": str(places.HOME / "data"),
        "ODOO_ADDONS_PATH": ",".join(map(str, odoo_source.list_addons_paths())),
        "OA_ODOO": str(odoo_source.get_script()),
    }


def _signing() -> dict[str, str]:
    module = places.find_on_system("usr/lib/softhsm/libsofthsm2.so")
    return {
        "OA_SIGNING_PYTHON": str(places.SIGNING / "bin/python"),
        "OA_CSC_PYTHON": str(places.REMOTE_DUMMY / "bin/python"),
        "OA_PKCS11_MODULE": str(module or ""),
    }


def _browser(programs: list[Path]) -> dict[str, str]:
    names = ("google-chrome", "chromium", "chromium-browser")
    folders = [*programs, Path("/usr/bin"), Path("/usr/local/bin")]
    found = [folder / name for folder in folders for name in names if (folder / name).exists()]
    return {"OA_BROWSER": str(found[0])} if found else {}


def _unpacked_libraries(env: dict[str, str]) -> dict[str, str]:
    """Tell the loader about unpacked libraries; the machine's own need no word."""
    folder = places.SYS / "usr/lib" / places.MULTIARCH
    if not folder.exists():
        return {}
    known = [path for path in env.get("LD_LIBRARY_PATH", "").split(":") if path and not path.startswith(str(places.SYS))]
    words = {"LD_LIBRARY_PATH": ":".join([str(folder), str(folder / "pulseaudio"), *known])}
    if (magic := places.SYS / "usr/lib/file/magic.mgc").exists():
        words["MAGIC"] = str(magic)
    return words
