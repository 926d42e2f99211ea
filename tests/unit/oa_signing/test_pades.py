"""Prepare, sign elsewhere, finish, augment: with a real token and live services."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.token_client import TokenClient
from oa_signing.core.errors import (
    PayloadChangedError,
    RevocationDataMissingError,
    SignatureMismatchError,
    TimestampError,
    WeakCertificateError,
    WeakKeyError,
)
from oa_signing.core.specs import KeyReference, Level, Outcome, SignatureSpec, Signed, SignerIdentity
from papers import append_annotation, make_pdf
from signing_pki import DEAD_URL, Pki

Sign = Callable[..., Signed]


def test_file_is_signed_with_timestamp_then_completed(sign: Sign, engine: DocumentEngine) -> None:
    signed = sign()
    complete = engine.augment(signed.data, signed.field_name)

    assert (signed.level, complete.level) == (Level.T, Level.LT)
    assert complete.data.startswith(signed.data)
    assert engine.validate(complete.data).outcome == Outcome.VALID


def test_completed_file_is_valid_without_network(complete: Signed, pki: Pki) -> None:
    assert pki.make_engine(hosts=()).validate(complete.data).outcome == Outcome.VALID


def test_without_timestamp_service_the_file_is_signed_and_healed_later(sign: Sign, pki: Pki, engine: DocumentEngine) -> None:
    deaf = pki.make_engine(timestamp_url=DEAD_URL)
    signed = sign(engine=deaf)

    assert (signed.level, signed.pending) == (Level.B, "timestamp")
    with pytest.raises(TimestampError):
        deaf.augment(signed.data, signed.field_name)
    healed = engine.augment(signed.data, signed.field_name)
    # Its only timestamp covers the revocation data, too.
    assert healed.level == Level.LTA
    assert engine.validate(healed.data).outcome == Outcome.VALID


def test_silent_provider_leaves_the_signature_as_it_is(sign: Sign, pki: Pki) -> None:
    signed = sign()

    same = pki.make_engine(hosts=("not.asked.example",)).augment(signed.data, signed.field_name)

    assert (same.level, same.pending) == (Level.T, RevocationDataMissingError.code)


def test_second_person_signs_over_the_first(complete: Signed, sign: Sign, engine: DocumentEngine) -> None:
    second = sign(complete.data, "vidin.sg")
    both = engine.augment(second.data, second.field_name)
    verdict = engine.validate(both.data)

    assert both.levels == {"Signature1": Level.LT, "Signature2": Level.LT}
    assert [item.signer_name for item in verdict.signatures] == ["Радостина Пейчева Ангелова", "Мая Христова Йорданова"]
    assert verdict.outcome == Outcome.VALID


def test_state_between_the_steps_is_small(engine: DocumentEngine, pki: Pki) -> None:
    data = make_pdf(pages=200)

    prepared = engine.prepare(data, SignatureSpec(), pki.get_identity("vidin.governor"))

    assert len(str(prepared.state)) < len(data)
    assert len(str(prepared.state)) < 120_000


def test_signature_of_another_key_never_gets_into_a_file(engine: DocumentEngine, pki: Pki, token: TokenClient) -> None:
    data = make_pdf()
    prepared = engine.prepare(data, SignatureSpec(), pki.get_identity("vidin.governor"))
    (foreign,) = token.sign(KeyReference("vidin.sg", "sign"), pki.pins["vidin.sg"], [prepared.to_be_signed])

    with pytest.raises(SignatureMismatchError):
        engine.finish(data, prepared.state, foreign)


def test_file_that_changed_in_between_is_not_signed(engine: DocumentEngine, pki: Pki, token: TokenClient) -> None:
    prepared = engine.prepare(make_pdf("1 000"), SignatureSpec(), pki.get_identity("vidin.governor"))
    (raw,) = token.sign(KeyReference("vidin.governor", "sign"), pki.pins["vidin.governor"], [prepared.to_be_signed])

    with pytest.raises(PayloadChangedError):
        engine.finish(make_pdf("9 000"), prepared.state, raw)


def test_three_people_sign_in_order_and_the_last_signature_closes_with_an_archive_timestamp(
    sign_file: Callable[..., Signed], engine: DocumentEngine, tmp_path: Path
) -> None:
    """RSA, EC and a seal, the first one certifies; every signature leaves the earlier ones valid."""
    data = make_pdf()
    for login in ("vidin.governor", "vidin.lawyer", "vidin.seal"):
        signed = sign_file(data, SignatureSpec(signer_count=3, is_certification=True, file_name="a.pdf"), login)
        assert engine.validate(signed.data).outcome == Outcome.VALID
        data = signed.data

    complete = engine.augment(data, "Signature3", Level.LTA)

    verdict = engine.validate(complete.data)
    assert verdict.outcome == Outcome.VALID
    assert [item.algorithm for item in verdict.signatures] == ["SHA-256, RSA 2048", "SHA-256, EC 256", "SHA-256, RSA 3072"]
    assert complete.levels == {f"Signature{number}": Level.LTA for number in (1, 2, 3)}
    assert ask_pdfsig(complete.data, tmp_path).count("Signature is Valid") == 3


def test_first_signature_makes_the_fields_of_all_who_follow(sign_file: Callable[..., Signed]) -> None:
    first = sign_file(make_pdf(), SignatureSpec(signer_count=3))
    second = sign_file(first.data, SignatureSpec(), "vidin.lawyer")

    assert first.data.count(b"/FT /Sig") == 3
    assert second.field_name == "Signature2"
    assert second.data.count(b"/T (Signature2)") == first.data.count(b"/T (Signature2)") + 1


def test_certified_file_that_was_changed_is_invalid(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    signed = sign_file(make_pdf(), SignatureSpec(is_certification=True))

    assert engine.validate(append_annotation(signed.data)).outcome == Outcome.INVALID


def test_later_timestamp_prolongs_the_life_of_a_file(complete: Signed, engine: DocumentEngine) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)
    prolonged = engine.add_archive_timestamp(archived.data)

    assert prolonged.data.startswith(archived.data)
    assert count_timestamps(prolonged.data) == count_timestamps(archived.data) + 1
    assert engine.validate(prolonged.data).outcome == Outcome.VALID


def test_archived_file_is_valid_without_network(complete: Signed, engine: DocumentEngine, pki: Pki) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)

    assert pki.make_engine(hosts=()).validate(archived.data).signatures[0].level == "B-LTA"
    assert pki.make_engine(hosts=()).validate(archived.data).outcome == Outcome.VALID


def test_level_that_was_not_asked_for_is_not_made(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    basic = sign_file(make_pdf(), SignatureSpec(level=Level.B))

    assert (basic.level, basic.pending) == (Level.B, "")
    assert engine.augment(basic.data, basic.field_name, Level.T).level == Level.T


def test_silent_timestamp_service_leaves_an_archived_file_for_later(complete: Signed, pki: Pki) -> None:
    deaf = pki.make_engine(timestamp_url=DEAD_URL)

    same = deaf.augment(complete.data, complete.field_name, Level.LTA)

    assert (same.level, same.pending) == (Level.LT, "timestamp")


@pytest.mark.parametrize("kind", ["rsa1024", "sha1"])
def test_weak_certificate_signs_nothing(engine: DocumentEngine, kind: str) -> None:
    identity = SignerIdentity(make_weak_certificate(kind))

    with pytest.raises(WeakKeyError if kind == "rsa1024" else WeakCertificateError):
        engine.prepare(make_pdf(), SignatureSpec(), identity)
    with pytest.raises(WeakKeyError if kind == "rsa1024" else WeakCertificateError):
        engine.check_certificate(identity)


def make_weak_certificate(kind: str) -> bytes:
    """A certificate of another time: a short key, or SHA-1 under the issuer's signature (only its name is rewritten)."""
    key = rsa.generate_private_key(65537, 1024 if kind == "rsa1024" else 2048)
    name = x509.Name.from_rfc4514_string("CN=Old")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2025, 1, 1), datetime(2045, 1, 1))
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    return der.replace(sha256, sha1) if kind == "sha1" else der


def ask_pdfsig(data: bytes, folder: Path) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout


def count_timestamps(data: bytes) -> int:
    return data.count(b"/ETSI.RFC3161")
