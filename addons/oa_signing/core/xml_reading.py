"""One XML signature read with a fixed idea of what it may look like; whatever differs is refused by name.

This is the guard against wrapping: what is checked and what is used must be the same element, so references lead only
to the whole document, to parts of this very signature, to files beside it, or from a countersignature to the value of the
signature that it lies in.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from asn1crypto import x509
from lxml import etree

from . import raw_signatures, xmldsig
from .xmldsig import Element, Tree, ds, xades

_MAX_REFERENCES = 1000
_KINDS = (xmldsig.DS, "http://www.w3.org/2009/xmldsig11#", "http://uri.etsi.org/01903/")

Resolver = Callable[[str], bytes | None]
"""Gives a file by its name, or None."""


class ShapeError(Exception):
    """The signature is not built in a way that can be judged; the text is a code."""


@dataclass(frozen=True)
class Reference:
    """One thing that is signed."""

    uri: str
    kind: str
    transforms: tuple[str, ...]
    digest: str
    value: bytes

    @property
    def file_name(self) -> str:
        return unquote(self.uri)

    @property
    def is_file(self) -> bool:
        return bool(self.uri) and not self.uri.startswith("#")


@dataclass(frozen=True)
class XmlSignature:
    """The parts of a signature that count."""

    element: Element
    name: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    key_kind: str
    digest: str
    references: tuple[Reference, ...]
    claimed_at: str
    claimed_roles: tuple[str, ...]
    countersigned: Element | None = None
    """Value of the signature that this one confirms."""

    @property
    def is_enveloped(self) -> bool:
        return not any(reference.is_file for reference in self.references)


def read(element: Element, countersigned: Element | None = None) -> XmlSignature:
    """ShapeError with a code when something is missing, doubled or elsewhere."""
    _check_ids(element.getroottree())
    try:
        info = _one(element, ds("SignedInfo"))
        key_kind, digest = xmldsig.METHOD_OF[str(_one(info, ds("SignatureMethod")).get("Algorithm"))]
        references = tuple(_read_reference(item) for item in info.findall(ds("Reference")))
        properties = _find_properties(element, references)
        _check_covered(element, references, countersigned)
        _check_nothing_smuggled(element, references, properties)
        certificate, others = _read_certificates(element, properties)
        roles = tuple(str(role.text or "").strip() for role in properties.iter(xades("ClaimedRole")))
        moment = properties.findtext(f"{xades('SignedSignatureProperties')}/{xades('SigningTime')}") or ""
    except (KeyError, ValueError, TypeError) as error:
        raise ShapeError("xml_shape") from error
    name = str(element.get("Id") or "")
    return XmlSignature(element, name, certificate, others, key_kind, digest, references, moment.strip(), roles, countersigned)


def check_integrity(signature: XmlSignature, resolve: Resolver) -> list[str]:
    """Codes of what does not fit: a digest, the signature itself, a missing file."""
    codes = [code for reference in signature.references if (code := _check_reference(signature, reference, resolve))]
    try:
        method = str(_one(_one(signature.element, ds("SignedInfo")), ds("CanonicalizationMethod")).get("Algorithm"))
        octets = xmldsig.canonicalize(_one(signature.element, ds("SignedInfo")), method)
        value = xmldsig.decode_text(signature.element.find(ds("SignatureValue")))
        if signature.key_kind == "ec":
            value = raw_signatures.to_der(value)
        raw_signatures.verify_any(signature.certificate, octets, value, signature.digest)
    except Exception:  # whatever the library of the key says, the signature does not fit
        codes.append("ades.sig_crypto_failure")
    return list(dict.fromkeys(codes))


def list_digests(signature: XmlSignature) -> set[str]:
    return {signature.digest, *(reference.digest for reference in signature.references)}


def _check_reference(signature: XmlSignature, reference: Reference, resolve: Resolver) -> str:
    if reference.is_file:
        content = resolve(reference.file_name)
        if content is None:
            return "file_missing"
        if reference.transforms:
            content = _transform_file(content, reference.transforms)
    else:
        content = _get_own_bytes(signature, reference)
    return "" if hashlib.new(reference.digest, content).digest() == reference.value else "ades.hash_failure"


def _transform_file(content: bytes, transforms: tuple[str, ...]) -> bytes:
    """A file that is XML may have been signed in its canonical form."""
    if len(transforms) != 1:
        raise ShapeError("xml_shape")
    return _canonicalize(xmldsig.parse(content), transforms[0])


def _get_own_bytes(signature: XmlSignature, reference: Reference) -> bytes:
    """The document without this signature, or a part of the signature itself."""
    method = next((name for name in reference.transforms if name != xmldsig.ENVELOPED), xmldsig.C14N)
    if signature.countersigned is not None and reference.kind != xmldsig.SIGNED_PROPERTIES:
        return _canonicalize(signature.countersigned, method)
    if method == xmldsig.BASE64:
        return _decode(_find_own(signature.element, reference.uri), reference)
    if reference.kind == xmldsig.SIGNED_PROPERTIES or not _is_document(signature.element, reference.uri):
        return _canonicalize(_find_own(signature.element, reference.uri), method)
    if xmldsig.ENVELOPED not in reference.transforms:
        raise ShapeError("xml_shape")
    root = signature.element.getroottree().getroot()
    copy = xmldsig.parse(xmldsig.serialize(root.getroottree()))
    (own,) = [item for item in xmldsig.find_signatures(copy) if item.get("Id") == signature.element.get("Id")]
    _remove(own)
    return _canonicalize(copy if not reference.uri else copy.getroot(), method)


def _decode(holder: Element, reference: Reference) -> bytes:
    """A file as text inside the signature."""
    if len(holder) or reference.transforms != (xmldsig.BASE64,):
        raise ShapeError("xml_shape")
    return xmldsig.decode_text(holder)


def _canonicalize(node: Element | Tree, method: str) -> bytes:
    try:
        return xmldsig.canonicalize(node, method)
    except ValueError as error:
        raise ShapeError("xml_shape") from error


def _remove(element: Element) -> None:
    """Without the text that follows it: that belongs to the document."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        raise ShapeError("xml_shape")
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_document(element: Element, uri: str) -> bool:
    root = element.getroottree().getroot()
    return not uri or (root is not element and uri[1:] in {root.get(name) for name in ("Id", "ID", "id")})


