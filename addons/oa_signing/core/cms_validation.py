"""The verdict on a CMS signature (CAdES, also inside containers): detached with its file, or attached."""

import hashlib
from dataclasses import replace

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_self_reported_ts
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from . import countersignatures, policy, time_validation, timestamp_verdicts, verdicts
from .cades import NAME, read_signed_data
from .cms_signing import read_roles, read_timestamp
from .errors import PayloadTooHardError, PolicyError
from .ports import Helpers
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict

MAX_SIGNERS = 100


async def validate(data: bytes, helpers: Helpers, original: bytes | None) -> DocumentVerdict:
    """All signatures of a CMS; one without its content is judged only with the file that it was made for."""
    signed_data = read_signed_data(data)
    if signed_data["encap_content_info"]["content_type"].native == "tst_info":
        return await time_validation.judge_alone(signed_data, original, helpers)
    content = read_content(signed_data)
    if content is None and original is None:
        return DocumentVerdict(Outcome.INDETERMINATE, ("original_missing",), wanted=_read_digests(signed_data))
    if content is not None and original is not None and content != original:
        return DocumentVerdict(Outcome.INVALID, ("original_differs",))
    content = content if content is not None else original or b""
    judged = tuple(await judge_all(NAME, signed_data, content, helpers))
    return DocumentVerdict(verdicts.get_worst([item.outcome for item in judged]), (), judged)


def read_content(signed_data: cms.SignedData) -> bytes | None:
    """What an attached signature carries; None for one that lies beside its file."""
    content = signed_data["encap_content_info"]["content"]
    return None if content.native is None else bytes(content)


async def judge_all(
    name: str, signed_data: cms.SignedData, content: bytes, helpers: Helpers, kind: SignatureFormat = SignatureFormat.CADES
) -> list[SignatureVerdict]:
    """One verdict for each signer; the engine takes one at a time, so each gets a CMS of its own."""
    spec = _add_stapled(verdicts.make_plain_spec(helpers), signed_data)
    infos = list(signed_data["signer_infos"])
    if len(infos) > MAX_SIGNERS:
        raise PayloadTooHardError("signatures")
    judged = []
    for number in range(1, len(infos) + 1):
        single = signed_data if len(infos) == 1 else _pick(signed_data, number - 1)
        own_name = name if len(infos) == 1 else f"{name} {number}"
        judged.append(replace(await _judge(own_name, single, content, spec, helpers), format=str(kind)))
        judged += [replace(item, format=str(kind)) for item in await countersignatures.judge_cms(own_name, single, helpers)]
    return judged


def _read_digests(signed_data: cms.SignedData) -> tuple[tuple[str, str], ...]:
    """By which the file can be found that the signatures were made for."""
    found = []
    for info in signed_data["signer_infos"]:
        algorithm, attributes = str(info["digest_algorithm"]["algorithm"].native), info["signed_attrs"]
        if isinstance(attributes, cms.CMSAttributes):
            found += [(algorithm, item["values"][0].native.hex()) for item in attributes if item["type"].native == "message_digest"]
    return tuple(dict.fromkeys(found))


def _add_stapled(spec: SignatureValidationSpec, signed_data: cms.SignedData) -> SignatureValidationSpec:
    """Lists and answers about revocation that the CMS brings along."""
    brought = signed_data["crls"]
    if not isinstance(brought, cms.RevocationInfoChoices):
        return spec
    crls = [CRLContainer(item.chosen) for item in brought if isinstance(item.chosen, crl.CertificateList)]
    answers = [item.chosen["other_rev_info"] for item in brought if isinstance(item.chosen, cms.OtherRevocationInfoFormat)]
    ocsps = [found for item in answers for found in OCSPContainer.load_multi(ocsp.OCSPResponse.load(item.dump()))]
    return replace(spec, local_knowledge=replace(spec.local_knowledge, known_crls=crls, known_ocsps=ocsps))


def _pick(signed_data: cms.SignedData, index: int) -> cms.SignedData:
    copy: cms.SignedData = cms.ContentInfo.load(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())["content"]
    copy["signer_infos"] = cms.SignerInfos([copy["signer_infos"][index]])
    return copy


async def _judge(
    name: str, signed_data: cms.SignedData, content: bytes, spec: SignatureValidationSpec, helpers: Helpers
) -> SignatureVerdict:
    try:
        info = extract_signer_info(signed_data)
        certificate = extract_certs_for_validation(signed_data).signer_cert
        digest = str(info["digest_algorithm"]["algorithm"].native)
        proved = read_timestamp(info)
        description = verdicts.describe(name, certificate, digest, extract_self_reported_ts(info), proved)
        result = await verdicts.ask(signed_data, hashlib.new(digest, content).digest(), spec, helpers)
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
    verdict = replace(description, outcome=outcome, codes=tuple(codes), level=str(level), claimed_roles=roles)
    verdict = verdicts.complete(verdict, result, certificate, spec, helpers)
    return timestamp_verdicts.grade_time(verdict, result, helpers)


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
