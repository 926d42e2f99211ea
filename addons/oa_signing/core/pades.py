"""PAdES in steps: prepare a file, let somebody sign the octets, finish it.

The state between the steps is small: the incremental writer never changes the bytes of the file, so its tail is enough.
"""

import hashlib
import re
import secrets
from dataclasses import replace
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

from . import pades_plain, raw_signatures, stamp, states
from .cms_signing import assemble, choose_algorithm, make_attributes, make_signer, read_timestamp
from .errors import CertifiedAgainstChangesError, MalformedPdfError, PayloadChangedError
from .pdf_guard import check_signable, open_pdf
from .pdf_syntax import NotPlainError
from .specs import Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned
from .stamp_place import HEIGHT, WIDTH, Place, Placement, Sheet

# Hexadecimal room for the CMS: certificates of the signer and of the timestamp, with reserve.
RESERVED_BYTES = 24_000
CHUNK_SIZE = 1 << 20
_MAX_FIELDS = 24
_OWN_FIELD = re.compile(r"Signature\d+")


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    """Plain files are read once and quickly; whatever is unusual is taken apart thoroughly."""
    try:
        return await pades_plain.prepare(data, spec, identity)
    except NotPlainError:
        return await prepare_thoroughly(bytes(data), spec, identity)


async def prepare_thoroughly(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    page_count = check_signable(data)
    certificate = x509.Certificate.load(identity.certificate)
    try:
        reader = open_pdf(data)
        _check_not_closed(reader)
        writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
        field_name, place = _take_field(writer, reader, spec, page_count)
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
            stamp_style=_make_stamp_style(spec, certificate, place) if place else None,
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
    if "gap" in state:
        signed = await pades_plain.finish(state, raw_signature, timestamper)
        return replace(signed, data=data + signed.data)
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

    def __init__(self, drawn: bytes, place: Place) -> None:
        left, bottom, right, top = place.box
        super().__init__(box=BoxConstraints(width=right - left, height=top - bottom))
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


def _take_field(writer: IncrementalPdfFileWriter, reader: PdfFileReader, spec: SignatureSpec, page_count: int) -> tuple[str, Place | None]:
    """The next free field. The first signature makes the fields of all who follow, so that none of them adds any."""
    filled = get_signature_fields(reader)
    fields = _get_own_fields(reader)
    free = [name for name in fields if name not in filled]
    if free:
        return free[0], _read_place(fields[free[0]]) if spec.placement else None
    placement = Placement.parse(spec.placement) if spec.placement else None
    index = placement.get_page_index(page_count) if placement else 0
    sheet = _get_sheet(reader.root["/Pages"], index)
    count = min(max(spec.signer_count, 1), _MAX_FIELDS) if not filled else 1
    numbers = range(len(filled) + 1, len(filled) + count + 1)
    places = [placement.find_place(sheet, number) if placement else None for number in numbers]
    for number, place in zip(numbers, places, strict=True):
        box: Any = place.box if place else None
        append_signature_field(writer, SigFieldSpec(f"Signature{number}", on_page=index, box=box))
    return f"Signature{numbers[0]}", places[0]


def _read_place(field: generic.DictionaryObject) -> Place | None:
    """The rectangle that an earlier signature made for this one."""
    box = [float(side) for side in field["/Rect"]]
    rotation = _read_page(field["/P"]).rotation % 360 if "/P" in field else 0
    wide, high = (box[3] - box[1], box[2] - box[0]) if rotation % 180 else (box[2] - box[0], box[3] - box[1])
    if wide <= 0 or high <= 0:
        return None
    return Place((box[0], box[1], box[2], box[3]), min(wide / WIDTH, high / HEIGHT), rotation)


def _get_own_fields(reader: PdfFileReader) -> dict[str, generic.DictionaryObject]:
    """Signature fields that an earlier signature of ours made for those who follow, in their order."""
    if "/AcroForm" not in reader.root or "/Fields" not in reader.root["/AcroForm"]:
        return {}
    fields = [field.get_object() for field in reader.root["/AcroForm"]["/Fields"]]
    by_name = {str(field["/T"]): field for field in fields if "/T" in field and "/FT" in field and field["/FT"] == "/Sig"}
    names = sorted((name for name in by_name if _OWN_FIELD.fullmatch(name)), key=lambda name: int(name[len("Signature") :]))
    return {name: by_name[name] for name in names}


def _get_sheet(node: generic.DictionaryObject, index: int) -> Sheet:
    """The page with this index under a node of the tree of pages."""
    while "/Kids" in node:
        for kid in node["/Kids"]:
            count = int(kid.get_object()["/Count"]) if "/Kids" in kid.get_object() else 1
            if index < count:
                node = kid.get_object()
                break
            index -= count
        else:
            raise MalformedPdfError("pages")
    return _read_page(node)


def _read_page(page: generic.DictionaryObject) -> Sheet:
    values: dict[str, Any] = {}
    nodes: list[Any] = [page]
    while "/Parent" in nodes[-1]:
        nodes.append(nodes[-1]["/Parent"])
    for node in reversed(nodes):
        values.update({key: node[key] for key in ("/MediaBox", "/CropBox", "/Rotate") if key in node})
    media = tuple(float(side) for side in values.get("/MediaBox", (0, 0, 595, 842)))
    crop = tuple(float(side) for side in values.get("/CropBox", media))
    return Sheet(media, crop, int(values.get("/Rotate", 0)))


def _make_stamp_style(spec: SignatureSpec, certificate: x509.Certificate, place: Place) -> StaticStampStyle:
    drawn = stamp.draw_stamp(spec, _get_common_name(certificate), place)
    return StaticStampStyle(background=_StampPage(drawn, place), border_width=0, background_opacity=1.0)


def _get_common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
