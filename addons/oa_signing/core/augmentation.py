"""What is added to a signature later: proof of time when it has none, then revocation data fetched after it.

Revocation data from before the signature would make files that fail a later validation, so this is a step of its own.
"""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import FetcherBackend

from . import completion
from .cms_signing import read_timestamp
from .errors import CertificateRevokedError, NotSignedError, RevocationDataMissingError, TimestampError
from .evidence import Collector
from .pades import CHUNK_SIZE
from .pdf_guard import open_pdf
from .pdf_syntax import NotPlainError
from .ports import Helpers, TrustPort
from .specs import DIGEST_ALGORITHM, Level, Signed


async def augment(data: bytes, helpers: Helpers, level: Level) -> Signed:
    """Bring every signature of the PDF to the level; what could not be had is said in `pending`."""
    try:
        signed = await completion.complete(data, Collector(helpers), level)
    except NotPlainError:
        return await augment_thoroughly(bytes(data), helpers, level)
    return replace(signed, data=data + signed.data)


async def augment_thoroughly(data: bytes, helpers: Helpers, level: Level) -> Signed:
    pending = ""
    if level.rank >= Level.T.rank:
        data = await _add_proof_of_time(data, helpers.timestamper)
    if level.rank >= Level.LT.rank and _get_lowest(data).rank < Level.LT.rank:
        try:
            data = await _add_revocation_data(data, helpers.trust, helpers.fetchers)
        except RevocationDataMissingError as error:
            pending = error.code
    if level == Level.LTA and not pending and _get_lowest(data).rank < Level.LTA.rank:
        try:
            data = await add_document_timestamp(data, helpers.timestamper)
        except TimestampError as error:
            # What was reached so far is worth keeping.
            pending = error.code
    return describe(data, pending)


def describe(data: bytes, pending: str) -> Signed:
    reader = open_pdf(data)
    levels = detect_levels(reader)
    if not levels:
        raise NotSignedError()
    moments = {}
    for signature in _get_signatures(reader):
        moment = read_timestamp(signature.signer_info) or _get_document_time(reader, signature)
        if moment:
            moments[signature.field_name] = moment
    name = list(levels)[-1]
    return Signed(data, name, levels[name], levels, moments.get(name), pending, moments)


def _get_lowest(data: bytes) -> Level:
    return min(detect_levels(open_pdf(data)).values(), key=lambda level: level.rank, default=Level.LTA)


def detect_levels(reader: PdfFileReader) -> dict[str, Level]:
    """Level of each signature as the file shows it, without judging it."""
    store: Any = {}
    if "/DSS" in reader.root:
        store = reader.root["/DSS"]
    has_revocation_data = "/OCSPs" in store or "/CRLs" in store
    timestamps = list(reader.embedded_timestamp_signatures)
    levels: dict[str, Level] = {}
    for signature in _get_signatures(reader):
        later = [item for item in timestamps if item.signed_revision > signature.signed_revision]
        has_time = bool(later) or read_timestamp(signature.signer_info) is not None
        level = Level.T if has_time else Level.B
        if has_time and has_revocation_data:
            level = Level.LT
            if any(_has_store_before(item) for item in later):
                level = Level.LTA
        levels[signature.field_name] = level
    return levels


def _has_store_before(timestamp: EmbeddedPdfSignature) -> bool:
    historical = timestamp.reader.get_historical_root(timestamp.signed_revision)
    return "/DSS" in historical


def _get_signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature]:
    return list(reader.embedded_regular_signatures)


def _get_document_time(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> datetime | None:
    """Moment of the first timestamp over the document that came after the signature."""
    for item in reader.embedded_timestamp_signatures:
        if item.signed_revision > signature.signed_revision:
            moment: datetime = item.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
            return moment
    return None


async def _add_proof_of_time(data: bytes, timestamper: TimeStamper | None) -> bytes:
    if _get_lowest(data).rank >= Level.T.rank:
        return data
    return await add_document_timestamp(data, timestamper)


async def add_document_timestamp(data: bytes, timestamper: TimeStamper | None) -> bytes:
    if timestamper is None:
        raise TimestampError("not set")
    output = BytesIO(data)
    writer = IncrementalPdfFileWriter(output, strict=False)
    try:
        await PdfTimeStamper(timestamper).async_timestamp_pdf(writer, DIGEST_ALGORITHM, in_place=True, chunk_size=CHUNK_SIZE)
    except (TimestampRequestError, OSError, ValueError) as error:
        raise TimestampError(str(error)) from error
    return output.getvalue()


async def _add_revocation_data(data: bytes, trust: TrustPort, fetchers: FetcherBackend | None) -> bytes:
    if fetchers is None:
        raise RevocationDataMissingError("not set")
    output = BytesIO(data)
    count = len(_get_signatures(open_pdf(data)))
    for index in range(count):
        # Each step writes a revision, so the file is read anew.
        reader = PdfFileReader(output, strict=False)
        context = ValidationContext(
            trust_manager=trust.get_manager(),
            other_certs=trust.get_intermediates(),
            allow_fetching=True,
            fetcher_backend=fetchers,
            revocation_mode="hard-fail",
        )
        context.certificate_registry.fetcher = None
        try:
            await async_add_validation_info(
                _get_signatures(reader)[index], context, in_place=True, add_vri_entry=False, chunk_size=CHUNK_SIZE
            )
        except RevokedError as error:
            raise CertificateRevokedError(str(error)) from error
        except (PathError, ValidationError, OSError, ValueError) as error:
            raise RevocationDataMissingError(str(error)) from error
    return output.getvalue()


async def get_authority_name(timestamper: TimeStamper) -> str:
    """Ask for a timestamp of nothing in particular; the name of who gave it."""
    try:
        token = await timestamper.async_timestamp(b"\0" * 32, DIGEST_ALGORITHM)
    except (TimestampRequestError, OSError, ValueError) as error:
        raise TimestampError(str(error)) from error
    certificates = [item.chosen for item in token["content"]["certificates"]]
    names = [str(item.subject.native.get("common_name", "")) for item in certificates if not item.ca]
    return names[0] if names else ""