def _find_own(element: Element, uri: str) -> Element:
    found = [item for item in element.iter() if item.get("Id") == uri[1:]]
    if len(found) != 1:
        raise ShapeError("xml_wrapping")
    return found[0]


def _find_properties(element: Element, references: tuple[Reference, ...]) -> Element:
    """The signed properties of this signature, which exactly one reference covers."""
    if not 2 <= len(references) <= _MAX_REFERENCES:
        raise ShapeError("xml_shape")
    wanted = [reference for reference in references if reference.kind == xmldsig.SIGNED_PROPERTIES]
    documents = [reference for reference in references if not reference.is_file and _is_document(element, reference.uri)]
    if len(wanted) != 1 or len(documents) > 1:
        raise ShapeError("xml_shape")
    properties = _find_own(element, wanted[0].uri)
    qualifying = properties.getparent()
    holder = qualifying.getparent() if qualifying is not None else None
    if properties.tag != xades("SignedProperties") or holder is None or holder.getparent() is not element:
        raise ShapeError("xml_wrapping")
    if qualifying is None or qualifying.get("Target") not in (None, f"#{element.get('Id')}"):
        raise ShapeError("xml_wrapping")
    return properties


def _check_covered(element: Element, references: tuple[Reference, ...], countersigned: Element | None) -> None:
    """The whole document, a file, everything that the signature carries, or the signature that it confirms: nothing less."""
    others = [item for item in references if item.kind != xmldsig.SIGNED_PROPERTIES]
    if countersigned is not None:
        name = countersigned.get("Id")
        if len(others) != 1 or not name or others[0].uri != f"#{name}" or xmldsig.ENVELOPED in others[0].transforms:
            raise ShapeError("xml_wrapping")
        return
    if any(item.is_file or _is_document(element, item.uri) for item in others):
        return
    holders = [item for item in element.findall(ds("Object")) if item.find(xades("QualifyingProperties")) is None]
    names = [item.get("Id") for item in holders]
    # Around the signature there may be nothing, and in it no object that it does not cover.
    tree = element.getroottree()
    is_whole = tree.getroot() is element and not xmldsig.has_instructions(tree) and bool(holders)
    if not is_whole or not all(name and f"#{name}" in {item.uri for item in others} for name in names):
        raise ShapeError("xml_partial")


