"""The verdict on a PDF.

A file is as good as its worst signature, and the last signature has to cover the whole file or be followed by an
explained update of validation data only. Every exception of a reader on a foreign file becomes a verdict, not a crash.
"""

import re
from dataclasses import replace

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from . import time_validation, verdicts
from .augmentation import detect_levels
from .cms_signing import read_roles, read_timestamp
from .cms_validation import find_weakness
from .errors import PayloadTooHardError
from .evidence import read_timestamp_token
from .pdf_guard import open_pdf
from .ports import Helpers, TrustPort
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict

MAX_SIGNATURES = 200
_OUT_OF_TERM = {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}
_PROPER_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


async def validate(data: bytes, helpers: Helpers) -> DocumentVerdict:
    reader = open_pdf(data)
    signatures = list(reader.embedded_regular_signatures)
    timestamps = list(reader.embedded_timestamp_signatures)
    levels = _read_levels(reader)
    if len(signatures) + len(timestamps) > MAX_SIGNATURES:
        raise PayloadTooHardError("signatures")
    if not signatures and not timestamps:
        return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))

    spec = verdicts.make_spec(helpers, _read_knowledge(reader, helpers.trust))
    last = max([*signatures, *timestamps], key=lambda item: item.signed_revision)
    judged = [await _judge_signature(item, item is last, levels.get(item.field_name), spec, helpers) for item in signatures]
    judged = [_name_document_time(item, signature, timestamps) for item, signature in zip(judged, signatures, strict=True)]
    codes: list[str] = []
    outcomes = [verdict.outcome for verdict in judged]
    if not _PROPER_END.search(data[-2048:]):
        codes.append("appended")
        outcomes.append(Outcome.INVALID)
    for timestamp in timestamps:
        trouble = await _judge_timestamp(timestamp, timestamp is last, spec, helpers)
        if trouble == "timestamp_untrusted" and (then := _look_from_next(timestamp, timestamps, helpers)):
            # Its authority may have ended since; the next timestamp over the file, judged for itself, proves that it was good then.
            trouble = await _judge_timestamp(timestamp, False, spec, then)
        outcomes.append(time_validation.get_outcome(trouble))
        codes += [trouble] if trouble else []
        if not signatures:
            judged.append(time_validation.describe(str(timestamp.field_name), timestamp.signed_data, trouble))
    return DocumentVerdict(verdicts.get_worst(outcomes), tuple(dict.fromkeys(codes)), tuple(judged))


def _look_from_next(timestamp: EmbeddedPdfSignature, timestamps: list[EmbeddedPdfSignature], helpers: Helpers) -> Helpers | None:
    """As one could judge at the moment of the next timestamp, with what lies in the file; nothing when there is none."""
    later = [item for item in timestamps if item.signed_revision > timestamp.signed_revision]
    if not later:
        return None
    moment = time_validation.read_moment(min(later, key=lambda item: item.signed_revision).signed_data)
    return replace(helpers, fetchers=None, policy=replace(helpers.policy, moment=moment)) if moment else None


def _name_document_time(
    verdict: SignatureVerdict, signature: EmbeddedPdfSignature, timestamps: list[EmbeddedPdfSignature]
) -> SignatureVerdict:
    """A signature without a time of its own is proved by the first timestamp over the file that came after it."""
    later = [item for item in timestamps if item.signed_revision > signature.signed_revision]
    if verdict.timestamp_at or not later:
        return verdict
    first = min(later, key=lambda item: item.signed_revision)
    moment = time_validation.read_moment(first.signed_data)
    return replace(verdict, timestamp_at=moment.isoformat(), time_source="document_timestamp") if moment else verdict


def _read_levels(reader: PdfFileReader) -> dict[str, Level]:
    try:
        return detect_levels(reader)
    except Exception:  # the level is a note, the verdict does not hang on it
        return {}


async def _judge_signature(
    signature: EmbeddedPdfSignature, is_last: bool, level: Level | None, spec: PdfSignatureValidationSpec, helpers: Helpers
) -> SignatureVerdict:
    name = str(signature.field_name)
    try:
        proved = read_timestamp(signature.signer_info)
        description = verdicts.describe(name, signature.signer_cert, signature.md_algorithm, signature.self_reported_timestamp, proved)
        codes = _check_integrity(signature, is_last)
        weakness = find_weakness(signature.signer_info, signature.signer_cert)
        changes = _list_changes(signature)
        result = await _ask(signature, spec, helpers)
        indication = result.ades_subindic
        roles = read_roles(signature.signer_info)
    except Exception:  # per signature: one broken container says nothing about the others
        return SignatureVerdict(name, Outcome.INVALID, ("unreadable",), format=str(SignatureFormat.PADES))
    outcome = Outcome.INVALID if codes else verdicts.get_outcome(indication)
    if weakness:
        codes.append(weakness)
        outcome = verdicts.get_worst([outcome, Outcome.INDETERMINATE])
    if indication.status != AdESStatus.PASSED:
        codes.append(verdicts.get_code(indication))
    verdict = replace(
        description,
        outcome=outcome,
        codes=tuple(codes),
        level=str(level or ""),
        format=str(SignatureFormat.PADES),
        claimed_roles=roles,
        changes=changes,
    )
    return verdicts.complete(verdict, result, signature.signer_cert, spec.signature_validation_spec, helpers)


