"""Tokens by a live authority, through the real service; OpenSSL agrees with us."""

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from oa_signing.adapters.validation_client import DocumentClient
from oa_signing.core.errors import TimestampError

LIST = b"<closing/>"
DIGEST = sha256(LIST).digest()


@pytest.fixture
def stamp(documents: DocumentClient) -> bytes:
    return documents.make_timestamp(DIGEST)


def test_a_token_is_good_for_its_digest(documents: DocumentClient, stamp: bytes) -> None:
    documents.check_timestamp(stamp, DIGEST)


def test_a_token_is_refused_for_another_digest(documents: DocumentClient, stamp: bytes) -> None:
    with pytest.raises(TimestampError):
        documents.check_timestamp(stamp, sha256(b"other").digest())


@pytest.mark.parametrize("bend", [lambda data: data[:-1], lambda data: data[:-9] + bytes(9), lambda data: b"nonsense", lambda data: b""])
def test_a_bent_token_is_refused(documents: DocumentClient, stamp: bytes, bend) -> None:
    with pytest.raises(TimestampError):
        documents.check_timestamp(bend(stamp), DIGEST)


def test_openssl_verifies_the_token_as_the_readme_of_a_proof_says(stamp: bytes, pki, tmp_path: Path) -> None:
    (tmp_path / "list.xml").write_bytes(LIST)
    (tmp_path / "list.tsr").write_bytes(stamp)
    (tmp_path / "roots.pem").write_bytes(b"".join(path.read_bytes() for path in sorted(pki.folder.glob("*.pem"))))
    command = ["openssl", "ts", "-verify", "-data", "list.xml", "-in", "list.tsr", "-token_in", "-CAfile", "roots.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr, done
