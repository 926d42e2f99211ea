"""A plain signed PDF brought to B-LT or B-LTA with one new revision: evidence, and a timestamp over everything.

The revocation data were fetched after the signatures. What cannot be done with the quick reader raises NotPlainError.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms

from .cms_signing import ask_time, read_token_time
from .errors import NotSignedError, RevocationDataMissingError, TimestampError
from .evidence import Collector, Evidence, read_timestamp_token
from .pades_plain import add_signature_field, compute_digests, read_fields
from .pdf_plain import PlainPdf
from .pdf_revision import Revision, join_array, join_dictionary, make_text
from .pdf_syntax import Buffer, Dictionary, NotPlainError, parse_dictionary, read_reference, reading, split_array
from .specs import DIGEST_ALGORITHM, Level, Signed

_HEX = re.compile(rb"<([0-9A-Fa-f]*)>\Z")
_LITERAL_NAME = re.compile(rb"\(([A-Za-z0-9_ -]+)\)\Z")
_STORE = ((b"Certs", "certificates"), (b"OCSPs", "ocsps"), (b"CRLs", "crls"))


@dataclass
class _File:
    """A signed file as the quick reader sees it, and what happens to it."""

    pdf: PlainPdf
    signatures: dict[str, cms.SignedData] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    tokens: list[cms.SignedData] = field(default_factory=list)

    @property
    def has_time(self) -> bool:
        return len(self.moments) == len(self.signatures)


async def complete(data: Buffer, collector: Collector, level: Level) -> Signed:
    """The end to append, with the levels that the signatures have then; what is missing is said in `pending`."""
    with reading():
        file = _read(data)
    wants_store, wants_archive = level.rank >= Level.LT.rank, level == Level.LTA
    if not file.has_time and level.rank >= Level.T.rank and not await collector.get_sample_token():
        raise TimestampError()
    pending, token = "", None
    revision = Revision(file.pdf)
    if wants_store:
        try:
            add_evidence(revision, await _collect(file, collector, for_archive=wants_archive or not file.has_time))
        except RevocationDataMissingError as error:
            pending, wants_store, wants_archive = error.code, False, False
    if wants_archive or (not file.has_time and level.rank >= Level.T.rank):
        tail, token = await _close_with_timestamp(file, revision, collector)
        if token is None and not file.has_time:
            raise TimestampError()
        if token is None:
            pending = "timestamp"
    if token is None:
        tail = revision.to_bytes() if wants_store else b""
    return _describe(file, tail, token, has_store=wants_store, pending=pending)


def _read(data: Buffer) -> _File:
    file = _File(PlainPdf(data))
    for values in read_fields(file.pdf):
        if values.get(b"FT") != b"/Sig" or b"V" not in values:
            continue
        name = _LITERAL_NAME.match(values.get(b"T", b""))
        if not name:
            raise NotPlainError("field name")
        signature = parse_dictionary(file.pdf.resolve(values[b"V"]))
        if signature.get(b"SubFilter") == b"/ETSI.RFC3161":
            # Which evidence an earlier timestamp covers is a question of history.
            raise NotPlainError("history")
        container = _read_container(signature)
        file.signatures[name[1].decode()] = container
        if token := read_timestamp_token(container):
            file.tokens.append(token)
            file.moments[name[1].decode()] = _read_time(token)
    if not file.signatures:
        raise NotSignedError()
    return file


def _read_container(signature: Dictionary) -> cms.SignedData:
    found = _HEX.match(signature.get(b"Contents", b""))
    if not found:
        raise NotPlainError("container")
    try:
        # The room behind the container is zeros.
        return cms.ContentInfo.load(bytes.fromhex(found[1].decode()))["content"]
    except (ValueError, TypeError) as error:
        raise NotPlainError("container") from error


def _read_time(token: cms.SignedData) -> datetime:
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


async def _collect(file: _File, collector: Collector, *, for_archive: bool) -> Evidence:
    evidence = Evidence()
    for container in file.signatures.values():
        evidence = evidence.join(await collector.collect(container))
    tokens = list(file.tokens)
    # The authority that will close the file is asked for a sample once in a whole batch.
    if for_archive and not tokens and (sample := await collector.get_sample_token()):
        tokens.append(sample)
    for token in tokens:
        evidence = evidence.join(await collector.collect(token, is_timestamp=True))
    return evidence


def add_evidence(revision: Revision, evidence: Evidence) -> None:
    """Put into the document security store what is not there yet."""
    value = revision.root.get(b"DSS")
    store = parse_dictionary(revision.pdf.resolve(value)) if value else {b"Type": b"/DSS"}
    for key, name in _STORE:
        references = split_array(revision.pdf.resolve(store[key])) if key in store else []
        known = {hashlib.sha256(revision.pdf.read_stream(read_reference(item))).digest() for item in references}
        for item in getattr(evidence, name):
            if hashlib.sha256(item).digest() not in known:
                references.append(b"%d 0 R" % revision.add_stream(item))
        if references:
            store[key] = join_array(references)
    revision.root[b"DSS"] = b"%d 0 R" % revision.add(join_dictionary(store))


async def _close_with_timestamp(file: _File, revision: Revision, collector: Collector) -> tuple[bytes, cms.ContentInfo | None]:
    """The end with a timestamp over the whole document, evidence included; without one when the service is silent."""
    closing = revision.copy()
    taken = {values.get(b"T") for values in read_fields(file.pdf)}
    number = next(number for number in range(1, len(taken) + 2) if make_text(f"Timestamp{number}") not in taken)
    head = {b"Type": b"/DocTimeStamp", b"SubFilter": b"/ETSI.RFC3161"}
    add_signature_field(closing, f"Timestamp{number}", head, file.pdf.find_page(0), {b"Rect": b"[0 0 0 0]"})
    gap = closing.to_gap()
    _base, digest = compute_digests(file.pdf.data, gap, DIGEST_ALGORITHM)
    token = await ask_time(collector.helpers.timestamper, digest)
    return (gap.fill(token.dump()), token) if token else (b"", None)


def _describe(file: _File, tail: bytes, token: cms.ContentInfo | None, *, has_store: bool, pending: str) -> Signed:
    moments = dict(file.moments)
    if token:
        moments = dict.fromkeys(file.signatures, read_token_time(token)) | moments
    levels = {}
    for name in file.signatures:
        level = Level.T if name in moments else Level.B
        if has_store and name in moments:
            level = Level.LTA if token else Level.LT
        levels[name] = level
    name = list(levels)[-1]
    return Signed(tail, name, levels[name], levels, moments.get(name), pending, moments)
