"""The verdict on a PDF.

A file is as good as its worst signature, and the last signature has to cover the whole file or be followed by an
explained update of validation data only. Every exception of a reader on a foreign file becomes a verdict, not a crash.
"""

import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from . import verdicts
from .augmentation import detect_levels
from .cms_signing import read_roles, read_timestamp
from .cms_validation import find_weakness
from .pdf_guard import open_pdf
from .ports import Helpers, TrustPort
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict

_PROPER_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


async def validate(data: bytes, helpers: Helpers) -> DocumentVerdict:
    reader = open_pdf(data)
    signatures = list(reader.embedded_regular_signatures)
    timestamps = list(reader.embedded_timestamp_signatures)
    levels = _read_levels(reader)
    if not signatures:
        return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))

    spec = verdicts.make_spec(helpers, _read_knowledge(reader, helpers.trust))
    last = max([*signatures, *timestamps], key=lambda item: item.signed_revision)
    judged = tuple([await _judge_signature(item, item is last, levels.get(item.field_name), spec) for item in signatures])
    codes: list[str] = []
    outcome = verdicts.get_worst([verdict.outcome for verdict in judged])
    if not _PROPER_END.search(data[-2048:]):
        codes.append("appended")
        outcome = Outcome.INVALID
    for timestamp in timestamps:
        trouble = await _judge_timestamp(timestamp, timestamp is last, spec)
        if trouble:
            codes.append(trouble)
            outcome = verdicts.get_worst([outcome, Outcome.INDETERMINATE if trouble == "timestamp_untrusted" else Outcome.INVALID])
    return DocumentVerdict(outcome, tuple(dict.fromkeys(codes)), judged)


def _read_levels(reader: PdfFileReader) -> dict[str, Level]:
    try:
        return detect_levels(reader)
    except Exception:  # the level is a note, the verdict does not hang on it
        return {}


async def _judge_signature(
    signature: EmbeddedPdfSignature, is_last: bool, level: Level | None, spec: PdfSignatureValidationSpec
) -> SignatureVerdict:
    name = str(signature.field_name)
    try:
        proved = read_timestamp(signature.signer_info)
        description = verdicts.describe(name, signature.signer_cert, signature.md_algorithm, signature.self_reported_timestamp, proved)
        codes = _check_integrity(signature, is_last)
        weakness = find_weakness(signature.signer_info, signature.signer_cert)
        indication = await _get_indication(signature, spec)
        roles = read_roles(signature.signer_info)
    except Exception:  # per signature: one broken container says nothing about the others
        return SignatureVerdict(name, Outcome.INVALID, ("unreadable",), format=str(SignatureFormat.PADES))
    outcome = Outcome.INVALID if codes else verdicts.get_outcome(indication)
    if weakness:
        codes.append(weakness)
        outcome = verdicts.get_worst([outcome, Outcome.INDETERMINATE])
    if indication.status != AdESStatus.PASSED:
        codes.append(verdicts.get_code(indication))
    return replace(
        description,
        outcome=outcome,
        codes=tuple(codes),
        level=str(level or ""),
        format=str(SignatureFormat.PADES),
        claimed_roles=roles,
    )


async def _judge_timestamp(timestamp: EmbeddedPdfSignature, is_last: bool, spec: PdfSignatureValidationSpec) -> str:
    try:
        if _check_integrity(timestamp, is_last):
            return "timestamp_coverage"
    except Exception:  # as above
        return "timestamp_broken"
    return await verdicts.judge_token(timestamp.signed_data, timestamp.compute_digest, spec.signature_validation_spec)


def _check_integrity(signature: EmbeddedPdfSignature, is_last: bool) -> list[str]:
    """Codes of everything that happened to the file after this signature and is not explained."""
    signature.compute_integrity_info()
    difference, coverage = signature.diff_result, signature.coverage
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return []
    if coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return ["coverage"]
    if not isinstance(difference, DiffResult):
        return ["modified"]
    codes = []
    # Whoever signs later makes an own field; any other field that changed holds data.
    if difference.changed_form_fields - set(_get_field_names(signature.reader)):
        codes.append("form_changed")
    level = difference.modification_level
    if is_last and level != ModificationLevel.LTA_UPDATES:
        codes.append("appended" if level == ModificationLevel.NONE else "modified")
    elif level.value > ModificationLevel.FORM_FILLING.value:
        codes.append("modified")
    if signature.docmdp_level is not None and level.value > signature.docmdp_level.value:
        codes.append("modified")
    return codes


def _get_field_names(reader: PdfFileReader) -> list[str]:
    return [str(item.field_name) for item in reader.embedded_signatures]


async def _get_indication(signature: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec) -> AdESSubIndic:
    """Present time first; the past is looked at only when the present does not suffice."""
    check: Callable[..., Coroutine[Any, Any, ades.AdESBasicValidationResult[Any]]] = ades.ades_basic_validation
    if read_timestamp(signature.signer_info) is not None:
        check = ades.ades_with_time_validation
    result = await check(signature.signed_data, spec.signature_validation_spec, raw_digest=signature.compute_digest())
    if result.ades_subindic == AdESPassed.OK or "/DSS" not in signature.reader.root:
        return result.ades_subindic
    archived = await ades.ades_lta_validation(signature, spec)
    return archived.ades_subindic if archived.ades_subindic == AdESPassed.OK else result.ades_subindic


def _read_knowledge(reader: PdfFileReader, trust: TrustPort) -> LocalKnowledge:
    # The engine does not put roots into its registry by itself; revocation lists of a root need them there.
    certificates: list[x509.Certificate] = [*trust.get_roots(), *trust.get_intermediates()]
    ocsps: list[OCSPContainer] = []
    crls: list[CRLContainer] = []
    if "/DSS" in reader.root:
        store = DocumentSecurityStore.read_dss(reader)
        certificates.extend(store.load_certs())
        for reference in store.ocsps:
            response = ocsp.OCSPResponse.load(reference.get_object().data)
            ocsps.extend(OCSPContainer.load_multi(response))
        crls = [CRLContainer(crl.CertificateList.load(item.get_object().data)) for item in store.crls]
    return LocalKnowledge(known_certs=certificates, known_ocsps=ocsps, known_crls=crls)
