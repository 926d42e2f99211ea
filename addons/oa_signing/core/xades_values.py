"""Certificates and answers about revocation that a XAdES signature brings along (level LT)."""

from dataclasses import dataclass

from asn1crypto import crl, ocsp, x509

from . import xmldsig
from .xmldsig import Element, xades

_MAX_VALUES = 200


@dataclass(frozen=True)
class Stapled:
    """What was collected for later; it counts when there is an answer about revocation in it."""

    certificates: tuple[x509.Certificate, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ocsps or self.crls)

    @property
    def dumps(self) -> set[bytes]:
        return {item.dump() for item in (*self.ocsps, *self.crls)}


def read(signature: Element) -> Stapled:
    """Unsigned data: whatever cannot be read is as if it were not there."""
    properties = signature.find(f".//{xades('UnsignedSignatureProperties')}")
    if properties is None:
        return Stapled()
    try:
        return Stapled(
            tuple(x509.Certificate.load(item) for item in _list(properties, "CertificateValues", "EncapsulatedX509Certificate")),
            tuple(ocsp.OCSPResponse.load(item) for item in _list(properties, "RevocationValues", "EncapsulatedOCSPValue")),
            tuple(crl.CertificateList.load(item) for item in _list(properties, "RevocationValues", "EncapsulatedCRLValue")),
        )
    except (ValueError, TypeError):
        return Stapled()


def _list(properties: Element, holder: str, tag: str) -> list[bytes]:
    items = [item for found in properties.findall(xades(holder)) for item in found.iter(xades(tag))]
    return [xmldsig.decode_text(item) for item in items[:_MAX_VALUES]]
