"""The daemon of ClamAV is asked as its protocol says, and its silence is an error."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from oa_registry.adapters.virus_scanner import ScannerError, ping, scan

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def serve(listener: socket.socket) -> None:
    """As clamd answers."""
    while True:
        try:
            connection, _address = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as stream:
            command = b""
            while not command.endswith(b"\0"):
                command += stream.read(1)
            if command == b"zPING\0":
                connection.sendall(b"PONG\0")
                continue
            data = b""
            while size := struct.unpack("!I", stream.read(4))[0]:
                data += stream.read(size)
            if len(data) > 1 << 20:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            else:
                connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0")


@pytest.fixture(params=["path", "port"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    is_path = request.param == "path"
    with socket.socket(socket.AF_UNIX if is_path else socket.AF_INET) as listener:
        listener.bind(str(tmp_path / "clamd") if is_path else ("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield str(tmp_path / "clamd") if is_path else f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def test_a_clean_file_is_clean_and_a_virus_has_a_name(address: str) -> None:
    assert scan(address, b"x" * 600_000) == ""
    assert scan(address, b"x" * 300_000 + EICAR) == "Eicar-Test-Signature"


def test_what_the_daemon_does_not_take_is_an_error(address: str) -> None:
    with pytest.raises(ScannerError):
        scan(address, b"x" * (2 << 20))


def test_the_daemon_is_there_or_not(address: str, tmp_path: Path) -> None:
    assert ping(address)
    assert not ping(str(tmp_path / "nobody"))
    assert not ping("127.0.0.1:1")


@pytest.mark.parametrize("nobody", ["/nowhere/clamd", "127.0.0.1:1", "127.0.0.1:port"])
def test_a_daemon_that_is_not_there_is_an_error(nobody: str) -> None:
    with pytest.raises(ScannerError):
        scan(nobody, b"x")