async def _judge_timestamp(timestamp: EmbeddedPdfSignature, is_last: bool, spec: PdfSignatureValidationSpec, helpers: Helpers) -> str:
    try:
        if _check_integrity(timestamp, is_last):
            return "timestamp_coverage"
    except Exception:  # as above
        return "timestamp_broken"
    plain = spec.signature_validation_spec
    trouble = await verdicts.judge_token(timestamp.signed_data, timestamp.compute_digest, plain, helpers)
    if trouble != "timestamp_untrusted" or helpers.fetchers is not None:
        return trouble
    # As with signatures: what was collected and is still current suffices; only then what is older but younger than the proof.
    stored = verdicts.rely_on_store(plain, [timestamp.signed_data], helpers)
    return await verdicts.judge_token(timestamp.signed_data, timestamp.compute_digest, stored, helpers)


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


def _list_changes(signature: EmbeddedPdfSignature) -> tuple[str, ...]:
    """What came into the file after the signature, as the comparison of its revisions shows it."""
    difference, coverage = signature.diff_result, signature.coverage
    if coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ()
    if not isinstance(difference, DiffResult):
        return ("content",)
    names = set(_get_field_names(signature.reader))
    found = ["signatures"] if difference.changed_form_fields & names else []
    if difference.changed_form_fields - names:
        found.append("form")
    if difference.modification_level == ModificationLevel.LTA_UPDATES:
        found.append("validation_data")
    elif difference.modification_level == ModificationLevel.ANNOTATIONS:
        found.append("annotations")
    elif difference.modification_level == ModificationLevel.OTHER:
        found.append("content")
    return tuple(found)


async def _ask(signature: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, helpers: Helpers) -> verdicts.Answer:
    """Present time first; the past is looked at only when the present does not suffice."""
    result = await verdicts.ask(signature.signed_data, signature.compute_digest(), spec.signature_validation_spec, helpers)
    if result.ades_subindic == AdESPassed.OK or "/DSS" not in signature.reader.root:
        return result
    archived = await ades.ades_lta_validation(signature, spec, timing_info=verdicts.make_timing(helpers))
    if archived.ades_subindic == AdESPassed.OK:
        return archived
    if helpers.fetchers is None and (stored := await _ask_the_store(signature, spec, helpers)):
        return stored
    # Only a certificate that simply ended is looked at as it was; whoever is known to be revoked now stays so.
    if {result.ades_subindic, archived.ades_subindic} <= _OUT_OF_TERM:
        return await _ask_from_next(signature, helpers) or result
    return result


async def _ask_from_next(signature: EmbeddedPdfSignature, helpers: Helpers) -> verdicts.Answer | None:
    """As it was judged at the moment of the first timestamp over it, with what the file held then.

    That timestamp is judged for itself, the ones after it too. Later revocation data are left out: a list that was issued after
    the end of a certificate says nothing of it, and the engine would slide to its time.
    """
    timestamps = list(signature.reader.embedded_timestamp_signatures)
    then = _look_from_next(signature, timestamps, helpers)
    if then is None:
        return None
    first = min(item.signed_revision for item in timestamps if item.signed_revision > signature.signed_revision)
    store = signature.reader.get_historical_resolver(first)
    spec = verdicts.make_spec(then, _read_knowledge(store, helpers.trust))
    result = await verdicts.ask(signature.signed_data, signature.compute_digest(), spec.signature_validation_spec, then)
    return result if result.ades_subindic == AdESPassed.OK else await _ask_the_store(signature, spec, then)


async def _ask_the_store(signature: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, helpers: Helpers) -> verdicts.Answer | None:
    """Nobody can be asked now: what was stored after the proof of time counts, however long ago it was."""
    plain = verdicts.rely_on_store(spec.signature_validation_spec, _list_tokens(signature), helpers)
    stored = replace(spec, signature_validation_spec=plain)
    timing = verdicts.make_timing(helpers)
    # The timestamp is judged together with the signature; when it does not hold, nothing of this counts.
    proved = read_timestamp(signature.signer_info) or timing.best_signature_time
    since = replace(timing, best_signature_time=min(proved, timing.validation_time))
    result: verdicts.Answer = await ades.ades_with_time_validation(
        signature.signed_data, plain, raw_digest=signature.compute_digest(), timing_info=since
    )
    if result.ades_subindic != AdESPassed.OK:
        result = await ades.ades_lta_validation(signature, stored, timing_info=timing)
    return result if result.ades_subindic == AdESPassed.OK else None


def _list_tokens(signature: EmbeddedPdfSignature) -> list[cms.SignedData]:
    """The timestamp of the signature and the last one over the file: nothing later proves theirs."""
    tokens = [item.signed_data for item in list(signature.reader.embedded_timestamp_signatures)[-1:]]
    own = read_timestamp_token(signature.signed_data)
    return [*tokens, own] if own is not None else tokens


def _read_knowledge(reader: PdfFileReader | HistoricalResolver, trust: TrustPort) -> LocalKnowledge:
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
