"""Was an ended certificate revoked before the signature? Once a timestamp precedes the end, nobody else asks any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.ltv.poe import ValidationObjectType

from .ports import Helpers


@dataclass(frozen=True)
class Answers:
    """What providers said, whenever that was."""

    crls: Sequence[crl.CertificateList] = ()
    ocsps: Sequence[ocsp.OCSPResponse] = ()


async def is_known(
    results: Sequence[ades.AdESBasicValidationResult[Any]], proved: datetime, spec: SignatureValidationSpec, helpers: Helpers
) -> bool:
    """By every answer that the engine saw, also one of today: whoever lost a key may have learned of it later."""
    status = next((result.api_status for result in results if result.api_status), None)
    if status is None:
        return False
    others = [*spec.local_knowledge.known_certs, *helpers.trust.get_intermediates()]
    return await _is_revoked(status.signing_cert, others, _list_answers(results), proved, helpers)


async def is_told_today(certificate: x509.Certificate, others: Sequence[x509.Certificate], proved: datetime, helpers: Helpers) -> bool:
    """The same for who is judged without the engine: the provider is asked now."""
    if helpers.fetchers is None:
        return False
    fetchers, crls, ocsps = helpers.fetchers.get_fetchers(), [], []
    try:
        crls = list(await fetchers.crl_fetcher.fetch(certificate))
    except (CRLFetchError, OSError, ValueError):
        # Providers owe nobody an answer about ended certificates.
        crls = []
    for issuer in others:
        if issuer.subject == certificate.issuer:
            try:
                ocsps.append(await fetchers.ocsp_fetcher.fetch(certificate, AuthorityWithCert(issuer)))
            except (OCSPFetchError, OSError, ValueError):
                continue
    return await _is_revoked(certificate, others, Answers(crls, ocsps), proved, helpers)


async def _is_revoked(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], answers: Answers, proved: datetime, helpers: Helpers
) -> bool:
    context = ValidationContext(
        trust_manager=helpers.trust.get_manager(),
        other_certs=list(others),
        moment=proved,
        allow_fetching=False,
        crls=answers.crls,
        ocsps=answers.ocsps,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )
    try:
        await CertificateValidator(certificate, validation_context=context).async_validate_usage(set())
    except RevokedError:
        return True
    except (PathError, ValidationError, OSError, ValueError):
        # Whether it leads to an anchor was judged before.
        return False
    return False


def _list_answers(results: Sequence[ades.AdESBasicValidationResult[Any]]) -> Answers:
    objects = [item for result in results for item in result.validation_objects]
    crls = [item.value.crl_data for item in objects if item.object_type == ValidationObjectType.CRL]
    return Answers(crls, [item.value.ocsp_response_data for item in objects if item.object_type == ValidationObjectType.OCSP_RESPONSE])
