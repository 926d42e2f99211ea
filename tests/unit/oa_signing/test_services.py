"""Both services as real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from oa_signing.adapters import wire
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.socket_server import SocketServer
from oa_signing.adapters.token_client import TokenClient
from oa_signing.adapters.validation_client import DocumentClient, ServiceSettings
from oa_signing.adapters.worker_pool import WorkerPool
from oa_signing.core.errors import (
    KeyMissingError,
    PayloadTooHardError,
    PinLockedError,
    ServiceUnavailableError,
    TokenMissingError,
    WrongPinError,
)
from oa_signing.core.specs import KeyReference, Level, Outcome, SignatureSpec, ToBeSigned
from papers import make_pdf
from signing_pki import SERVE, Pki

ITEM = ToBeSigned(b"x")
GOVERNOR = KeyReference("vidin.governor", "sign")


def test_batch_is_signed_with_one_login(token: TokenClient, pki: Pki) -> None:
    signatures = token.sign(GOVERNOR, pki.pins["vidin.governor"], [ToBeSigned(b"first"), ToBeSigned(b"second"), ToBeSigned(b"third")])

    assert len({*signatures}) == 3


def test_three_wrong_pins_lock_the_key_and_a_restart_does_not_unlock_it(token: TokenClient, pki: Pki, token_socket: Path) -> None:
    left = []
    for pin in ("1", "22", "333"):
        with pytest.raises(WrongPinError) as caught:
            token.sign(GOVERNOR, pin, [ITEM])
        left.append(caught.value.attempts_left)

    assert left == [2, 1, 0]
    with pytest.raises(PinLockedError):
        token.sign(GOVERNOR, pki.pins["vidin.governor"], [ITEM])
    assert '"vidin.governor": 3' in token_socket.with_suffix(".attempts.json").read_text()
    token.unlock("vidin.governor")
    assert token.sign(GOVERNOR, pki.pins["vidin.governor"], [ITEM])


def test_right_pin_forgives_the_wrong_ones(token: TokenClient, pki: Pki) -> None:
    with pytest.raises(WrongPinError):
        token.sign(GOVERNOR, "1", [ITEM])
    token.sign(GOVERNOR, pki.pins["vidin.governor"], [ITEM])

    assert token.get_attempts_left("vidin.governor") == 3


def test_missing_token_and_missing_key_are_told_apart(token: TokenClient, pki: Pki) -> None:
    with pytest.raises(TokenMissingError):
        token.sign(KeyReference("nobody", "sign"), "1", [ITEM])
    with pytest.raises(KeyMissingError):
        token.sign(KeyReference("vidin.governor", "other"), pki.pins["vidin.governor"], [ITEM])


def test_two_people_sign_at_the_same_time(token: TokenClient, pki: Pki) -> None:
    """Two sessions in two threads crash the library; the service lets one in at a time."""
    outcomes: list[int] = []

    def sign(login: str) -> None:
        outcomes.append(len(token.sign(KeyReference(login, "sign"), pki.pins[login], [ITEM] * 20)))

    threads = [threading.Thread(target=sign, args=(login,)) for login in ("vidin.governor", "vidin.sg", "vidin.lawyer") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [20] * 9


def test_stopped_service_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnavailableError):
        TokenClient(str(tmp_path / "nobody.sock")).get_keys()


def test_socket_is_for_its_owner_only(token_socket: Path) -> None:
    assert token_socket.stat().st_mode & 0o777 == 0o600


def test_pin_is_in_no_file_and_no_output(pki: Pki, start_service: Callable[..., Path], folder: Path) -> None:
    secret = "987654321"
    with pytest.raises(WrongPinError):
        TokenClient(str(start_service("token", "token2"))).sign(KeyReference("vidin.lawyer", "sign"), secret, [ITEM])

    assert not [path for path in folder.rglob("*.json") if secret in path.read_text()]


def test_file_goes_the_whole_way_through_the_sockets(documents: DocumentClient, token: TokenClient, pki: Pki) -> None:
    data = make_pdf()
    prepared = documents.prepare(data, SignatureSpec(stamp_lines=("№ 1",)), pki.get_identity("vidin.governor"))
    (raw,) = token.sign(GOVERNOR, pki.pins["vidin.governor"], [prepared.to_be_signed])
    signed = documents.finish(data, prepared.state, raw)
    complete = documents.augment(signed.data, signed.field_name)

    assert (signed.level, complete.level) == (Level.T, Level.LT)
    assert documents.validate(complete.data).outcome == Outcome.VALID


def test_killed_worker_is_replaced_and_nothing_is_lost(documents: DocumentClient) -> None:
    assert documents.inspect(make_pdf()) == 1
    for line in subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout.splitlines():
        if f"{SERVE} worker" in line and sys.executable in line:
            pid = int(line.split()[0])
            if _is_descendant(pid, os.getpid()):
                os.kill(pid, signal.SIGKILL)

    assert documents.inspect(make_pdf(pages=2)) == 2


def test_slow_worker_is_stopped_in_time() -> None:
    pool = WorkerPool(1, timeout=1.0, command=[sys.executable, "-c", _make_worker("import time; time.sleep(60)")])
    started = time.monotonic()

    with pytest.raises(PayloadTooHardError):
        pool.ask({"operation": "anything"}, [])
    assert time.monotonic() - started < 10


def test_worker_that_dies_each_time_gives_an_error_not_silence() -> None:
    pool = WorkerPool(1, timeout=5.0, command=[sys.executable, "-c", _make_worker("raise SystemExit(1)")])

    with pytest.raises(PayloadTooHardError):
        pool.ask({"operation": "anything"}, [])


def test_settings_come_with_the_question(validation_socket: Path, pki: Pki, engine: DocumentEngine) -> None:
    client = DocumentClient(str(validation_socket), ServiceSettings(str(pki.folder)))

    assert client.check_trust() == (1, 1)
    assert "време" in engine.check_timestamps()


def _make_worker(work: str) -> str:
    return f"""import sys
sys.stdout.write('{{"ready": true, "sizes": []}}\\n'); sys.stdout.flush()
sys.stdin.readline()
{work}"""


def _is_descendant(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return False


def test_what_was_sent_is_neither_logged_nor_answered_when_a_service_fails(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(message: wire.Message, _blobs: list[bytes], _files: list[int]) -> tuple[wire.Message, list[bytes]]:
        raise ValueError(f"cannot use {message['pin']}")

    server = SocketServer(folder / "failing.sock", fail)
    try:
        answer, blobs = server.answer({"operation": "sign", "token_label": "vidin.governor", "pin": "482615"}, [b"482615"], [])
    finally:
        server.server_close()

    assert "operation sign failed: ValueError" in caplog.text
    assert "482615" not in caplog.text + str(answer) + str(blobs)
