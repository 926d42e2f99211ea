"""Was an ended certificate revoked before the signature? The engine does not ask any more once a timestamp precedes the end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.ltv.poe import ValidationObjectType

from .ports import Helpers


async def is_known(
    results: Sequence[ades.AdESBasicValidationResult[Any]], proved: datetime, spec: SignatureValidationSpec, helpers: Helpers
) -> bool:
    """By every answer that the engine saw, also one of today: whoever lost a key may have learned of it later."""
    status = next((result.api_status for result in results if result.api_status), None)
    if status is None:
        return False
    crls, ocsps = _list_answers(results)
    known = spec.local_knowledge.known_certs
    context = ValidationContext(
        trust_manager=helpers.trust.get_manager(),
        other_certs=[*known, *helpers.trust.get_intermediates()],
        moment=proved,
        allow_fetching=False,
        crls=crls,
        ocsps=ocsps,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )
    try:
        await CertificateValidator(status.signing_cert, validation_context=context).async_validate_usage(set())
    except RevokedError:
        return True
    except (PathError, ValidationError, OSError, ValueError):
        # Whether it leads to an anchor was judged before.
        return False
    return False


def _list_answers(
    results: Sequence[ades.AdESBasicValidationResult[Any]],
) -> tuple[list[crl.CertificateList], list[ocsp.OCSPResponse]]:
    objects = [item for result in results for item in result.validation_objects]
    crls = [item.value.crl_data for item in objects if item.object_type == ValidationObjectType.CRL]
    return crls, [item.value.ocsp_response_data for item in objects if item.object_type == ValidationObjectType.OCSP_RESPONSE]
