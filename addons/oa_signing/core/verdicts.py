"""What every verdict is made of: whom the engine asks, which outcome wins, how a signature is described."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
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
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    FreshnessReqType,
    NonRevokedStatusAssertion,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from . import past_revocation, policy, raw_signatures, verdict_details
from .cms_signing import read_timestamp
from .ports import Helpers
from .specs import Outcome, SignatureVerdict

_PERHAPS_UNANSWERED = (AdESIndeterminate.TRY_LATER, AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE)
_ORDER = (Outcome.VALID, Outcome.INDETERMINATE, Outcome.INVALID)


def make_spec(helpers: Helpers, knowledge: LocalKnowledge) -> PdfSignatureValidationSpec:
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=helpers.trust.get_manager(), revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
            ),
            revinfo_gathering_policy=_gather(helpers.fetchers),
            local_knowledge=knowledge,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )


def _gather(fetchers: FetcherBackend | None) -> RevocationInfoGatheringSpec:
    rule = RevinfoOnlineFetchingRule.NO_HISTORICAL_FETCH if fetchers else RevinfoOnlineFetchingRule.LOCAL_ONLY
    return RevocationInfoGatheringSpec(rule, fetchers or _NOBODY, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH)


class _Nobody(FetcherBackend):
    """Asks nobody; without it the engine opens a client for the network that it then does not use."""

    def get_fetchers(self) -> Fetchers:
        raise RuntimeError("nothing may be fetched")

    async def close(self) -> None:
        """Nothing is open."""


_NOBODY = _Nobody()


def soften(spec: SignatureValidationSpec) -> SignatureValidationSpec:
    """The same without insisting on an answer about revocation; who is known to be revoked stays so."""
    rule = RevocationCheckingRule.CHECK_IF_DECLARED_SOFT
    policy = replace(spec.cert_validation_policy, revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)))
    return replace(spec, cert_validation_policy=policy)


def rely_on_store(spec: SignatureValidationSpec, tokens: list[cms.SignedData], helpers: Helpers) -> SignatureValidationSpec:
    """The same for when nobody can be asked: answers that are younger than the proof of time stay good.

    Of the newest timestamps nobody could have collected anything later; their authorities are taken as not revoked.
    """
    required, declared = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK
    # Authorities publish about each other a few times a year, so their lists are usually older than a signature.
    checking = RevocationCheckingPolicy(required, declared)
    after = CertRevTrustPolicy(checking, freshness=timedelta(0), freshness_req_type=FreshnessReqType.TIME_AFTER_SIGNATURE)
    moment = helpers.policy.moment or datetime.now(UTC)
    certificates = [item.chosen for token in tokens for item in token["certificates"]]
    assumed = [NonRevokedStatusAssertion(item.sha256, at=moment) for item in certificates]
    return replace(
        spec,
        cert_validation_policy=replace(spec.cert_validation_policy, revinfo_policy=after),
        local_knowledge=replace(spec.local_knowledge, nonrevoked_assertions=assumed),
    )


def make_timing(helpers: Helpers) -> ValidationTimingInfo:
    moment = helpers.policy.moment
    return ValidationTimingInfo(moment, moment, True) if moment else ValidationTimingInfo.now()


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


def describe(
    name: str, certificate: x509.Certificate, digest: str, claimed: datetime | str | None, proved: datetime | None
) -> SignatureVerdict:
    """Who signed, when, with what; the verdict itself is put in by whoever judged."""
    facts = policy.read_facts(certificate.dump())
    return SignatureVerdict(
        field_name=name,
        outcome=Outcome.INDETERMINATE,
        signer_name=facts.common_name or facts.subject,
        signer_serial=policy.mask_identifier(facts.identifier),
        issuer_name=facts.issuer,
        fingerprint=facts.fingerprint,
        claimed_at=claimed.isoformat() if isinstance(claimed, datetime) else claimed or "",
        timestamp_at=proved.isoformat() if proved else "",
        kind="seal" if facts.is_seal else "signature",
        claims_qualified=facts.is_qualified,
        time_source="timestamp" if proved else "claimed" if claimed else "",
        algorithm=f"{name_digest(digest)}, {raw_signatures.describe_key(certificate)}",
    )


def name_digest(digest: str) -> str:
    return digest.upper().replace("SHA", "SHA-") if digest.startswith("sha") and "-" not in digest else digest.upper()


Answer: TypeAlias = ades.AdESBasicValidationResult[Any]
Check: TypeAlias = Callable[..., Coroutine[Any, Any, Answer]]


async def ask(signed_data: cms.SignedData, digest: bytes, spec: SignatureValidationSpec, helpers: Helpers) -> Answer:
    """The engine's answer about a CMS signature now: by what the signature brought along when that suffices, else the network is asked."""
    return await _ask_stapled(signed_data, digest, spec, helpers) or await _ask(signed_data, digest, spec, helpers)


