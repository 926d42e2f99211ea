"""The verdict on a PDF.

A file is as good as its worst signature, and the last signature has to cover the whole file or be followed by an
explained update of validation data only. Every exception of a reader on a foreign file becomes a verdict, not a crash.
"""

import re
from dataclasses import replace
from datetime import datetime
from itertools import islice

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESStatus
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from . import pades_integrity, past_revocation, time_validation, timestamp_verdicts, verdicts
from .augmentation import detect_levels
from .cms_signing import read_roles, read_timestamp
from .cms_validation import find_weakness
from .errors import PayloadTooHardError
from .evidence import read_timestamp_token
from .pdf_guard import open_pdf
from .ports import Helpers, TrustPort
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict
from .timestamp_verdicts import TokenVerdict

MAX_SIGNATURES = 200
_OUT_OF_TERM = {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}
# About the issuer of the certificate nobody was asked.
_STORED = "ca_revocation_stored"
# The engine also finds no proof where the lists of a renewal are younger than the end of the certificate, and gives up where
# a signature has no timestamp of its own but one over the file.
_UNDECIDED = {*_OUT_OF_TERM, AdESIndeterminate.NO_POE, AdESIndeterminate.SIG_CONSTRAINTS_FAILURE}
_PROPER_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


async def validate(data: bytes, helpers: Helpers) -> DocumentVerdict:
    reader = open_pdf(data)
    # Before their containers are read, which takes a while for each.
    if len(list(islice(enumerate_sig_fields(reader, filled_status=True), MAX_SIGNATURES + 1))) > MAX_SIGNATURES:
        raise PayloadTooHardError("signatures")
    signatures = list(reader.embedded_regular_signatures)
    timestamps = list(reader.embedded_timestamp_signatures)
    levels = _read_levels(reader)
    if not signatures and not timestamps:
        return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))

    spec = verdicts.make_spec(helpers, _read_knowledge(reader, helpers.trust))
    last = max([*signatures, *timestamps], key=lambda item: item.signed_revision)
    judged = [await _judge_signature(item, item is last, levels.get(item.field_name), spec, helpers) for item in signatures]
    stamped = [(item, await _judge_with_next(item, item is last, timestamps, spec, helpers)) for item in timestamps]
    judged = [_name_document_time(item, signature, stamped) for item, signature in zip(judged, signatures, strict=True)]
    codes: list[str] = []
    outcomes = [verdict.outcome for verdict in judged]
    if not _PROPER_END.search(data[-2048:]):
        codes.append("appended")
        outcomes.append(Outcome.INVALID)
    for timestamp, found in stamped:
        outcomes.append(time_validation.get_outcome(found.trouble))
        codes += [found.trouble] if found.trouble else []
        if not signatures:
            judged.append(time_validation.describe(str(timestamp.field_name), timestamp.signed_data, found))
    return DocumentVerdict(verdicts.get_worst(outcomes), tuple(dict.fromkeys(codes)), tuple(judged))


async def _judge_with_next(
    timestamp: EmbeddedPdfSignature,
    is_last: bool,
    timestamps: list[EmbeddedPdfSignature],
    spec: PdfSignatureValidationSpec,
    helpers: Helpers,
) -> TokenVerdict:
    found = await _judge_timestamp(timestamp, is_last, spec, helpers)
    if found.trouble == "timestamp_untrusted" and (then := _look_from_next(timestamp, timestamps, helpers)):
        # Its authority may have ended since; the next timestamp over the file, judged for itself, proves that it was good then.
        return await _judge_timestamp(timestamp, False, spec, then)
    return found


def _look_from_next(timestamp: EmbeddedPdfSignature, timestamps: list[EmbeddedPdfSignature], helpers: Helpers) -> Helpers | None:
    """As one could judge at the moment of the next timestamp, with what lies in the file; nothing when there is none."""
    later = [item for item in timestamps if item.signed_revision > timestamp.signed_revision]
    if not later:
        return None
    moment = time_validation.read_moment(min(later, key=lambda item: item.signed_revision).signed_data)
    return replace(helpers, fetchers=None, policy=replace(helpers.policy, moment=moment)) if moment else None


