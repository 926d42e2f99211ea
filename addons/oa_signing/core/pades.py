"""PAdES in steps: prepare a file, let somebody sign the octets, finish it.

The state between the steps is small: the incremental writer never changes the bytes of the file, so its tail is enough.
"""

import base64
import hashlib
import secrets
import time
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import stamp
from .errors import MalformedPdfError, PayloadChangedError, ProtocolError, SignatureMismatchError
from .pdf_guard import check_signable, open_pdf
from .policy import check_key
from .specs import Level, Prepared, SignatureSpec, Signed, SignerIdentity

STATE_VERSION = 1
# Hexadecimal room for the CMS: certificates of the signer and of the timestamp, with reserve.
RESERVED_BYTES = 24_000
CHUNK_SIZE = 1 << 20
_MARGIN, _GAP = 34, 6


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    page_count = check_signable(data)
    certificate = x509.Certificate.load(identity.certificate)
    check_key(certificate)
    signer = _make_signer(certificate, identity, _get_signature_size(certificate))
    try:
        writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
        field = _make_field(writer, page_count)
        pdf_signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=field.sig_field_name,
                md_algorithm=spec.digest_algorithm,
                subfilter=SigSeedSubFilter.PADES,
                reason=spec.reason or None,
                location=spec.location or None,
                name=_get_common_name(certificate),
            ),
            signer,
            stamp_style=_make_stamp_style(spec, certificate),
            new_field_spec=field,
        )
        digest, _document, output = await pdf_signer.async_digest_doc_for_signing(
            writer, bytes_reserved=RESERVED_BYTES, chunk_size=CHUNK_SIZE
        )
    except (PdfError, PyHankoSigningError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedPdfError(str(error)) from error
    attributes = await signer.signed_attrs(digest.document_digest, spec.digest_algorithm, use_pades=True)
    output.seek(0)
    prepared = bytes(output.read())
    octets = attributes.dump()
    state = {
        "version": STATE_VERSION,
        "id": secrets.token_hex(24),
        "field": field.sig_field_name,
        "digest_algorithm": spec.digest_algorithm,
        "expires_at": time.time() + spec.lifetime,
        "base_sha256": hashlib.sha256(data).hexdigest(),
        "prepared_sha256": hashlib.sha256(prepared).hexdigest(),
        "document_digest": digest.document_digest.hex(),
        "reserved": [digest.reserved_region_start, digest.reserved_region_end],
        "attributes": _encode(octets),
        "certificate": _encode(identity.certificate),
        "chain": [_encode(item) for item in identity.chain],
        "tail": _encode(prepared[len(data) :]),
    }
    return Prepared(octets, digest.document_digest.hex(), state)


async def finish(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    """The signed file, with a timestamp when one could be had; the raw signature is checked first."""
    if state.get("version") != STATE_VERSION:
        raise ProtocolError(f"state version {state.get('version')}")
    prepared = data + _decode(state["tail"])
    if hashlib.sha256(data).hexdigest() != state["base_sha256"] or hashlib.sha256(prepared).hexdigest() != state["prepared_sha256"]:
        raise PayloadChangedError()
    identity = SignerIdentity(_decode(state["certificate"]), tuple(map(_decode, state["chain"])))
    certificate = x509.Certificate.load(identity.certificate)
    octets, algorithm = _decode(state["attributes"]), str(state["digest_algorithm"])
    verify_raw_signature(certificate, octets, raw_signature, algorithm)

    signer = _make_signer(certificate, identity, raw_signature)
    attributes = cms.CMSAttributes.load(octets)
    pending, level = "", Level.T
    try:
        content = await signer.async_sign_prescribed_attributes(algorithm, attributes, timestamper=timestamper)
    except (TimestampRequestError, OSError, ValueError):
        # A signature is worth keeping without a timestamp: it is completed when the service answers again.
        content = await signer.async_sign_prescribed_attributes(algorithm, attributes)
        pending, level = "timestamp", Level.B
    if timestamper is None:
        pending, level = "timestamp", Level.B
    output = BytesIO(prepared)
    start, end = state["reserved"]
    digest = PreparedByteRangeDigest(bytes.fromhex(state["document_digest"]), start, end)
    await PdfTBSDocument.async_finish_signing(output, digest, content, chunk_size=CHUNK_SIZE)
    return Signed(output.getvalue(), state["field"], level, {}, read_timestamp(content["content"]["signer_infos"][0]), pending)


def verify_raw_signature(certificate: x509.Certificate, octets: bytes, signature: bytes, algorithm: str) -> None:
    """A signature by another key, over other octets or of a broken token never gets into a file."""
    key = serialization.load_der_public_key(certificate.public_key.dump())
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[algorithm]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, octets, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, octets, ec.ECDSA(digest))
        else:
            raise SignatureMismatchError("algorithm")
    except InvalidSignature as error:
        raise SignatureMismatchError() from error


def read_timestamp(signer_info: cms.SignerInfo) -> datetime | None:
    """Moment of the timestamp that a signature carries itself."""
    unsigned = signer_info["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return None
    for attribute in unsigned:
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            moment: datetime = token["gen_time"].native
            return moment
    return None


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


def _make_field(writer: IncrementalPdfFileWriter, page_count: int) -> SigFieldSpec:
    """The next free field: three stamps in a row from the bottom left of the last page."""
    number = len(get_signature_fields(open_pdf(_read_stream(writer)))) + 1
    column, row = (number - 1) % 3, (number - 1) // 3
    x = _MARGIN + column * (stamp.WIDTH + _GAP)
    y = _MARGIN + row * (stamp.HEIGHT + _GAP)
    box = (x, y, x + stamp.WIDTH, y + stamp.HEIGHT)
    return SigFieldSpec(f"Signature{number}", on_page=page_count - 1, box=box)


def _read_stream(writer: IncrementalPdfFileWriter) -> bytes:
    stream = writer.prev.stream
    stream.seek(0)
    return bytes(stream.read())


def _make_stamp_style(spec: SignatureSpec, certificate: x509.Certificate) -> StaticStampStyle:
    drawn = stamp.draw_stamp(spec.title, _get_common_name(certificate), spec.stamp_lines)
    return StaticStampStyle(background=_StampPage(drawn), border_width=0, background_opacity=1.0)


def _make_signer(certificate: x509.Certificate, identity: SignerIdentity, signature: bytes | int) -> ExternalSigner:
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(item) for item in identity.chain])
    return ExternalSigner(certificate, store, signature_value=signature, embed_roots=False)


def _get_signature_size(certificate: x509.Certificate) -> int:
    bits = int(certificate.public_key.bit_size)
    return bits // 8 if certificate.public_key.algorithm == "rsa" else 2 * ((bits + 7) // 8) + 9


def _get_common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text)