async def _ask_stapled(signed_data: cms.SignedData, digest: bytes, spec: SignatureValidationSpec, helpers: Helpers) -> Answer | None:
    """Only an answer that is younger than the proof of time says as much as one of today: who staples chooses the answer."""
    proved, knowledge = read_timestamp(signed_data["signer_infos"][0]), spec.local_knowledge
    if helpers.fetchers is None or proved is None or not (knowledge.known_ocsps or knowledge.known_crls):
        return None
    local = replace(spec, revinfo_gathering_policy=_gather(None))
    result = await _ask(signed_data, digest, local, replace(helpers, fetchers=None))
    if result.ades_subindic != AdESPassed.OK or result.api_status is None:
        return None
    if result.api_status.signing_cert.not_valid_after < make_timing(helpers).validation_time:
        # The engine takes old answers about ended certificates; providers may know more today.
        return None
    moments = [moment for _kind, moment, _data in verdict_details.list_answers(result, result.api_status.signing_cert)]
    return result if any(moment >= proved for moment in moments) else None


async def _ask(signed_data: cms.SignedData, digest: bytes, spec: SignatureValidationSpec, helpers: Helpers) -> Answer:
    """A soft policy is content when nobody answers about revocation."""
    check: Check = ades.ades_basic_validation
    if read_timestamp(signed_data["signer_infos"][0]) is not None:
        check = ades.ades_with_time_validation
    result = await check(signed_data, spec, raw_digest=digest, timing_info=make_timing(helpers))
    result = await _correct(result, signed_data, spec, helpers)
    if result.ades_subindic not in _PERHAPS_UNANSWERED:
        return result
    # The engine gives one name to a chain that leads nowhere and to one that nobody vouches for today.
    softened = await check(signed_data, soften(spec), raw_digest=digest, timing_info=make_timing(helpers))
    if softened.ades_subindic != AdESPassed.OK:
        return result
    return replace(softened, ades_subindic=AdESIndeterminate.TRY_LATER) if helpers.policy.is_revocation_hard else softened


async def _correct(result: Answer, signed_data: cms.SignedData, spec: SignatureValidationSpec, helpers: Helpers) -> Answer:
    """Where the engine is content with any timestamp: it has to be older than the end or the revocation of the certificate."""
    proved, status = read_timestamp(signed_data["signer_infos"][0]), result.api_status
    if proved is None or status is None:
        return result
    if result.ades_subindic == AdESIndeterminate.REVOKED_NO_POE and status.revocation_details:
        is_late = proved >= status.revocation_details.revocation_date
        return replace(result, ades_subindic=AdESFailure.REVOKED) if is_late else result
    ended = status.signing_cert.not_valid_after
    if result.ades_subindic != AdESPassed.OK or ended >= make_timing(helpers).validation_time:
        return result
    if proved > ended:
        return replace(result, ades_subindic=AdESIndeterminate.EXPIRED)
    if await past_revocation.is_known((result,), proved, spec, helpers):
        return replace(result, ades_subindic=AdESFailure.REVOKED)
    if spec.local_knowledge.known_ocsps or spec.local_knowledge.known_crls:
        return result
    # Nothing tells how it stood with the certificate then, and nobody answers for ended ones.
    return replace(result, ades_subindic=AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED)


def complete(
    verdict: SignatureVerdict,
    result: Answer,
    certificate: x509.Certificate,
    spec: SignatureValidationSpec,
    helpers: Helpers,
) -> SignatureVerdict:
    """Grade, source of revocation, and what a soft policy passed over."""
    knowledge = spec.local_knowledge
    stapled = {item.ocsp_response_data.dump() for item in knowledge.known_ocsps} | {item.crl_data.dump() for item in knowledge.known_crls}
    verdict = verdict_details.name_source(verdict, result, certificate, stapled)
    if verdict.outcome == Outcome.VALID and not verdict.revocation_source:
        verdict = replace(verdict, notes=(*verdict.notes, "revocation_not_answered"))
    path = result.api_status.validation_path if result.api_status else None
    return verdict_details.grade(verdict, path, helpers)