def _name_document_time(
    verdict: SignatureVerdict, signature: EmbeddedPdfSignature, stamped: list[tuple[EmbeddedPdfSignature, TokenVerdict]]
) -> SignatureVerdict:
    """A signature without a time of its own is proved by the first timestamp over the file that came after it."""
    later = [item for item in stamped if item[0].signed_revision > signature.signed_revision]
    if verdict.timestamp_at or not later:
        return verdict
    first, found = min(later, key=lambda item: item[0].signed_revision)
    moment = time_validation.read_moment(first.signed_data)
    if not moment:
        return verdict
    return replace(verdict, timestamp_at=moment.isoformat(), time_source="document_timestamp", is_time_qualified=found.is_qualified)


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
        codes = pades_integrity.check(signature, is_last)
        weakness = find_weakness(signature.signer_info, signature.signer_cert)
        changes = pades_integrity.list_changes(signature)
        result, notes = await _ask(signature, spec, helpers)
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
        notes=notes,
    )
    verdict = verdicts.complete(verdict, result, signature.signer_cert, spec.signature_validation_spec, helpers)
    return timestamp_verdicts.grade_time(verdict, result, helpers)


async def _judge_timestamp(
    timestamp: EmbeddedPdfSignature, is_last: bool, spec: PdfSignatureValidationSpec, helpers: Helpers
) -> TokenVerdict:
    try:
        if pades_integrity.check(timestamp, is_last):
            return TokenVerdict("timestamp_coverage")
    except Exception:  # as above
        return TokenVerdict("timestamp_broken")
    plain = spec.signature_validation_spec
    found = await timestamp_verdicts.judge(timestamp.signed_data, timestamp.compute_digest, plain, helpers)
    if found.trouble != "timestamp_untrusted" or helpers.fetchers is not None:
        return found
    # As with signatures: what was collected and is still current suffices; only then what is older but younger than the proof.
    stored = verdicts.rely_on_store(plain, [timestamp.signed_data], helpers)
    return await timestamp_verdicts.judge(timestamp.signed_data, timestamp.compute_digest, stored, helpers)


async def _ask(
    signature: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, helpers: Helpers
) -> tuple[verdicts.Answer, tuple[str, ...]]:
    """Present time first; the past is looked at only when the present does not suffice. With notes on what was relied on."""
    result = await verdicts.ask(signature.signed_data, signature.compute_digest(), spec.signature_validation_spec, helpers)
    if result.ades_subindic == AdESPassed.OK or "/DSS" not in signature.reader.root:
        return result, ()
    past, notes = await _ask_the_past(signature, result, spec, helpers)
    proved = _find_proof(signature)
    if (
        past.ades_subindic == AdESPassed.OK
        and proved
        and await past_revocation.is_known((result, past), proved, spec.signature_validation_spec, helpers)
    ):
        return replace(past, ades_subindic=AdESFailure.REVOKED), notes
    return past, notes


def _find_proof(signature: EmbeddedPdfSignature) -> datetime | None:
    """When the signature existed at the latest: by its own timestamp, or by the first one over the file after it."""
    timestamps = signature.reader.embedded_timestamp_signatures
    later = [item for item in timestamps if item.signed_revision > signature.signed_revision]
    first = min(later, key=lambda item: item.signed_revision, default=None)
    return read_timestamp(signature.signer_info) or (time_validation.read_moment(first.signed_data) if first else None)


async def _ask_the_past(
    signature: EmbeddedPdfSignature, result: verdicts.Answer, spec: PdfSignatureValidationSpec, helpers: Helpers
) -> tuple[verdicts.Answer, tuple[str, ...]]:
    """`result` is the answer of the present, which stays when the past gives no better one."""
    archived = await ades.ades_lta_validation(signature, spec, timing_info=verdicts.make_timing(helpers))
    if archived.ades_subindic == AdESPassed.OK:
        return archived, ()
    if helpers.fetchers is None and (stored := await _ask_the_store(signature, spec, helpers)):
        return stored, (_STORED,)
    # Only a certificate that simply ended is looked at as it was; whoever is known to be revoked now stays so.
    if result.ades_subindic in _OUT_OF_TERM and archived.ades_subindic in _UNDECIDED:
        return await _ask_from_next(signature, helpers) or (result, ())
    return result, ()


async def _ask_from_next(signature: EmbeddedPdfSignature, helpers: Helpers) -> tuple[verdicts.Answer, tuple[str, ...]] | None:
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
    if result.ades_subindic == AdESPassed.OK:
        return result, ()
    stored = await _ask_the_store(signature, spec, then)
    return (stored, (_STORED,)) if stored else None


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
