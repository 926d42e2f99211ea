"""PAdES in steps: prepare a file, let somebody sign the octets, finish it.

The state between the steps is small: the incremental writer never changes the bytes of the file, so its tail is enough.
"""

import hashlib
import re
import secrets
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle

from . import raw_signatures, stamp, states
from .cms_signing import assemble, choose_algorithm, make_attributes, make_signer, read_timestamp
from .errors import CertifiedAgainstChangesError, MalformedPdfError, PayloadChangedError
from .pdf_guard import check_signable, open_pdf
from .specs import Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned

# Hexadecimal room for the CMS: certificates of the signer and of the timestamp, with reserve.
RESERVED_BYTES = 24_000
CHUNK_SIZE = 1 << 20
_MARGIN, _GAP = 34, 6
_MAX_FIELDS = 24
_OWN_FIELD = re.compile(r"Signature\d+")


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    page_count = check_signable(data)
    certificate = x509.Certificate.load(identity.certificate)
    try:
        reader = open_pdf(data)
        _check_not_closed(reader)
        writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
        field_name = _take_field(writer, reader, spec, page_count)
        is_first = not get_signature_fields(reader)
        pdf_signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=field_name,
                md_algorithm=choose_algorithm(spec, certificate),
                subfilter=SigSeedSubFilter.PADES,
                reason=spec.reason or None,
                location=spec.location or None,
                name=_get_common_name(certificate),
                certify=spec.is_certification and is_first,
                docmdp_permissions=MDPPerm.FILL_FORMS,
            ),
            make_signer(identity, raw_signatures.get_size(certificate)),
            stamp_style=_make_stamp_style(spec, certificate),
        )
        digest, _document, output = await pdf_signer.async_digest_doc_for_signing(
            writer, bytes_reserved=RESERVED_BYTES, chunk_size=CHUNK_SIZE
        )
    except (PdfError, PyHankoSigningError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedPdfError(str(error)) from error
    to_be_signed = await make_attributes(digest.document_digest, spec, identity, is_pdf=True)
    output.seek(0)
    prepared = bytes(output.read())
    state = {
        **states.make_state(data, spec, identity, to_be_signed),
        "field": field_name,
        "prepared_sha256": hashlib.sha256(prepared).hexdigest(),
        "document_digest": digest.document_digest.hex(),
        "reserved": [digest.reserved_region_start, digest.reserved_region_end],
        "tail": states.encode(prepared[len(data) :]),
    }
    return Prepared(to_be_signed, digest.document_digest.hex(), state)


async def finish(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    """The signed file, with a timestamp when one is wanted and could be had; the raw signature is checked first."""
    states.check_finish(data, state, raw_signature)
    prepared = data + states.decode(state["tail"])
    if hashlib.sha256(prepared).hexdigest() != state["prepared_sha256"]:
        raise PayloadChangedError()
    content = await assemble(ToBeSigned.from_state(state), states.read_identity(state), raw_signature, timestamper)
    output = BytesIO(prepared)
    start, end = state["reserved"]
    digest = PreparedByteRangeDigest(bytes.fromhex(state["document_digest"]), start, end)
    await PdfTBSDocument.async_finish_signing(output, digest, content, chunk_size=CHUNK_SIZE)
    return states.describe_signed(output.getvalue(), state, state["field"], read_timestamp(content["content"]["signer_infos"][0]))


def get_signature_fields(reader: PdfFileReader) -> list[str]:
    return [signature.field_name for signature in reader.embedded_signatures]


class _StampPage(PdfContent):
    """The drawn stamp; pyHanko's own class for this wants a file on disk."""

    def __init__(self, drawn: bytes) -> None:
        super().__init__(box=BoxConstraints(width=stamp.WIDTH, height=stamp.HEIGHT))
        self._drawn = drawn

    def render(self) -> bytes:
        name = f"/Stamp{secrets.token_hex(4)}"
        writer = self._ensure_writer
        page = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._drawn)), page_ix=0)
        self.set_resource(ResourceType.XOBJECT, generic.pdf_name(name), page)
        return f"{name} Do".encode()


def _check_not_closed(reader: PdfFileReader) -> None:
    """A certification may forbid every change, further signatures too."""
    if any(signature.docmdp_level == MDPPerm.NO_CHANGES for signature in reader.embedded_regular_signatures):
        raise CertifiedAgainstChangesError()


def _take_field(writer: IncrementalPdfFileWriter, reader: PdfFileReader, spec: SignatureSpec, page_count: int) -> str:
    """The next free field. The first signature makes the fields of all who follow, so that none of them adds any."""
    filled = get_signature_fields(reader)
    free = [name for name in _get_own_fields(reader) if name not in filled]
    if free:
        return free[0]
    count = min(max(spec.signer_count, 1), _MAX_FIELDS) if not filled else 1
    names = [f"Signature{len(filled) + offset}" for offset in range(1, count + 1)]
    for number, name in enumerate(names, len(filled) + 1):
        append_signature_field(writer, SigFieldSpec(name, on_page=page_count - 1, box=_get_box(number)))
    return names[0]


def _get_own_fields(reader: PdfFileReader) -> list[str]:
    """Signature fields that an earlier signature of ours made for those who follow, in their order."""
    if "/AcroForm" not in reader.root or "/Fields" not in reader.root["/AcroForm"]:
        return []
    fields = [field.get_object() for field in reader.root["/AcroForm"]["/Fields"]]
    names = [str(field["/T"]) for field in fields if "/T" in field and "/FT" in field and field["/FT"] == "/Sig"]
    return sorted((name for name in names if _OWN_FIELD.fullmatch(name)), key=lambda name: int(name[len("Signature") :]))


def _get_box(number: int) -> tuple[int, int, int, int]:
    """Three stamps in a row from the bottom left of the last page."""
    column, row = (number - 1) % 3, (number - 1) // 3
    x = _MARGIN + column * (stamp.WIDTH + _GAP)
    y = _MARGIN + row * (stamp.HEIGHT + _GAP)
    return x, y, x + stamp.WIDTH, y + stamp.HEIGHT


def _make_stamp_style(spec: SignatureSpec, certificate: x509.Certificate) -> StaticStampStyle:
    drawn = stamp.draw_stamp(spec.title, _get_common_name(certificate), spec.stamp_lines)
    return StaticStampStyle(background=_StampPage(drawn), border_width=0, background_opacity=1.0)


def _get_common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
