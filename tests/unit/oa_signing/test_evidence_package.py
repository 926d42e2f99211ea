"""The package is checked by its own words: every command of its page is run on it."""

import hashlib
import re
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.core.evidence_package import make_package
from oa_signing.core.extraction import extract
from oa_signing.core.specs import Level, Signed
from papers import make_pdf

ORIGINAL = make_pdf("Заповед")


@pytest.fixture
def folder_of_package(sign: Callable[..., Signed], engine: DocumentEngine, tmp_path: Path) -> Path:
    signed = sign(ORIGINAL)
    complete = engine.augment(signed.data, signed.field_name, Level.LTA)
    verdict = engine.validate(complete.data).to_wire()
    own = {"signed.pdf": complete.data, "original.pdf": ORIGINAL, "slip.pdf": make_pdf("slip")}
    package = make_package(own, extract(complete.data), verdict, "Заповед № 12-00-345 / 22.11.2026 г.")
    with zipfile.ZipFile(BytesIO(package)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def list_commands(folder: Path) -> list[str]:
    return re.findall(r"^ {4,}((?:sha256sum|cmp|pdfsig|openssl|\{) .*)$", (folder / "ПРОЧЕТИ-МЕ.txt").read_text(), re.MULTILINE)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


def test_every_command_of_the_page_succeeds(folder_of_package: Path) -> None:
    commands = list_commands(folder_of_package)

    assert len(commands) >= 9
    for command in commands:
        answer = run(command, folder_of_package)
        assert answer.returncode == 0, (command, answer.stderr)
        if command.startswith("pdfsig"):
            assert "Signature is Valid" in answer.stdout


def test_commands_tell_a_changed_file(folder_of_package: Path) -> None:
    signed = folder_of_package / "signed.pdf"
    data = bytearray(signed.read_bytes())
    data[data.index(b"obj") + 8] ^= 1
    signed.write_bytes(bytes(data))

    refused = [command.split()[0] for command in list_commands(folder_of_package) if run(command, folder_of_package).returncode]

    assert {"sha256sum", "cmp", "openssl"} <= set(refused)


def test_package_holds_what_was_fetched(folder_of_package: Path) -> None:
    names = {path.name for path in folder_of_package.iterdir()}

    assert {"signature-1.p7s", "signature-1-timestamp.tst", "document-timestamp-1.tst", "certificates-roots.pem"} <= names
    assert any(name.startswith("ocsp-") for name in names) and any(name.startswith("crl-") for name in names)
    assert hashlib.sha256((folder_of_package / "original.pdf").read_bytes()).digest() == hashlib.sha256(ORIGINAL).digest()
