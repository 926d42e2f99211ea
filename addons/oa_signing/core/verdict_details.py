"""What is said of a signature beside its outcome: its legal grade, who vouches for it, and who answered about revocation."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation import ades
from pyhanko_certvalidator.ltv.poe import ValidationObjectType
from pyhanko_certvalidator.path import ValidationPath

from . import trust_registry
from .ports import Helpers
from .specs import Outcome, SignatureVerdict
from .trust_registry import Qualification


def grade(verdict: SignatureVerdict, path: ValidationPath | None, helpers: Helpers) -> SignatureVerdict:
    """Advanced or qualified at the time of signing, by the trusted lists; nobody else can make it qualified."""
    registry = helpers.trust.get_registry()
    if registry is None or path is None:
        notes = ("no_trust_list",) if registry is None and verdict.claims_qualified else ()
        return replace(verdict, grade="advanced" if verdict.outcome == Outcome.VALID else "", notes=(*verdict.notes, *notes))
    moment = _get_moment(verdict, helpers)
    found = trust_registry.assess(registry, path, moment)
    remarks = ["not_listed"] if verdict.claims_qualified and not found.is_qualified else []
    # Whether it is out of date is a question of today, not of the time of signing.
    remarks += [f"trust_list_outdated {name}" for name in registry.find_outdated(path, helpers.policy.moment or datetime.now(UTC))]
    return replace(
        verdict,
        grade=_name_grade(found) if verdict.outcome == Outcome.VALID else "",
        kind="seal" if found.kind == "eseal" else "signature" if found.kind == "esign" else verdict.kind,
        has_qscd=found.has_qscd,
        listed_service=found.service,
        notes=(*verdict.notes, *remarks),
    )


def _name_grade(found: Qualification) -> str:
    if not found.is_qualified or found.kind not in ("esign", "eseal"):
        return "advanced"
    return "qualified" if found.has_qscd else "advanced_qc"


def _get_moment(verdict: SignatureVerdict, helpers: Helpers) -> datetime:
    if verdict.timestamp_at:
        return datetime.fromisoformat(verdict.timestamp_at)
    return helpers.policy.moment or datetime.now(UTC)


def name_source(
    verdict: SignatureVerdict, result: ades.AdESBasicValidationResult[Any], certificate: x509.Certificate, stapled: Collection[bytes]
) -> SignatureVerdict:
    """Which answer about revocation spoke of the signer's certificate, the newest first, and where it came from."""
    return name_answer(verdict, list_answers(result, certificate), stapled)


def list_answers(result: ades.AdESBasicValidationResult[Any], certificate: x509.Certificate) -> list[tuple[str, datetime, bytes]]:
    """Kind, moment and bytes of every answer about this certificate that the engine looked at."""
    answers = []
    for item in result.validation_objects:
        if item.object_type == ValidationObjectType.OCSP_RESPONSE:
            answers.append(_read_ocsp(item.value.ocsp_response_data, certificate))
        elif item.object_type == ValidationObjectType.CRL:
            answers.append(_read_crl(item.value.crl_data, certificate))
    return [answer for answer in answers if answer]


def name_answer(verdict: SignatureVerdict, answers: list[tuple[str, datetime, bytes]], stapled: Collection[bytes]) -> SignatureVerdict:
    if not answers:
        return verdict
    kind, moment, data = max(answers, key=lambda answer: (answer[0] == "ocsp", answer[1]))
    source = f"{kind}_file" if data in stapled else kind
    return replace(verdict, revocation_source=source, revocation_at=moment.isoformat())


def _read_ocsp(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> tuple[str, datetime, bytes] | None:
    for single in answer.response_data["responses"]:
        if single["cert_id"]["serial_number"].native == certificate.serial_number:
            return "ocsp", single["this_update"].native, answer.dump()
    return None


def _read_crl(revoked: crl.CertificateList, certificate: x509.Certificate) -> tuple[str, datetime, bytes] | None:
    if revoked.issuer != certificate.issuer:
        return None
    return "crl", revoked["tbs_cert_list"]["this_update"].native, revoked.dump()


def read_answers(
    ocsps: Collection[ocsp.OCSPResponse], crls: Collection[crl.CertificateList], certificate: x509.Certificate
) -> list[tuple[str, datetime, bytes]]:
    found = [*(_read_ocsp(item, certificate) for item in ocsps), *(_read_crl(item, certificate) for item in crls)]
    return [item for item in found if item]
