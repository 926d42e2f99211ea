"""An area is one running product: its folder, ports, sockets, tokens. `up` has one, `test` has another."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from . import places
from .steps import SetupError, write_whole

LOOPBACK = "127.0.0.1"
USUAL_PORTS = {"OA_PORT": 8069, "OA_PKI_PORT": 9080, "OA_SMTP_PORT": 1025, "OA_REMOTE_PORT": 9081}
LAST_PORTS = places.HOME / "ports.json"


@dataclass(frozen=True)
class Area:
    name: str
    folder: Path
    odoo_port: int
    pki_port: int
    smtp_port: int
    remote_port: int

    @property
    def sockets(self) -> Path:
        return places.get_socket_folder(self.folder)

    @property
    def pki(self) -> Path:
        return self.folder / "pki"

    @property
    def tokens(self) -> Path:
        return self.folder / "softhsm"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def remote_url(self) -> str:
        return f"http://{LOOPBACK}:{self.remote_port}"

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.odoo_port}"

    def get_variables(self) -> dict[str, str]:
        """Tell Odoo, the services and the tests where everything is."""
        return {
            "OA_PKI_DIR": str(self.pki),
            "OA_PKI_PORT": str(self.pki_port),
            "OA_TSA_URL": f"http://{LOOPBACK}:{self.pki_port}/demo/tsa/tsa",
            "OA_MAIL_DIR": str(self.mail),
            "OA_SMTP_PORT": str(self.smtp_port),
            "OA_TOKEN_SOCKET": str(self.sockets / "token.sock"),
            "OA_VALIDATION_SOCKET": str(self.sockets / "validation.sock"),
            "OA_REMOTE_SOCKET": str(self.sockets / "remote.sock"),
            "OA_REMOTE_URL": self.remote_url,
            "SOFTHSM2_CONF": str(self.tokens / "softhsm2.conf"),
            "ODOO_SMTP_SERVER": LOOPBACK,
            "ODOO_SMTP_PORT": str(self.smtp_port),
            "OA_BASE_URL": self.url,
        }


def get_product() -> Area:
    """Give the area of `up`: ports come from the person, else from the last `up`, else they are the usual ones."""
    last = json.loads(LAST_PORTS.read_text()) if LAST_PORTS.exists() else {}
    ports = [_read_port(variable, last.get(variable, usual)) for variable, usual in USUAL_PORTS.items()]
    return Area("product", places.HOME, *ports)


def remember_ports(area: Area) -> None:
    ports = (area.odoo_port, area.pki_port, area.smtp_port, area.remote_port)
    write_whole(LAST_PORTS, json.dumps(dict(zip(USUAL_PORTS, ports, strict=True))))


def get_tests() -> Area:
    """Give the area of `test`: any free ports, the same ones again because certificates name them."""
    folder = places.HOME / "test"
    record = folder / "ports.json"
    ports: list[int] = json.loads(record.read_text()) if record.exists() else []
    if len(ports) != len(USUAL_PORTS) or not all(map(is_free, ports)):
        ports = [find_free_port() for _each in USUAL_PORTS]
        write_whole(record, json.dumps(ports))
    return Area("tests", folder, *ports)


def _read_port(variable: str, usual: int) -> int:
    text = os.environ.get(variable, str(usual))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SetupError(f"{variable}={text} is no port: give a number from 1024 to 65535.")
    return int(text)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, purpose: str, variable: str) -> None:
    if not is_free(port):
        raise SetupError(
            f"Port {port} for {purpose} is busy. End the program that holds it (ss -ltnp 'sport = :{port}'), "
            f"or choose another: {variable}={port + 10} ./oa up"
        )
