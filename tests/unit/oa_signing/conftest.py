"""A small demo PKI with live OCSP, CRL and timestamps, real SoftHSM tokens, and both services as real processes."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.token_client import TokenClient
from oa_signing.adapters.validation_client import DocumentClient
from oa_signing.core.specs import KeyReference, SignatureSpec, Signed


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert process.poll() is None and time.monotonic() < until, f"{path} did not come"
        time.sleep(0.05)


# The helpers lie beside this file; pytest imports by path and does not look here by itself.
sys.path.insert(0, str(Path(__file__).parent))

from papers import make_pdf  # noqa: E402
from signing_pki import LOGINS, ROOT, SERVE, Pki  # noqa: E402


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    # Paths of sockets have to be short.
    path = Path(tempfile.mkdtemp(prefix="oas"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def pki(folder: Path) -> Iterator[Pki]:
    people, port = folder / "people.csv", find_free_port()
    with (ROOT / "config/demo_people.csv").open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["login"] in LOGINS]
    with people.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    demo, softhsm = folder / "pki", folder / "hsm"
    tools = ROOT / "tools/demo_pki"
    build = [str(tools / "build.py"), "--out", str(demo), "--softhsm", str(softhsm), "--port", str(port), "--people", str(people)]
    subprocess.run([sys.executable, *build], check=True, env={**os.environ, "SOFTHSM2_CONF": str(softhsm / "softhsm2.conf")})
    server = subprocess.Popen([sys.executable, str(tools / "serve.py"), "--pki", str(demo)], stdout=subprocess.PIPE)
    assert server.stdout and server.stdout.readline()
    pins = {row["login"]: row["pin"] for row in rows} | {"revoked": "720001", "expired": "720002", "vidin.seal": "710001"}
    yield Pki(demo, port, pins)
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def start_service(folder: Path, pki: Pki) -> Iterator[Callable[..., Path]]:
    """Start serve.py and give its socket."""
    processes: list[subprocess.Popen[bytes]] = []
    env = {**os.environ, "SOFTHSM2_CONF": str(folder / "hsm/softhsm2.conf")}

    def start(service: str, name: str, *options: str, **values: dict[str, str]) -> Path:
        path = folder / f"{name}.sock"
        own = {**env, **values.get("env", {})}
        process = subprocess.Popen([sys.executable, str(SERVE), service, "--socket", str(path), *options], env=own)
        processes.append(process)
        wait_for(path, process)
        return path

    yield start
    for process in processes:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def token_socket(start_service: Callable[..., Path]) -> Path:
    return start_service("token", "token")


@pytest.fixture
def token(token_socket: Path) -> TokenClient:
    client = TokenClient(str(token_socket))
    for login in LOGINS:
        client.unlock(login)
    return client


@pytest.fixture(scope="session")
def validation_socket(start_service: Callable[..., Path]) -> Path:
    return start_service("validation", "validation", "--workers", "1", "--timeout", "15")


@pytest.fixture
def documents(validation_socket: Path, pki: Pki) -> DocumentClient:
    return DocumentClient(str(validation_socket), pki.get_settings())


@pytest.fixture(scope="session")
def engine(pki: Pki) -> DocumentEngine:
    return pki.make_engine()


@pytest.fixture
def sign(pki: Pki, token: TokenClient, engine: DocumentEngine) -> Callable[..., Signed]:
    """Sign with a real token up to B-T, or to B-B with an engine whose timestamp service is down."""

    def sign(data: bytes | None = None, login: str = "vidin.governor", engine: DocumentEngine = engine) -> Signed:
        data = data or make_pdf()
        spec = SignatureSpec(stamp_lines=("№ 12-00-345 / 22.11.2026 г.",), title="Подписано електронно от")
        prepared = engine.prepare(data, spec, pki.get_identity(login))
        (raw,) = token.sign(KeyReference(login, "sign"), pki.pins[login], [prepared.to_be_signed])
        return engine.finish(data, prepared.state, raw)

    return sign


@pytest.fixture
def complete(sign: Callable[..., Signed], engine: DocumentEngine) -> Signed:
    """A file signed and completed to B-LT."""
    signed = sign()
    return engine.augment(signed.data, signed.field_name)


@pytest.fixture
def sign_file(pki: Pki, token: TokenClient, engine: DocumentEngine) -> Callable[..., Signed]:
    """Sign any file as the spec says, with a real token."""

    def sign_file(data: bytes, spec: SignatureSpec, login: str = "vidin.governor", engine: DocumentEngine = engine) -> Signed:
        prepared = engine.prepare(data, spec, pki.get_identity(login))
        (raw,) = token.sign(KeyReference(login, "sign"), pki.pins[login], [prepared.to_be_signed])
        return engine.finish(data, prepared.state, raw)

    return sign_file
