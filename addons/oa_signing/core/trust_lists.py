"""A trusted list is believed when its operator signed it: whole, alone, with a certificate that was named before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

from asn1crypto import pem, x509

from . import trust_list_reading, xml_reading, xmldsig
from .errors import PayloadError, TrustListError
from .trust_list_reading import ListFacts
from .xml_reading import ShapeError, XmlSignature
from .xmldsig import Element

Opinion = Callable[..., bool | None]


@dataclass(frozen=True)
class SignedList:
    """What the list says and who vouches for it."""

    facts: ListFacts
    signer: bytes

    def to_wire(self) -> tuple[dict[str, Any], list[bytes]]:
        """Values, and as bytes the signer's certificate and those of the lists that it points to."""
        return self.facts.to_wire(), [self.signer, *(item for pointer in self.facts.pointers for item in pointer.certificates)]

    @classmethod
    def from_wire(cls, message: dict[str, Any], blobs: list[bytes]) -> Self:
        return cls(ListFacts.from_wire(message, blobs[1:]), blobs[0])


def read_signed(data: bytes, operators: Sequence[bytes], opinions: Sequence[Opinion] = ()) -> SignedList:
    """The list, or the error that says why it is not believed; `operators` are certificates that may sign it."""
    try:
        tree = xmldsig.parse(data)
    except PayloadError as error:
        raise TrustListError("no_list") from error
    root = tree.getroot()
    # Before the signature is looked at: whoever brings something else should hear that.
    facts = trust_list_reading.read(root)
    signature = _read_signature(root)
    _check_intact(data, signature, opinions)
    known = {x509.Certificate.load(item).sha256 for item in operators}
    if signature.certificate.sha256 not in known:
        raise TrustListError("operator", name=signature.certificate.subject.human_friendly, fingerprint=signature.certificate.sha256.hex())
    if not signature.certificate.not_valid_before <= facts.issued_at <= signature.certificate.not_valid_after:
        raise TrustListError("operator_term")
    return SignedList(facts, signature.certificate.dump())


def _read_signature(root: Element) -> XmlSignature:
    elements = xmldsig.find_signatures(root.getroottree())
    if not elements:
        raise TrustListError("unsigned")
    # Only one that lies right under the root and is about the whole list: anything else may be wrapping.
    if len(elements) != 1 or elements[0].getparent() is not root:
        raise TrustListError("signature")
    try:
        signature = xml_reading.read(elements[0])
    except ShapeError as error:
        raise TrustListError("signature", what=str(error)) from error
    if not signature.is_enveloped:
        raise TrustListError("signature")
    return signature


def _check_intact(data: bytes, signature: XmlSignature, opinions: Sequence[Opinion]) -> None:
    try:
        codes = xml_reading.check_integrity(signature, lambda _name: None)
    except ShapeError as error:
        raise TrustListError("signature", what=str(error)) from error
    answers = {ask(data, signature, {}) for ask in opinions}
    if codes or answers - {True, None}:
        raise TrustListError("signature", what=",".join(codes))


def read_bundled_operators() -> list[bytes]:
    """Certificates that sign the EU list of lists, as the Official Journal named them when pyHanko was released."""
    source = resources.files("pyhanko.sign.validation.qualified").joinpath("lotl-certs", "latest.cert.pem")
    return read_certificates(source.read_bytes())


def read_certificates(data: bytes) -> list[bytes]:
    """Certificates of a PEM text, or the one of a DER file."""
    try:
        ders = [der for _type, _headers, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        return [x509.Certificate.load(der, strict=True).dump() for der in ders]
    except (ValueError, TypeError) as error:
        raise TrustListError("operator_file") from error
