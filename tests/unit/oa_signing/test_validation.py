"""The verdict on a whole document, also on foreign and broken ones."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust
from oa_signing.core.specs import Outcome, Signed
from papers import append_annotation, make_pdf
from signing_pki import Pki


def make_root(common_name: str) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name.from_rfc4514_string(f"CN={common_name}")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2025, 1, 1), datetime(2045, 1, 1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def list_codes(engine: DocumentEngine, data: bytes) -> tuple[Outcome, set[str]]:
    verdict = engine.validate(data)
    return verdict.outcome, {*verdict.codes, *(code for item in verdict.signatures for code in item.codes)}


def test_file_without_signature_says_so(engine: DocumentEngine) -> None:
    assert list_codes(engine, make_pdf()) == (Outcome.INDETERMINATE, {"no_signature"})


def test_changed_text_is_found(engine: DocumentEngine, complete: Signed) -> None:
    assert b"(Certificate)" in complete.data

    outcome, codes = list_codes(engine, complete.data.replace(b"(Certificate)", b"(Certlficate)"))

    assert outcome == Outcome.INVALID
    assert "ades.hash_failure" in codes


@pytest.mark.parametrize("tail", [b"\n% more", b"\njunk\nstartxref\n9\n%%EOF\n", b"\0" * 40 + b"x"])
def test_appended_bytes_are_found(engine: DocumentEngine, complete: Signed, tail: bytes) -> None:
    assert engine.validate(complete.data + tail).outcome == Outcome.INVALID


def test_note_put_over_the_page_is_found(engine: DocumentEngine, complete: Signed) -> None:
    outcome, codes = list_codes(engine, append_annotation(complete.data))

    assert outcome == Outcome.INVALID
    assert "modified" in codes


def test_signer_of_unknown_issuer_is_not_called_valid(complete: Signed, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(make_root("Somebody else"))
    stranger = DocumentEngine(FolderTrust(str(tmp_path)), HttpTimestamps(""), HttpRevocation(()))

    outcome, codes = list_codes(stranger, complete.data)

    assert outcome == Outcome.INDETERMINATE
    assert codes & {"ades.no_certificate_chain_found", "ades.certificate_chain_general_failure"}


def test_broken_files_get_a_verdict_and_never_a_crash(engine: DocumentEngine, complete: Signed, pki: Pki) -> None:
    """Random damage: the answer is some verdict, and never "valid" when a signed byte changed."""
    chance = random.Random(19)
    offline = pki.make_engine(hosts=())
    for _number in range(60):
        broken = bytearray(complete.data)
        for _hit in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        offline.validate(bytes(broken))
    for _number in range(20):
        offline.validate(complete.data[: chance.randrange(len(complete.data))])
