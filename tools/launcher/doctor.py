"""`doctor`: what is there, where it comes from, what is missing and how to get it."""

from __future__ import annotations

import shutil

from . import areas, debian, odoo_source, places, processes, server, services
from .areas import Area
from .steps import say

SMALLEST_FREE_GB = 5
OPTIONAL_ON_PATH = {"apt-get": "apt", "dpkg-deb": "dpkg", "tar": "tar", "setpriv": "util-linux", "flock": "util-linux"}


def doctor(_words: list[str]) -> int:
    area = areas.get_product()
    say(f"project    {places.ROOT}\nfolder     {places.HOME}")
    problems = [*_list_missing_programs(), *_list_little_space(), *_list_busy_ports(area)]
    for tool in (*debian.TOOLS, debian.RECOGNITION, debian.OFFICE, debian.XML_VERIFIER):
        where = "this machine" if tool.is_installed() else _describe_unpacked()
        say(f"{where:14} {tool.purpose} ({', '.join(tool.packages)})")
    for name, path in {
        "Odoo": odoo_source.get_script(),
        "packages": places.VENV,
        "signing": places.SIGNING,
        "remote keys": places.REMOTE_DUMMY,
    }.items():
        say(f"{'ready' if path.exists() else 'not yet':14} {name}")
    say(f"{_describe_state(area):14} product at {area.url}")
    for problem in problems:
        say(f"PROBLEM: {problem}")
    return 1 if problems else 0


def _describe_unpacked() -> str:
    return "unpacked" if (places.HOME / "stamps/debian").exists() else "not yet"


def _describe_state(area: Area) -> str:
    if processes.find_alive(services.get_pid_file(area, server.SUPERVISOR)):
        return "running"
    return "stopped"


def _list_missing_programs() -> list[str]:
    return [
        f"{program} is missing: sudo apt-get install {package}"
        for program, package in OPTIONAL_ON_PATH.items()
        if not shutil.which(program)
    ]


def _list_little_space() -> list[str]:
    places.HOME.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(places.HOME).free / 1e9
    return [f"only {free:.1f} GB are free, {SMALLEST_FREE_GB} are needed"] if free < SMALLEST_FREE_GB else []


def _list_busy_ports(area: Area) -> list[str]:
    if _describe_state(area) == "running":
        return []
    ports = {"OA_PORT": area.odoo_port, "OA_PKI_PORT": area.pki_port, "OA_SMTP_PORT": area.smtp_port, "OA_REMOTE_PORT": area.remote_port}
    return [f"port {port} is busy: {variable}={port + 10} ./oa up" for variable, port in ports.items() if not areas.is_free(port)]
