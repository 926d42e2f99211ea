"""Countersignatures of a CMS: somebody signed the signature of somebody else (RFC 5652, 11.4)."""

import hashlib
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, x509

from . import certificate_validation, policy, raw_signatures, verdict_details, verdicts
from .cms_signing import read_timestamp
from .errors import PolicyError
from .ports import Helpers
from .specs import Level, Outcome, SignatureVerdict, SignerIdentity
from .xades_values import Stapled

MAX_COUNT = 50
_INVALID = {"ades.hash_failure", "ades.sig_crypto_failure", "ades.revoked"}


async def judge_cms(name: str, signed_data: cms.SignedData, helpers: Helpers) -> list[SignatureVerdict]:
    """One verdict for each countersignature of the one signer of this CMS."""
    info = signed_data["signer_infos"][0]
    found = _list(info)[:MAX_COUNT]
    certificates = [item.chosen for item in signed_data["certificates"] if isinstance(item.chosen, x509.Certificate)] if found else []
    covered = bytes(info["signature"].native)
    return [await _judge(f"{name} / {number}", item, covered, certificates, helpers) for number, item in enumerate(found, 1)]


def _list(info: cms.SignerInfo) -> list[cms.SignerInfo]:
    unsigned = info["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return []
    return [item for attribute in unsigned if attribute["type"].native == "counter_signature" for item in attribute["values"]]


async def _judge(
    name: str, info: cms.SignerInfo, covered: bytes, certificates: list[x509.Certificate], helpers: Helpers
) -> SignatureVerdict:
    try:
        serial = info["sid"].chosen["serial_number"].native
        (certificate,) = {item.sha256: item for item in certificates if item.serial_number == serial}.values()
        digest = str(info["digest_algorithm"]["algorithm"].native)
        codes = _check_integrity(info, covered, certificate, digest)
        proved, moment = read_timestamp(info), _read(info, "signing_time")
        claimed = moment if isinstance(moment, datetime) else None
        verdict = verdicts.describe(name, certificate, digest, claimed, None)
    except Exception:  # foreign signatures break readers in every way there is
        return SignatureVerdict(name, Outcome.INVALID, ("unreadable",), kind="countersignature")
    others = tuple(item.dump() for item in certificates if item.sha256 != certificate.sha256)
    found = await certificate_validation.judge(SignerIdentity(certificate.dump(), others), Stapled(), helpers, None)
    codes += [found.code] if found.code else []
    codes += _find_weakness(digest, certificate)
    outcome = Outcome.INVALID if set(codes) & _INVALID else Outcome.INDETERMINATE if codes else Outcome.VALID
    level = str(Level.T if proved else Level.B)
    verdict = replace(verdict, outcome=outcome, codes=tuple(codes), level=level, notes=found.notes)
    return replace(verdict_details.grade(verdict, found.path, helpers), kind="countersignature")


def _check_integrity(info: cms.SignerInfo, covered: bytes, certificate: x509.Certificate, digest: str) -> list[str]:
    attributes = info["signed_attrs"]
    if not isinstance(attributes, cms.CMSAttributes) or _read(info, "message_digest") != hashlib.new(digest, covered).digest():
        return ["ades.hash_failure"]
    octets = attributes.untag().dump()
    try:
        raw_signatures.verify_any(certificate, octets, bytes(info["signature"].native), digest)
    except Exception:  # whatever the library of the key says, the signature does not fit
        return ["ades.sig_crypto_failure"]
    return []


def _find_weakness(digest: str, certificate: x509.Certificate) -> list[str]:
    if digest in policy.WEAK_DIGESTS:
        return ["weak_algorithm"]
    try:
        policy.check_key(certificate)
    except PolicyError:
        return ["weak_key"]
    return []


def _read(info: cms.SignerInfo, name: str) -> object:
    found = [item["values"][0].native for item in info["signed_attrs"] if item["type"].native == name]
    return found[0] if len(found) == 1 else None