def _check_nothing_smuggled(element: Element, references: tuple[Reference, ...], properties: Element) -> None:
    """What lies in the signature and is not signed is of the signature's own kind: a program could take anything else for content."""
    covered = {reference.uri[1:] for reference in references if reference.uri.startswith("#")}
    waiting, is_clean = [item for item in element if item.tag != ds("SignedInfo")], not _has_loose_text(element)
    while waiting and is_clean:
        item = waiting.pop()
        if item is properties or item.get("Id") in covered or isinstance(item, etree._Comment):
            continue
        is_known = isinstance(item.tag, str) and item.tag[1:].startswith(_KINDS)
        is_uncovered = item.tag == ds("Object") and item.find(xades("QualifyingProperties")) is None
        is_clean = is_known and not is_uncovered and not _has_loose_text(item)
        waiting += item
    if not is_clean:
        raise ShapeError("xml_partial")


def _has_loose_text(item: Element) -> bool:
    """Text stands in leaves only."""
    return bool(len(item)) and any((text or "").strip() for text in (item.text, *(child.tail for child in item)))


def _read_reference(item: Element) -> Reference:
    transforms = tuple(str(transform.get("Algorithm")) for transform in item.iter(ds("Transform")))
    known = {xmldsig.ENVELOPED, *(base + comments for base in (xmldsig.C14N, xmldsig.C14N_11) for comments in ("", "#WithComments"))}
    known |= {xmldsig.EXCLUSIVE, xmldsig.EXCLUSIVE + "WithComments", xmldsig.BASE64}
    if not set(transforms) <= known or len(transforms) > 2:
        raise ShapeError("xml_shape")
    digest = xmldsig.DIGEST_OF[str(_one(item, ds("DigestMethod")).get("Algorithm"))]
    value = xmldsig.decode_text(item.find(ds("DigestValue")))
    return Reference(str(item.get("URI") or ""), str(item.get("Type") or ""), transforms, digest, value)


def _read_certificates(element: Element, properties: Element) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The certificate that the signed properties name, found by its digest; whatever else lies in KeyInfo only helps."""
    items = element.findall(f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}")
    ders = [xmldsig.decode_text(item) for item in items]
    for digest in properties.iter(xades("CertDigest")):
        algorithm = xmldsig.DIGEST_OF[str(_one(digest, ds("DigestMethod")).get("Algorithm"))]
        value = xmldsig.decode_text(digest.find(ds("DigestValue")))
        for der in ders:
            if hashlib.new(algorithm, der).digest() == value:
                others = tuple(x509.Certificate.load(item) for item in ders if item != der)
                return x509.Certificate.load(der), others
        break
    raise ShapeError("certificate_mismatch")


def _check_ids(tree: Tree) -> None:
    ids = [value for item in tree.getroot().iter() for name in ("Id", "ID", "id") if (value := item.get(name))]
    if len(set(ids)) != len(ids):
        raise ShapeError("xml_wrapping")


def _one(element: Element, tag: str) -> Element:
    found = element.findall(tag)
    if len(found) != 1:
        raise ShapeError("xml_shape")
    return found[0]
