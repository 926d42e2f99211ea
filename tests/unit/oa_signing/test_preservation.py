"""How long the proofs of a file hold, and how they are renewed before they end."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.validation_client import DocumentClient, ServiceSettings
from oa_signing.core import preservation
from oa_signing.core.errors import NotSignedError, RevocationDataMissingError, TimestampError
from oa_signing.core.life import Life
from oa_signing.core.specs import Level, Outcome, SignatureSpec, Signed
from papers import make_pdf
from pyhanko.pdf_utils.reader import PdfFileReader
from signing_pki import Pki

DEAD_URL = "http://127.0.0.1:9/tsa"


def list_stamps(data: bytes) -> list[datetime]:
    return [stamp.signer_cert.not_valid_after for stamp in PdfFileReader(BytesIO(data)).embedded_timestamp_signatures]


def test_signature_without_a_timestamp_lives_as_long_as_its_certificate(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    basic = sign_file(make_pdf(), SignatureSpec(level=Level.B))

    life = engine.measure(basic.data)

    signer = PdfFileReader(BytesIO(basic.data)).embedded_regular_signatures[0].signer_cert
    assert (life.until, life.is_timestamp) == (signer.not_valid_after, False)
    assert (life.algorithm, life.bits) == ("SHA-256, RSA 2048", 112)


def test_archived_file_lives_as_long_as_its_newest_timestamp(complete: Signed, engine: DocumentEngine) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)

    life = engine.measure(archived.data)

    assert life.until == list_stamps(archived.data)[-1]
    assert life.is_timestamp


def test_signature_put_over_an_archived_file_counts_again(
    complete: Signed, engine: DocumentEngine, sign_file: Callable[..., Signed]
) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)
    second = sign_file(archived.data, SignatureSpec(level=Level.B), "vidin.lawyer")

    assert not engine.measure(second.data).is_timestamp


def test_file_that_is_not_signed_has_no_life(engine: DocumentEngine) -> None:
    with pytest.raises(NotSignedError):
        engine.measure(make_pdf())


def test_renewal_adds_one_timestamp_over_everything_and_changes_nothing_else(complete: Signed, engine: DocumentEngine) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)

    renewed = engine.add_archive_timestamp(archived.data)

    assert renewed.data.startswith(archived.data)
    assert len(list_stamps(renewed.data)) == len(list_stamps(archived.data)) + 1
    assert renewed.level == Level.LTA
    assert engine.validate(renewed.data).outcome == Outcome.VALID


def test_renewal_asks_nothing_about_signers_whose_proofs_lie_in_the_file(
    complete: Signed, engine: DocumentEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years later their certificates have ended; only the authority of the timestamp is asked about."""
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)
    asked: list[bool] = []
    collect = preservation.Collector.collect

    async def listen(collector: preservation.Collector, container: object, *, is_timestamp: bool = False) -> object:
        asked.append(is_timestamp)
        return await collect(collector, container, is_timestamp=is_timestamp)

    monkeypatch.setattr(preservation.Collector, "collect", listen)

    engine.add_archive_timestamp(archived.data)

    assert asked == [True]


def test_file_of_a_lower_level_becomes_an_archived_one(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    fresh = sign_file(make_pdf(), SignatureSpec(level=Level.T))

    assert engine.add_archive_timestamp(fresh.data).level == Level.LTA


def test_silent_services_leave_the_file_as_it_was(complete: Signed, engine: DocumentEngine, pki: Pki) -> None:
    archived = engine.augment(complete.data, complete.field_name, Level.LTA)

    with pytest.raises(TimestampError):
        pki.make_engine(timestamp_url=DEAD_URL).add_archive_timestamp(archived.data)
    with pytest.raises(RevocationDataMissingError):
        pki.make_engine(hosts=()).add_archive_timestamp(archived.data)


def test_service_measures_as_the_engine_does(
    complete: Signed, engine: DocumentEngine, start_service: Callable[..., os.PathLike[str]], pki: Pki
) -> None:
    client = DocumentClient(str(start_service("validation", "life")), ServiceSettings(trust_folder=str(pki.folder)))

    assert client.measure(complete.data) == engine.measure(complete.data)


def test_life_travels_whole() -> None:
    life = Life(datetime.fromisoformat("2030-01-01T00:00:00+00:00") + timedelta(seconds=1), "SHA-256, ECDSA P-256", 128, is_timestamp=True)

    assert Life.from_wire(life.to_wire()) == life


@pytest.mark.parametrize(("size", "bits"), [(1024, 80), (2048, 112), (3072, 128), (4096, 128)])
def test_strength_of_a_key_is_told_in_bits(size: int, bits: int) -> None:
    name, key = x509.Name.from_rfc4514_string("CN=Key"), rsa.generate_private_key(65537, size)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2025, 1, 1), datetime(2045, 1, 1))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)

    assert preservation.measure_key(asn1_x509.Certificate.load(certificate)) == bits
