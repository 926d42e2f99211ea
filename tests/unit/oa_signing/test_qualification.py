"""Advanced or qualified, who answered about revocation, and what a policy insists on."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from oa_signing.adapters.document_engine import WatchfulEngine
from oa_signing.adapters.dummy_lists import DummyListOperator, DummyService
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust, ListedTrust
from oa_signing.core.specs import Level, Outcome, SignatureFormat, SignatureSpec, Signed, ValidationPolicy
from oa_signing.core.trust_registry import make_registry
from papers import make_pdf
from signing_pki import DEAD_URL, Pki

LONG_AGO = "2020-01-01T00:00:00Z"


def make_engine(pki: Pki, *services: DummyService, has_folder: bool = True, **values: Any) -> WatchfulEngine:
    """Trusts one list with these services, and those given besides as `others`."""
    others = values.pop("others", [])
    registry = make_registry([DummyListOperator().make_list(services, **values), *others])
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


# ---------------------------------------------------------------------------------------------------- qualified timestamps
@pytest.fixture(scope="module")
def root(pki: Pki) -> bytes:
    """Issued the certificate of the demo's timestamps."""
    return FolderTrust(str(pki.folder)).get_roots()[0].dump()


def make_stamp_service(root: bytes, *statuses: tuple[str, str]) -> DummyService:
    return DummyService(root, "qtst", statuses or (("granted", LONG_AGO),), name="Квалифицирани времеви печати")


@pytest.mark.parametrize("kind", [SignatureFormat.PADES, SignatureFormat.XADES, SignatureFormat.CADES, SignatureFormat.ASIC_CADES])
def test_time_is_qualified_when_its_service_was_granted_then(
    pki: Pki, issuer: bytes, root: bytes, sign_file: Callable[..., Signed], kind: SignatureFormat
) -> None:
    data = b"<a>1</a>" if kind == SignatureFormat.XADES else make_pdf()
    signed = sign_file(data, SignatureSpec(format=kind, file_name="a.pdf", level=Level.T, placement="")).data
    original = data if kind.is_detached else None

    def ask(*services: DummyService) -> bool:
        verdict = make_engine(pki, DummyService(issuer), *services).validate(signed, original)
        assert verdict.outcome == Outcome.VALID, verdict
        return verdict.signatures[0].is_time_qualified

    assert ask(make_stamp_service(root))
    assert not ask()
    assert not ask(make_stamp_service(root, ("withdrawn", "2025-01-01T00:00:00Z"), ("granted", LONG_AGO)))
    assert not ask(DummyService(root))


def test_service_of_timestamps_makes_no_qualified_signature(pki: Pki, issuer: bytes, root: bytes, complete: Signed) -> None:
    """Also when it stands above the issuer of the signer's certificate."""
    (alone,) = make_engine(pki, make_stamp_service(root), make_stamp_service(issuer)).validate(complete.data).signatures
    (beside,) = make_engine(pki, make_stamp_service(root), DummyService(issuer)).validate(complete.data).signatures

    assert (alone.outcome, alone.grade, alone.notes) == (Outcome.VALID, "advanced", ("not_listed",))
    assert (beside.grade, beside.listed_service) == ("qualified", DummyService(issuer).name)


def test_timestamps_over_a_file_and_alone_are_qualified_by_their_service(
    pki: Pki, issuer: bytes, root: bytes, engine: WatchfulEngine, sign: Callable[..., Signed]
) -> None:
    listed = make_engine(pki, DummyService(issuer), make_stamp_service(root))
    data = make_pdf()
    token = engine.make_timestamp(hashlib.sha256(data).digest())
    untimed = sign(engine=pki.make_engine(timestamp_url=DEAD_URL))
    kept = engine.add_archive_timestamp(engine.augment(untimed.data, untimed.field_name).data)

    (alone,) = listed.validate(token, data).signatures
    (over,) = listed.validate(kept.data).signatures

    assert (alone.kind, alone.is_time_qualified) == ("timestamp", True)
    assert (over.time_source, over.is_time_qualified) == ("document_timestamp", True)
    assert not engine.validate(token, data).signatures[0].is_time_qualified


# ------------------------------------------------------------------------------------------------------ what people are told
def test_list_out_of_date_is_named_and_another_one_is_not(pki: Pki, issuer: bytes, complete: Signed) -> None:
    ended, coming = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 30))
    stranger = DummyListOperator("RO")
    foreign = stranger.make_list([DummyService(stranger.certificate)], territory="RO", next_update=ended)

    def ask(**values: Any) -> tuple[str, ...]:
        (verdict,) = make_engine(pki, DummyService(issuer), **values).validate(complete.data).signatures
        assert (verdict.outcome, verdict.grade) == (Outcome.VALID, "qualified")
        return verdict.notes

    assert ask(next_update=ended) == ("trust_list_outdated BG",)
    assert ask(next_update=coming) == ()
    assert ask(next_update=coming, others=[foreign]) == ()


def test_offline_judgement_by_what_is_kept_says_so(pki: Pki, engine: WatchfulEngine, complete: Signed) -> None:
    later = ValidationPolicy(moment=datetime.now(UTC) + timedelta(days=365))

    (now,) = pki.make_engine(hosts=()).validate(complete.data).signatures
    (years_later,) = engine.validate(complete.data, None, later).signatures

    assert "ca_revocation_stored" not in now.notes
    assert (years_later.outcome, "ca_revocation_stored" in years_later.notes) == (Outcome.VALID, True)
