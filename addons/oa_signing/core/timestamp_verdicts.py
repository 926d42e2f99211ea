"""The verdict on one timestamp token, and whether its authority was a qualified one at that moment."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator.path import ValidationPath

from . import trust_registry, verdicts
from .ports import Helpers
from .specs import SignatureVerdict


@dataclass(frozen=True)
class TokenVerdict:
    """A code of what is wrong (empty: nothing), and what the trusted lists say of the authority."""

    trouble: str = ""
    is_qualified: bool = False


async def judge(token: cms.SignedData, imprint: Callable[[str], bytes], spec: SignatureValidationSpec, helpers: Helpers) -> TokenVerdict:
    """`imprint` gives the digest that the token should be over, by an algorithm."""
    timing = verdicts.make_timing(helpers)
    try:
        result = await ades.ades_timestamp_validation(token, spec, expected_tst_imprint=imprint, timing_info=timing)
        if result.ades_subindic == AdESIndeterminate.TRY_LATER and not helpers.policy.is_revocation_hard:
            soft = verdicts.soften(spec)
            result = await ades.ades_timestamp_validation(token, soft, expected_tst_imprint=imprint, timing_info=timing)
    except Exception:  # foreign tokens break readers, too
        return TokenVerdict("timestamp_broken")
    if result.ades_subindic == AdESPassed.OK:
        return TokenVerdict(is_qualified=is_qualified(result.api_status, helpers))
    return TokenVerdict("timestamp_broken" if isinstance(result.ades_subindic, AdESFailure) else "timestamp_untrusted")


def is_qualified(status: object, helpers: Helpers) -> bool:
    """By the engine's status of a token that it found good."""
    registry = helpers.trust.get_registry()
    if registry is None or not isinstance(status, TimestampSignatureStatus):
        return False
    path, moment = status.validation_path, status.timestamp
    return isinstance(path, ValidationPath) and isinstance(moment, datetime) and trust_registry.is_qualified_time(registry, path, moment)


def grade_time(verdict: SignatureVerdict, result: verdicts.Answer, helpers: Helpers) -> SignatureVerdict:
    """For a signature that carries its own timestamp: was that a qualified one?"""
    if verdict.time_source != "timestamp":
        return verdict
    apart: Any = getattr(result, "signature_timestamp_status", None)
    status = apart.api_status if apart else getattr(result.api_status, "timestamp_validity", None)
    return replace(verdict, is_time_qualified=is_qualified(status, helpers))
