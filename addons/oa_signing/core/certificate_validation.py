"""May the certificate of a signature sign now, and if not: does a timestamp prove that it could, and who says so?"""

from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from . import past_revocation, policy, verdict_details
from .errors import PolicyError
from .ports import Helpers
from .specs import SignerIdentity
from .xades_values import Stapled


@dataclass(frozen=True)
class Found:
    """A code of what is wrong (empty: nothing), the path to an anchor, and the answers about revocation."""

    code: str = ""
    path: ValidationPath | None = None
    answers: tuple[tuple[str, datetime, bytes], ...] = ()
    notes: tuple[str, ...] = ()


async def judge(identity: SignerIdentity, stapled: Stapled, helpers: Helpers, proved: datetime | None) -> Found:
    """What the signature brings along is asked first; the network only about the present, and about who ended since."""
    now = helpers.policy.moment or datetime.now(UTC)
    if proved and await _was_revoked_after_all(identity, stapled, helpers, proved):
        return Found("ades.revoked")
    if proved and stapled:
        # Between the proof of time and now a certificate may end; what was collected then says how it stood.
        found = await _try(identity, helpers, _make_context(identity, stapled, helpers, proved), proved)
        if not found.code or found.code.startswith("ades.revoked"):
            return found
    found = await _try(identity, helpers, _make_context(identity, stapled, helpers, None), proved)
    if found.code == "ades.out_of_bounds_no_poe" and proved and proved <= now:
        return Found("ades.out_of_bounds_not_revoked", found.path, found.answers)
    return found


async def _was_revoked_after_all(identity: SignerIdentity, stapled: Stapled, helpers: Helpers, proved: datetime) -> bool:
    certificate = x509.Certificate.load(identity.certificate)
    if not proved <= certificate.not_valid_after < (helpers.policy.moment or datetime.now(UTC)):
        return False
    known = [*map(x509.Certificate.load, identity.chain), *stapled.certificates]
    others = [*known, *helpers.trust.get_intermediates(), *helpers.trust.get_roots()]
    return await past_revocation.is_told_today(certificate, others, proved, helpers)


def _make_context(identity: SignerIdentity, stapled: Stapled, helpers: Helpers, at: datetime | None) -> ValidationContext:
    moment = at or helpers.policy.moment
    fetchers = None if moment else helpers.fetchers
    context = ValidationContext(
        trust_manager=helpers.trust.get_manager(),
        other_certs=[*map(x509.Certificate.load, identity.chain), *stapled.certificates, *helpers.trust.get_intermediates()],
        moment=moment,
        allow_fetching=fetchers is not None,
        fetcher_backend=fetchers,
        ocsps=stapled.ocsps,
        crls=stapled.crls,
        revocation_mode="require",
        # Answers were collected after the moment that they speak of.
        retroactive_revinfo=at is not None,
    )
    context.certificate_registry.fetcher = None
    return context


async def _try(identity: SignerIdentity, helpers: Helpers, context: ValidationContext, proved: datetime | None) -> Found:
    certificate = x509.Certificate.load(identity.certificate)
    try:
        policy.check_usage(certificate)
    except PolicyError:
        return Found("ades.chain_constraints_failure")
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        path = await validator.async_validate_usage({"non_repudiation"})
    except RevokedError as error:
        return Found(_judge_revoked(error, proved))
    except (ExpiredError, NotYetValidError) as error:
        return Found("ades.out_of_bounds_no_poe" if isinstance(error, ExpiredError) else "ades.not_yet_valid")
    except (PathError, ValidationError, OSError, ValueError):
        return await _explain_doubt(identity, helpers, context)
    answers = verdict_details.read_answers(list(context.ocsps), list(context.crls), certificate)
    return Found("", path, tuple(answers))


def _judge_revoked(error: RevokedError, proved: datetime | None) -> str:
    if proved is None:
        return "ades.revoked_no_poe"
    revoked_at = getattr(error, "revocation_dt", None)
    return "" if revoked_at and proved < revoked_at else "ades.revoked"


async def _explain_doubt(identity: SignerIdentity, helpers: Helpers, context: ValidationContext) -> Found:
    """No path, or only nobody who answers about revocation? A soft policy is content with the latter."""
    certificate = x509.Certificate.load(identity.certificate)
    others = [*map(x509.Certificate.load, identity.chain), *helpers.trust.get_intermediates()]
    soft = ValidationContext(
        trust_manager=helpers.trust.get_manager(),
        other_certs=others,
        moment=context.timing_params.validation_time,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    try:
        path = await CertificateValidator(certificate, validation_context=soft).async_validate_usage({"non_repudiation"})
    except (PathError, ValidationError, OSError, ValueError):
        return Found("ades.no_certificate_chain_found")
    if helpers.policy.is_revocation_hard:
        return Found("ades.try_later", path)
    return Found("", path, notes=("revocation_not_answered",))
