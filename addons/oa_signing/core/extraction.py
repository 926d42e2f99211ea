"""What lies inside a signed PDF, taken out for checks with other tools: containers, timestamps, certificates, answers."""

import base64
from dataclasses import dataclass, field

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from .evidence import read_certificates, read_timestamp_token
from .pdf_guard import open_pdf


@dataclass(frozen=True)
class Extracted:
    """Names and bytes, and for each signature the ranges of the file that it covers."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)


def extract(data: bytes) -> Extracted:
    reader = open_pdf(data)
    found = Extracted()
    certificates: dict[bytes, x509.Certificate] = {}
    for number, signature in enumerate(reader.embedded_regular_signatures, 1):
        name = f"signature-{number}"
        _take_container(found, name, signature)
        leaf, others = read_certificates(signature.signed_data)
        found.files[f"{name}-signer.pem"] = _to_pem(leaf)
        certificates.update({item.sha256: item for item in (leaf, *others)})
        if token := read_timestamp_token(signature.signed_data):
            found.files[f"{name}-timestamp.tst"] = cms.ContentInfo({"content_type": "signed_data", "content": token}).dump()
            found.files[f"{name}-timestamp.data"] = bytes(signature.signer_info["signature"].native)
            certificates.update(_list_certificates(token))
    for number, stamp in enumerate(reader.embedded_timestamp_signatures, 1):
        _take_container(found, f"document-timestamp-{number}", stamp, "tst")
        certificates.update(_list_certificates(stamp.signed_data))
    certificates.update(_take_store(found, reader))
    roots = [item for item in certificates.values() if item.self_signed in ("maybe", "yes")]
    issuers = [item for item in certificates.values() if item not in roots]
    found.files["certificates-roots.pem"] = b"".join(map(_to_pem, roots))
    found.files["certificates-others.pem"] = b"".join(map(_to_pem, issuers))
    return found


def _take_container(found: Extracted, name: str, signature: EmbeddedPdfSignature, suffix: str = "p7s") -> None:
    found.files[f"{name}.{suffix}"] = signature.signed_data and cms.ContentInfo.load(signature.pkcs7_content).dump()
    first, second, third, fourth = (int(item) for item in signature.byte_range)
    found.ranges[name] = (first, second, third, fourth)


def _take_store(found: Extracted, reader: PdfFileReader) -> dict[bytes, x509.Certificate]:
    if "/DSS" not in reader.root:
        return {}
    store = DocumentSecurityStore.read_dss(reader)
    for kind, references in (("ocsp", store.ocsps), ("crl", store.crls)):
        for number, reference in enumerate(references, 1):
            found.files[f"{kind}-{number}.der"] = bytes(reference.get_object().data)
    return {item.sha256: item for item in store.load_certs()}


def _list_certificates(container: cms.SignedData) -> dict[bytes, x509.Certificate]:
    return {item.chosen.sha256: item.chosen for item in container["certificates"]}


def _to_pem(certificate: x509.Certificate) -> bytes:
    body = base64.encodebytes(certificate.dump()).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n".encode()
