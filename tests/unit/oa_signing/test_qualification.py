"""Advanced or qualified, who answered about revocation, and what a policy insists on."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from oa_signing.adapters.document_engine import WatchfulEngine
from oa_signing.adapters.dummy_lists import DummyListOperator, DummyService
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust, ListedTrust
from oa_signing.core.specs import Level, Outcome, SignatureFormat, SignatureSpec, Signed, ValidationPolicy
from oa_signing.core.trust_registry import make_registry
from papers import make_pdf
from signing_pki import Pki

LONG_AGO = "2020-01-01T00:00:00Z"


def make_engine(pki: Pki, *services: DummyService, has_folder: bool = True) -> WatchfulEngine:
    registry = make_registry([DummyListOperator().make_list(services)])
    trust = ListedTrust(registry, FolderTrust(str(pki.folder)) if has_folder else None)
    return WatchfulEngine(trust, HttpTimestamps(pki.timestamp_url), HttpRevocation(("127.0.0.1",)))


@pytest.fixture(scope="module")
def issuer(pki: Pki) -> bytes:
    return pki.get_identity("vidin.governor").chain[0]


def test_certificate_of_a_granted_service_makes_a_qualified_signature(pki: Pki, issuer: bytes, complete: Signed) -> None:
    (verdict,) = make_engine(pki, DummyService(issuer)).validate(complete.data).signatures

    assert verdict.outcome == Outcome.VALID
    assert (verdict.grade, verdict.kind, verdict.has_qscd) == ("qualified", "signature", True)
    assert verdict.listed_service == "Услуга за квалифицирани удостоверения"


def test_without_lists_nothing_is_called_qualified(engine: WatchfulEngine, complete: Signed) -> None:
    (verdict,) = engine.validate(complete.data).signatures

    assert (verdict.grade, verdict.notes) == ("advanced", ("no_trust_list",))


def test_service_withdrawn_before_signing_makes_no_qualified_signature(pki: Pki, issuer: bytes, complete: Signed) -> None:
    withdrawn = DummyService(issuer, statuses=(("withdrawn", "2025-01-01T00:00:00Z"), ("granted", LONG_AGO)))
    (verdict,) = make_engine(pki, withdrawn).validate(complete.data).signatures

    assert (verdict.outcome, verdict.grade, verdict.notes) == (Outcome.VALID, "advanced", ("not_listed",))


def test_service_granted_at_signing_and_withdrawn_since_still_counts(pki: Pki, issuer: bytes, complete: Signed) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
    (verdict,) = (
        make_engine(pki, DummyService(issuer, statuses=(("withdrawn", tomorrow), ("granted", LONG_AGO)))).validate(complete.data).signatures
    )

    assert verdict.grade == "qualified"


def test_list_that_denies_the_device_makes_it_advanced_with_a_qualified_certificate(pki: Pki, issuer: bytes, complete: Signed) -> None:
    (verdict,) = make_engine(pki, DummyService(issuer, qualifiers=("QCNoQSCD",))).validate(complete.data).signatures

    assert (verdict.grade, verdict.has_qscd) == ("advanced_qc", False)


def test_service_of_a_list_is_trusted_without_any_folder(pki: Pki, issuer: bytes, sign: Callable[..., Signed]) -> None:
    stamps = FolderTrust(str(pki.folder)).get_roots()[0].dump()
    engine = make_engine(pki, DummyService(issuer), DummyService(stamps), has_folder=False)

    (verdict,) = engine.validate(sign().data).signatures

    assert (verdict.outcome, verdict.grade) == (Outcome.VALID, "qualified")


def test_personal_number_is_masked_everywhere(engine: WatchfulEngine, complete: Signed) -> None:
    (verdict,) = engine.validate(complete.data).signatures

    assert verdict.signer_serial.startswith("PNOBG-")
    assert verdict.signer_serial.endswith("****")


def test_source_of_revocation_and_time_are_told(engine: WatchfulEngine, sign: Callable[..., Signed], complete: Signed, pki: Pki) -> None:
    (fresh,) = engine.validate(sign().data).signatures
    (stored,) = pki.make_engine(hosts=()).validate(complete.data).signatures

    assert (fresh.revocation_source, fresh.time_source) == ("ocsp", "timestamp")
    assert (stored.outcome, stored.revocation_source) == (Outcome.VALID, "ocsp_file")
    assert stored.changes == ("validation_data",)


def test_nobody_answers_about_revocation(pki: Pki, sign: Callable[..., Signed]) -> None:
    """Hard: not known; soft: valid with a note; who is known to be revoked is never valid."""
    deaf = pki.make_engine(hosts=())
    (hard,) = deaf.validate(sign().data).signatures
    (soft,) = deaf.validate(sign().data, None, ValidationPolicy(is_revocation_hard=False)).signatures

    assert (hard.outcome, hard.codes) == (Outcome.INDETERMINATE, ("ades.try_later",))
    assert (soft.outcome, soft.notes[0]) == (Outcome.VALID, "revocation_not_answered")


@pytest.mark.parametrize(("level", "years"), [(Level.LT, 1), (Level.LTA, 1), (Level.LTA, 15)])
def test_kept_file_is_valid_offline_years_later(pki: Pki, engine: WatchfulEngine, complete: Signed, level: Level, years: int) -> None:
    """The certificate of the signer has ended meanwhile in the last case; then only the archive timestamp helps."""
    kept = engine.augment(complete.data, complete.field_name, level)
    later = ValidationPolicy(moment=datetime.now(UTC) + timedelta(days=365 * years))

    verdict = engine.validate(kept.data, None, later)

    assert verdict.outcome == Outcome.VALID, verdict
    assert verdict.signatures[0].revocation_source == "ocsp_file"


def test_file_without_stored_answers_is_not_called_valid_years_later(engine: WatchfulEngine, sign: Callable[..., Signed]) -> None:
    later = ValidationPolicy(moment=datetime.now(UTC) + timedelta(days=365))

    assert engine.validate(sign().data, None, later).outcome == Outcome.INDETERMINATE


def test_detached_signature_says_which_file_it_wants(engine: WatchfulEngine, sign_file: Callable[..., Signed]) -> None:
    data = make_pdf()
    signed = sign_file(data, SignatureSpec(format=SignatureFormat.CADES, file_name="a.pdf", level=Level.T))

    verdict = engine.validate(signed.data)

    assert verdict.codes == ("original_missing",)
    assert verdict.wanted == (("sha256", hashlib.sha256(data).hexdigest()),)
    assert engine.validate(signed.data, data).outcome == Outcome.VALID
