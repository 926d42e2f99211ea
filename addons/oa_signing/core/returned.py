"""A file that was given out, signed elsewhere and came back: is it the same file with one valid signature added?

A PDF has to begin with the very bytes that were given out, and what was appended may hold a signature only; a
signature beside its file (.p7s) has to be over these bytes. The verdict on the whole file has to be "valid".
"""

import hashlib

from asn1crypto import cms, x509
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import cades, cms_validation, validation
from .cms_signing import read_timestamp
from .content import Content, detect
from .errors import MalformedCmsError, NotExtendedError, ReturnedInvalidError
from .increment import holds_signature_only
from .pdf_guard import check_signable, open_pdf
from .ports import Helpers
from .specs import DocumentVerdict, Level, Outcome, Returned, SignatureFormat, SignatureVerdict, SignerIdentity


async def examine(base: bytes, data: bytes, helpers: Helpers) -> Returned:
    """The new signature, or the error that says why the file is not taken."""
    match detect(data):
        case Content.PDF:
            signature = _find_added(base, data)
            item = _require_valid(await validation.validate(data, helpers), str(signature.field_name))
            digest, signed_data = signature.compute_digest(), signature.signed_data
        case Content.CMS:
            signed_data = _read_beside(base, data)
            item = _require_valid(await validation.validate(data, helpers, base), cades.NAME)
            digest = hashlib.sha256(base).digest()
        case _:
            raise NotExtendedError(what="kind")
    certificates = extract_certs_for_validation(signed_data)
    moment = read_timestamp(signed_data["signer_infos"][0])
    others = tuple(certificate.dump() for certificate in certificates.other_certs)
    identity = SignerIdentity(_dump(certificates.signer_cert), others)
    return Returned(SignatureFormat(item.format), item.field_name, Level(item.level or Level.B), digest.hex(), identity, moment)


def _find_added(base: bytes, data: bytes) -> EmbeddedPdfSignature:
    if not data.startswith(base) or len(data) == len(base):
        raise NotExtendedError(what="unsigned" if data == base else "beginning")
    check_signable(data)
    reader, before = open_pdf(data), open_pdf(base)
    known = {item.field_name for item in before.embedded_signatures}
    added: list[EmbeddedPdfSignature] = [item for item in reader.embedded_regular_signatures if item.field_name not in known]
    if not added:
        raise NotExtendedError(what="unsigned")
    if len(added) > 1:
        raise NotExtendedError(what="several")
    # What was slipped in before signing is covered by the signature, so nobody else would complain of it.
    if not holds_signature_only(before, reader):
        raise NotExtendedError(what="content")
    signature: EmbeddedPdfSignature = added[0]
    return signature


def _read_beside(base: bytes, data: bytes) -> cms.SignedData:
    """The one signature of a CMS that lies beside the file; whether it is for other bytes is told before anything dear."""
    signed_data = cades.read_signed_data(data)
    try:
        if cms_validation.read_content(signed_data) is not None:
            raise NotExtendedError(what="attached")
        if len(signed_data["signer_infos"]) > 1:
            raise NotExtendedError(what="several")
        info = signed_data["signer_infos"][0]
        digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, base).digest()
        signed = [item["values"][0].native for item in info["signed_attrs"] if item["type"].native == "message_digest"]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise MalformedCmsError(str(error)) from error
    if signed != [digest]:
        raise NotExtendedError(what="other")
    return signed_data


def _require_valid(verdict: DocumentVerdict, name: str) -> SignatureVerdict:
    found = [item for item in verdict.signatures if item.field_name == name]
    if verdict.outcome != Outcome.VALID or len(found) != 1:
        codes = [*verdict.codes, *(code for item in found or verdict.signatures for code in item.codes)]
        raise ReturnedInvalidError(codes=list(dict.fromkeys(codes)))
    return found[0]


def _dump(certificate: x509.Certificate) -> bytes:
    return bytes(certificate.dump())
