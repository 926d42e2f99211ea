"""The demo services beside Odoo: PKI, token, validation, remote keys, mail. Started before it, watched, stopped after it."""

from __future__ import annotations

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import areas, places, processes
from .areas import Area
from .steps import SetupError, Step, run, say

PKI_BUILD = places.ROOT / "tools/demo_pki/build.py"
PKI_SERVE = places.ROOT / "tools/demo_pki/serve.py"
KEEP_KEYS = places.ROOT / "tools/demo_pki/keep_keys.py"
SIGNING_SERVE = places.ADDONS / "oa_signing/serve.py"
MAIL_CATCHER = places.ROOT / "tools/mail_catcher.py"
PEOPLE = places.CONFIG / "demo_people.csv"
PATIENCE = 30


@dataclass(frozen=True)
class Service:
    name: str
    command: tuple[str, ...]
    listens_on: int | Path

    def answers(self) -> bool:
        is_port = isinstance(self.listens_on, int)
        with socket.socket(socket.AF_INET if is_port else socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect((areas.LOOPBACK, self.listens_on) if is_port else str(self.listens_on))
            except OSError:
                return False
        return True


def list_services(area: Area) -> list[Service]:
    signing = str(places.SIGNING / "bin/python")
    token, validation, remote = (area.sockets / f"{name}.sock" for name in ("token", "validation", "remote"))
    keeper = str(places.REMOTE_DUMMY / "bin/python")
    return [
        Service("pki", (signing, str(PKI_SERVE), "--pki", str(area.pki), "--port", str(area.pki_port)), area.pki_port),
        Service("mail", (signing, str(MAIL_CATCHER), "--port", str(area.smtp_port), "--folder", str(area.mail)), area.smtp_port),
        Service("token", (signing, str(SIGNING_SERVE), "token", "--socket", str(token)), token),
        Service("validation", (signing, str(SIGNING_SERVE), "validation", "--socket", str(validation)), validation),
        Service("remote", (signing, str(SIGNING_SERVE), "remote", "--socket", str(remote)), remote),
        Service("keys", (keeper, str(KEEP_KEYS), "--pki", str(area.pki), "--port", str(area.remote_port)), area.remote_port),
    ]


def pki_step(area: Area, env: dict[str, str]) -> Step:
    return Step(
        f"pki-{area.name}", "demo PKI, certificates and tokens of the demo people", 15,
        (places.CONFIG / "pki", PKI_BUILD.parent, PEOPLE, places.ROOT / "requirements-signing.lock", str(area.pki_port)),
        lambda: run(
            places.SIGNING / "bin/python", PKI_BUILD, "--out", area.pki, "--softhsm", area.tokens,
            "--port", str(area.pki_port), env=env,
        ),
        (area.pki / "root.pem").exists,
    )  # fmt: skip


class Supervisor:
    """Keeps the services of one area alive for the length of a `with` block."""

    def __init__(self, area: Area, env: dict[str, str]) -> None:
        self.area, self.env = area, env
        self.services = list_services(area)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Supervisor:
        try:
            self._start_all()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_reason: object) -> None:
        for service in reversed(self.services):
            if process := self.running.pop(service.name, None):
                processes.end(get_pid_file(self.area, service.name))
                process.wait()

    def watch(self) -> None:
        """Start again what has ended by itself."""
        for service in self.services:
            process = self.running[service.name]
            if process.poll() is not None:
                say(f"  - {service.name} ended with {process.returncode}; starting it again, see {self._get_log(service)}")
                self._start(service)

    def watch_forever(self) -> None:
        while True:
            self.watch()
            time.sleep(1)

    def _start_all(self) -> None:
        for service in self.services:
            processes.end(get_pid_file(self.area, service.name))
        self._require_free_ports()
        for service in self.services:
            self._start(service)
        for service in self.services:
            self._wait_for(service)

    def _require_free_ports(self) -> None:
        areas.require_free(self.area.pki_port, "the demo PKI", "OA_PKI_PORT")
        areas.require_free(self.area.smtp_port, "the mail catcher", "OA_SMTP_PORT")
        areas.require_free(self.area.remote_port, "the remote keys of the demo", "OA_REMOTE_PORT")

    def _start(self, service: Service) -> None:
        if isinstance(service.listens_on, Path):
            service.listens_on.unlink(missing_ok=True)
        pid_file = get_pid_file(self.area, service.name)
        self.running[service.name] = processes.start(list(service.command), self._get_log(service), pid_file, self.env)

    def _wait_for(self, service: Service) -> None:
        until = time.monotonic() + PATIENCE
        while not service.answers():
            if self.running[service.name].poll() is not None or time.monotonic() > until:
                raise SetupError(f"The {service.name} service does not answer; its log is {self._get_log(service)}.")
            time.sleep(0.05)

    def _get_log(self, service: Service) -> Path:
        return self.area.log / f"{service.name}.log"


def get_pid_file(area: Area, name: str) -> Path:
    return area.sockets / f"{name}.pid"


def end_all(area: Area) -> list[str]:
    return [service.name for service in list_services(area) if processes.end(get_pid_file(area, service.name))]
