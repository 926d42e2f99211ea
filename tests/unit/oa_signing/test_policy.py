"""Which certificates may sign."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.trust import FolderTrust
from oa_signing.core import policy
from oa_signing.core.errors import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRevokedError,
    CertificateUntrustedError,
    KeyUsageError,
)
from oa_signing.core.specs import SignerIdentity
from signing_pki import Pki


def test_good_certificate_passes_without_notes(engine: DocumentEngine, pki: Pki) -> None:
    assert engine.check_certificate(pki.get_identity("vidin.governor")) == []


@pytest.mark.parametrize(("login", "error"), [("revoked", CertificateRevokedError), ("expired", CertificateExpiredError)])
def test_dead_certificate_is_refused_with_its_reason(engine: DocumentEngine, pki: Pki, login: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        engine.check_certificate(pki.get_identity(login))


def test_certificate_of_tomorrow_is_refused(pki: Pki) -> None:
    check = policy.check_certificate(
        pki.get_identity("vidin.governor"), FolderTrust(str(pki.folder)), None, datetime(2024, 1, 1, tzinfo=UTC)
    )

    with pytest.raises(CertificateNotYetValidError):
        asyncio.run(check)


def test_silent_provider_is_noted_not_refused(pki: Pki) -> None:
    engine = pki.make_engine(hosts=("not.asked.example",))

    assert engine.check_certificate(pki.get_identity("vidin.governor")) == ["revocation_unknown"]


def test_authority_is_no_signer(engine: DocumentEngine, pki: Pki) -> None:
    with pytest.raises(KeyUsageError):
        engine.check_certificate(SignerIdentity(pki.get_identity("vidin.governor").chain[0]))


def test_folder_without_root_trusts_nobody(tmp_path: Path) -> None:
    with pytest.raises(CertificateUntrustedError):
        FolderTrust(str(tmp_path))


def test_facts_tell_person_from_seal(pki: Pki) -> None:
    person = policy.read_facts(pki.get_identity("vidin.governor").certificate)
    seal = policy.read_facts(pki.get_identity("vidin.seal").certificate)

    assert (person.common_name, person.is_seal, person.is_qualified) == ("Радостина Пейчева Ангелова", False, True)
    assert (seal.organisation, seal.is_seal) == ("Областна администрация Видин", True)
    assert person.identifier.startswith("PNOBG-") and seal.identifier.startswith("NTRBG-")


def test_no_hosts_means_nobody_is_asked() -> None:
    assert HttpRevocation(()).get_fetchers() is None


def test_many_certificates_are_told_apart_in_one_go_as_alone(engine: DocumentEngine, pki: Pki) -> None:
    logins = ("vidin.governor", "revoked", "vidin.lawyer", "expired")
    identities = [pki.get_identity(login) for login in logins]

    outcomes = engine.check_certificates(identities)

    assert [type(outcome) for outcome in outcomes] == [list, CertificateRevokedError, list, CertificateExpiredError]
    assert outcomes[0] == outcomes[2] == []


def test_many_certificates_of_a_silent_provider_are_noted_not_refused(pki: Pki) -> None:
    engine = pki.make_engine(hosts=("127.0.0.9",))

    assert engine.check_certificates([pki.get_identity("vidin.governor"), pki.get_identity("vidin.sg")]) == [["revocation_unknown"]] * 2
