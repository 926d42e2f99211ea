"""Every format with every kind of key: prepared, signed on a token, finished, completed, judged by us and by others."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.token_client import TokenClient
from oa_signing.core import asic
from oa_signing.core.errors import SignatureMismatchError, XmlSignedAlreadyError
from oa_signing.core.specs import KeyReference, Level, Outcome, SignatureFormat, SignatureSpec, Signed
from papers import make_pdf
from signing_pki import DEAD_URL, Pki

XML = """<?xml version="1.0" encoding="UTF-8"?>
<заявление xmlns="urn:example"><номер>12-00-345</номер> <!-- бележка --></заявление>
""".encode()
TEXT = "Заповед № 45 за назначаване на комисия".encode()
PAYLOADS = {
    SignatureFormat.PADES: make_pdf(),
    SignatureFormat.XADES: XML,
    SignatureFormat.XADES_DETACHED: TEXT,
    SignatureFormat.CADES: TEXT,
    SignatureFormat.ASIC_XADES: TEXT,
    SignatureFormat.ASIC_CADES: TEXT,
}
BESIDE = (SignatureFormat.CADES, SignatureFormat.XADES_DETACHED)
HOLDERS = {"vidin.governor": "RSA 2048", "vidin.lawyer": "EC 256", "vidin.deputy": "EC 384", "vidin.seal": "RSA 3072"}
ROLES = ("за областния управител, Заповед № РД-12 / 01.11.2026 г.",)


@pytest.fixture
def sign_as(sign_file: Callable[..., Signed], engine: DocumentEngine) -> Callable[..., Signed]:
    def sign_as(kind: SignatureFormat, login: str = "vidin.governor", engine: DocumentEngine = engine, data: bytes = b"") -> Signed:
        spec = SignatureSpec(kind, "Заповед № 45.txt", claimed_roles=ROLES)
        return sign_file(data or PAYLOADS[kind], spec, login, engine)

    return sign_as


def get_original(kind: SignatureFormat) -> bytes | None:
    return PAYLOADS[kind] if kind in BESIDE else None


@pytest.mark.parametrize("login", HOLDERS)
@pytest.mark.parametrize("kind", SignatureFormat)
def test_every_key_signs_every_format_and_the_verdict_is_valid(
    sign_as: Callable[..., Signed], engine: DocumentEngine, kind: SignatureFormat, login: str
) -> None:
    signed = sign_as(kind, login)

    verdict = engine.validate(signed.data, get_original(kind))

    (signature,) = verdict.signatures
    assert (verdict.outcome, signature.codes, verdict.codes) == (Outcome.VALID, (), ())
    assert (signed.level, signature.level, signature.format) == (Level.T, "B-T", str(kind))
    assert signature.algorithm.endswith(HOLDERS[login])
    assert signature.claimed_roles == ROLES


@pytest.mark.parametrize("kind", SignatureFormat)
def test_without_timestamp_service_it_is_signed_and_completed_later(
    sign_as: Callable[..., Signed], engine: DocumentEngine, pki: Pki, kind: SignatureFormat
) -> None:
    signed = sign_as(kind, engine=pki.make_engine(timestamp_url=DEAD_URL))
    assert (signed.level, signed.pending) == (Level.B, "timestamp")

    complete = engine.augment(signed.data, signed.field_name, Level.T)

    assert (complete.level, complete.timestamp_at is not None) == (Level.T, True)
    assert engine.validate(complete.data, get_original(kind)).outcome == Outcome.VALID


@pytest.mark.parametrize("kind", SignatureFormat)
def test_signature_of_another_key_never_gets_into_any_format(
    pki: Pki, token: TokenClient, engine: DocumentEngine, kind: SignatureFormat
) -> None:
    prepared = engine.prepare(PAYLOADS[kind], SignatureSpec(kind, "a.txt"), pki.get_identity("vidin.governor"))
    (foreign,) = token.sign(KeyReference("vidin.sg", "sign"), pki.pins["vidin.sg"], [prepared.to_be_signed])

    with pytest.raises(SignatureMismatchError):
        engine.finish(PAYLOADS[kind], prepared.state, foreign)


@pytest.mark.parametrize("kind", BESIDE)
def test_signature_beside_a_changed_file_is_invalid(sign_as: Callable[..., Signed], engine: DocumentEngine, kind: SignatureFormat) -> None:
    verdict = engine.validate(sign_as(kind).data, TEXT + b"!")

    assert verdict.outcome == Outcome.INVALID
    assert "ades.hash_failure" in verdict.signatures[0].codes


@pytest.mark.parametrize("kind", BESIDE)
def test_signature_alone_asks_for_its_file(sign_as: Callable[..., Signed], engine: DocumentEngine, kind: SignatureFormat) -> None:
    verdict = engine.validate(sign_as(kind).data)

    assert (verdict.outcome, verdict.codes) == (Outcome.INDETERMINATE, ("original_missing",))


@pytest.mark.parametrize("login", HOLDERS)
def test_openssl_agrees_with_cades(sign_as: Callable[..., Signed], pki: Pki, tmp_path: Path, login: str) -> None:
    assert ask_openssl(sign_as(SignatureFormat.CADES, login).data, TEXT, pki, tmp_path) == "successful"


def test_openssl_agrees_with_the_manifest_of_a_container(sign_as: Callable[..., Signed], pki: Pki, tmp_path: Path) -> None:
    members = asic.read(sign_as(SignatureFormat.ASIC_CADES).data).members

    signature, manifest = members["META-INF/signature001.p7s"], members["META-INF/ASiCManifest001.xml"]

    assert ask_openssl(signature, manifest, pki, tmp_path) == "successful"


def test_second_signature_inside_one_xml_is_refused(sign_as: Callable[..., Signed]) -> None:
    signed = sign_as(SignatureFormat.XADES)

    with pytest.raises(XmlSignedAlreadyError):
        sign_as(SignatureFormat.XADES, "vidin.sg", data=signed.data)


@pytest.mark.parametrize("second", [SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES])
@pytest.mark.parametrize("first", [SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES])
def test_container_takes_further_signatures(
    sign_as: Callable[..., Signed], engine: DocumentEngine, first: SignatureFormat, second: SignatureFormat
) -> None:
    once = sign_as(first, "vidin.governor")
    twice = sign_as(second, "vidin.lawyer", data=once.data)

    verdict = engine.validate(twice.data)

    assert verdict.outcome == Outcome.VALID
    assert {item.algorithm for item in verdict.signatures} == {"SHA-256, RSA 2048", "SHA-256, EC 256"}


def ask_openssl(signature: bytes, content: bytes, pki: Pki, folder: Path) -> str:
    """What a program that is not ours says of a CMS beside its file."""
    (folder / "signature.p7s").write_bytes(signature)
    (folder / "content").write_bytes(content)
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-in", "signature.p7s"]
    command += ["-content", "content", "-CAfile", str(pki.folder / "root.pem"), "-out", "/dev/null"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "successful" if "Verification successful" in done.stderr else done.stderr
