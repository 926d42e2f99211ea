"""Keys at a provider: the protocol of the Cloud Signature Consortium against a service of its own, through our own service."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.remote_client import RemoteClient
from oa_signing.core.errors import RemoteAccessError, RemoteError, RemoteRefusedError, RemoteSettingError, RemoteTimeoutError
from oa_signing.core.remote import ProviderSettings, RemoteCredential, check_address
from oa_signing.core.specs import Outcome, SignatureSpec, SignerIdentity, ToBeSigned
from papers import make_pdf
from remote_person import REMOTE_PERSON, make_remote_person, wait_for_port
from signing_pki import Pki


@pytest.fixture(scope="module")
def provider(pki: Pki, folder: Path) -> Iterator[str]:
    """The dummy of certomancer; digests have to be authorised one by one (SCAL 2)."""
    configuration, port = make_remote_person(pki, folder)
    command = [os.environ["OA_CSC_PYTHON"], "-m", "csc_dummy", str(configuration), str(port), "2"]
    process = subprocess.Popen(command, cwd=configuration.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_port(port, process)
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def remote_socket(start_service: Callable[..., Path]) -> Path:
    return start_service("remote", "remote")


@pytest.fixture
def connect(remote_socket: Path) -> Callable[..., RemoteClient]:
    def connect(url: str, **values: object) -> RemoteClient:
        return RemoteClient(str(remote_socket), ProviderSettings("csc", url, **values))  # type: ignore[arg-type]

    return connect


@pytest.fixture
def credential(connect: Callable[..., RemoteClient], provider: str) -> RemoteCredential:
    found = {item.credential_id: item for item in connect(provider).list_credentials()}
    return found[f"demo/{REMOTE_PERSON}"]


def test_credentials_of_the_provider_are_listed_with_their_certificates(credential: RemoteCredential, pki: Pki) -> None:
    assert credential.chain
    assert pki.make_engine().check_certificate(SignerIdentity(credential.certificate, credential.chain)) == []


def test_batch_is_signed_with_one_authorisation_and_is_valid(
    connect: Callable[..., RemoteClient], provider: str, credential: RemoteCredential, engine: DocumentEngine
) -> None:
    identity = SignerIdentity(credential.certificate, credential.chain)
    files = [make_pdf(pages=number) for number in (1, 2, 3)]
    prepared = [engine.prepare(data, SignatureSpec(), identity) for data in files]

    answer = connect(provider).sign(credential.credential_id, "", "", [item.to_be_signed for item in prepared])

    assert [outcome.state for outcome in answer.outcomes] == ["signed"] * 3
    for data, item, outcome in zip(files, prepared, answer.outcomes, strict=True):
        assert engine.validate(engine.finish(data, item.state, outcome.signature).data).outcome == Outcome.VALID


def test_unknown_credential_is_refused(connect: Callable[..., RemoteClient], provider: str) -> None:
    with pytest.raises(RemoteRefusedError):
        connect(provider).sign("demo/nobody", "", "", [ToBeSigned(b"x")])


def test_stopped_provider_is_an_error_of_the_remote_service(connect: Callable[..., RemoteClient]) -> None:
    with pytest.raises(RemoteError):
        connect("http://127.0.0.1:9").list_credentials()


def test_slow_provider_is_given_up_in_time(connect: Callable[..., RemoteClient]) -> None:
    with Answering(lambda handler: time.sleep(5)) as url:
        started = time.monotonic()
        with pytest.raises(RemoteTimeoutError):
            connect(url, timeout=1.0).list_credentials()
        assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("status", "error"), [(401, RemoteAccessError), (400, RemoteRefusedError), (302, RemoteRefusedError), (200, RemoteError)]
)
def test_each_answer_of_a_provider_has_its_error(connect: Callable[..., RemoteClient], status: int, error: type[RemoteError]) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", "http://127.0.0.1:9/")
        handler.end_headers()
        handler.wfile.write(b"no object at all" if status == 200 else b"{}")

    with Answering(answer) as url, pytest.raises(error):
        connect(url).list_credentials()


def test_secret_is_read_by_its_name_and_sent_to_the_provider_only(
    start_service: Callable[..., Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization") or "")
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"credentialIDs": []}')

    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "provider_one").write_text("t0p-secret\n")
    service = start_service("remote", "remote2", env={"OA_SECRETS_DIR": str(secrets)})
    with Answering(answer) as url:
        client = RemoteClient(str(service), ProviderSettings("csc", url, secret_name="provider_one"))
        assert client.list_credentials() == []
        for name in ("missing", "../provider_one", "/etc/passwd"):
            with pytest.raises(RemoteSettingError):
                RemoteClient(str(service), ProviderSettings("csc", url, secret_name=name)).list_credentials()

    assert seen == ["Bearer t0p-secret"]


@pytest.mark.parametrize(
    "url",
    [
        "http://provider.example",
        "ftp://localhost",
        "https://user:pass@provider.example",
        "https://",
        "file:///etc/passwd",
        "https://x/?a=1",
    ],
)
def test_address_that_is_not_safe_is_refused(connect: Callable[..., RemoteClient], url: str) -> None:
    with pytest.raises(RemoteSettingError):
        connect(url).list_credentials()


def test_https_and_loopback_are_taken() -> None:
    for url in ("https://csc.provider.example/v1", "http://127.0.0.1:8080", "http://localhost:8080"):
        check_address(url)


class Answering:
    """A provider of one answer."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer(self)

            def log_message(self, *_arguments: object) -> None:
                """Nobody reads it."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()
