"""What every verdict is made of: whom the engine asks, which outcome wins, how a signature is described."""

from collections.abc import Callable
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESFailure, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

from . import raw_signatures
from .policy import read_facts
from .ports import Helpers
from .specs import Outcome, SignatureVerdict

_ORDER = (Outcome.VALID, Outcome.INDETERMINATE, Outcome.INVALID)


def make_spec(helpers: Helpers, knowledge: LocalKnowledge) -> PdfSignatureValidationSpec:
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    online = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if helpers.fetchers else RevinfoOnlineFetchingRule.LOCAL_ONLY
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=helpers.trust.get_roots()),
                revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online, helpers.fetchers, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH
            ),
            local_knowledge=knowledge,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )


def make_plain_spec(helpers: Helpers) -> SignatureValidationSpec:
    """For signatures that carry no store of revocation data."""
    known = [*helpers.trust.get_roots(), *helpers.trust.get_intermediates()]
    return make_spec(helpers, LocalKnowledge(known_certs=known)).signature_validation_spec


def get_outcome(indication: AdESSubIndic) -> Outcome:
    return {
        AdESStatus.PASSED: Outcome.VALID,
        AdESStatus.FAILED: Outcome.INVALID,
        AdESStatus.INDETERMINATE: Outcome.INDETERMINATE,
    }[indication.status]


def get_code(indication: AdESSubIndic) -> str:
    return f"ades.{indication.standard_name.lower()}"


def get_worst(outcomes: list[Outcome]) -> Outcome:
    return max(outcomes, key=_ORDER.index)


async def judge_token(token: cms.SignedData, imprint: Callable[[str], bytes], spec: SignatureValidationSpec) -> str:
    """Code of what is wrong with a timestamp; `imprint` gives the digest that it should be over, by an algorithm."""
    try:
        result = await ades.ades_timestamp_validation(token, spec, expected_tst_imprint=imprint)
    except Exception:  # foreign tokens break readers, too
        return "timestamp_broken"
    if result.ades_subindic == AdESPassed.OK:
        return ""
    return "timestamp_broken" if isinstance(result.ades_subindic, AdESFailure) else "timestamp_untrusted"


def describe(
    name: str, certificate: x509.Certificate, digest: str, claimed: datetime | str | None, proved: datetime | None
) -> SignatureVerdict:
    """Who signed, when, with what; the verdict itself is put in by whoever judged."""
    facts = read_facts(certificate.dump())
    return SignatureVerdict(
        field_name=name,
        outcome=Outcome.INDETERMINATE,
        signer_name=facts.common_name or facts.subject,
        signer_serial=facts.identifier,
        issuer_name=facts.issuer,
        fingerprint=facts.fingerprint,
        claimed_at=claimed.isoformat() if isinstance(claimed, datetime) else claimed or "",
        timestamp_at=proved.isoformat() if proved else "",
        algorithm=f"{name_digest(digest)}, {raw_signatures.describe_key(certificate)}",
    )


def name_digest(digest: str) -> str:
    return digest.upper().replace("SHA", "SHA-") if digest.startswith("sha") and "-" not in digest else digest.upper()
