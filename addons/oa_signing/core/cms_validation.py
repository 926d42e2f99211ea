"""The verdict on a CMS signature (CAdES, also inside containers): detached with its file, or attached."""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_self_reported_ts
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec

from . import policy, verdicts
from .cades import NAME, read_signed_data
from .cms_signing import read_roles, read_timestamp
from .errors import PolicyError
from .ports import Helpers
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict


async def validate(data: bytes, helpers: Helpers, original: bytes | None) -> DocumentVerdict:
    """All signatures of a CMS; one without its content is judged only with the file that it was made for."""
    signed_data = read_signed_data(data)
    content = read_content(signed_data)
    if content is None and original is None:
        return DocumentVerdict(Outcome.INDETERMINATE, ("original_missing",))
    if content is not None and original is not None and content != original:
        return DocumentVerdict(Outcome.INVALID, ("original_differs",))
    judged = tuple(await judge_all(NAME, signed_data, content if content is not None else original or b"", helpers))
    return DocumentVerdict(verdicts.get_worst([item.outcome for item in judged]), (), judged)


def read_content(signed_data: cms.SignedData) -> bytes | None:
    """What an attached signature carries; None for one that lies beside its file."""
    content = signed_data["encap_content_info"]["content"]
    return None if content.native is None else bytes(content)


async def judge_all(
    name: str, signed_data: cms.SignedData, content: bytes, helpers: Helpers, kind: SignatureFormat = SignatureFormat.CADES
) -> list[SignatureVerdict]:
    """One verdict for each signer; the engine takes one at a time, so each gets a CMS of its own."""
    spec = verdicts.make_plain_spec(helpers)
    infos = list(signed_data["signer_infos"])
    judged = []
    for number in range(1, len(infos) + 1):
        single = signed_data if len(infos) == 1 else _pick(signed_data, number - 1)
        own_name = name if len(infos) == 1 else f"{name} {number}"
        judged.append(replace(await _judge(own_name, single, content, spec), format=str(kind)))
    return judged


def _pick(signed_data: cms.SignedData, index: int) -> cms.SignedData:
    copy: cms.SignedData = cms.ContentInfo.load(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())["content"]
    copy["signer_infos"] = cms.SignerInfos([copy["signer_infos"][index]])
    return copy


async def _judge(name: str, signed_data: cms.SignedData, content: bytes, spec: SignatureValidationSpec) -> SignatureVerdict:
    try:
        info = extract_signer_info(signed_data)
        certificate = extract_certs_for_validation(signed_data).signer_cert
        digest = str(info["digest_algorithm"]["algorithm"].native)
        proved = read_timestamp(info)
        description = verdicts.describe(name, certificate, digest, extract_self_reported_ts(info), proved)
        check: Callable[..., Coroutine[Any, Any, ades.AdESBasicValidationResult[Any]]] = ades.ades_basic_validation
        if proved is not None:
            check = ades.ades_with_time_validation
        result = await check(signed_data, spec, raw_digest=hashlib.new(digest, content).digest())
        weakness, roles = find_weakness(info, certificate), read_roles(info)
    except Exception:  # foreign signatures break readers in every way there is
        return SignatureVerdict(name, Outcome.INVALID, ("unreadable",))
    indication = result.ades_subindic
    outcome, codes = verdicts.get_outcome(indication), [weakness] if weakness else []
    if weakness:
        outcome = verdicts.get_worst([outcome, Outcome.INDETERMINATE])
    if indication.status != AdESStatus.PASSED:
        codes.append(verdicts.get_code(indication))
    level = Level.T if proved else Level.B
    return replace(description, outcome=outcome, codes=tuple(codes), level=str(level), claimed_roles=roles)


def find_weakness(info: cms.SignerInfo, certificate: x509.Certificate) -> str:
    """Code of an algorithm or key that is too weak today, or an empty text."""
    weak = info["digest_algorithm"]["algorithm"].native in policy.WEAK_DIGESTS
    return "weak_algorithm" if weak or policy.find_weak_digest(info["signature_algorithm"]) else find_weak_key(certificate)


def find_weak_key(certificate: x509.Certificate) -> str:
    try:
        policy.check_key(certificate)
    except PolicyError:
        return "weak_key"
    return "weak_certificate" if policy.find_weak_digest(certificate["signature_algorithm"]) else ""
