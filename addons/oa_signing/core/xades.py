"""XAdES in steps: inside an XML document (enveloped) or in a file of its own beside any file (detached).

The signature is built here and not by a library: the octets go to whoever holds the key, and exclusive
canonicalization makes the signature the same wherever it is put. Two foreign engines check it in the workers.
"""

import hashlib
import mimetypes
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from asn1crypto import cms, x509
from lxml import etree
from pyhanko.sign.timestamps import TimeStamper

from . import raw_signatures, states, xmldsig
from .cades import ask_timestamp
from .cms_signing import choose_algorithm, read_token_time
from .errors import NotSignedError, TimestampError, XmlSignedAlreadyError
from .ports import Helpers
from .specs import Level, Mechanism, Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned
from .xmldsig import Element, ds, xades

_ENVELOPED = (xmldsig.ENVELOPED, xmldsig.EXCLUSIVE)


@dataclass(frozen=True)
class Target:
    """What a signature covers: a name, its digest, and how the bytes were got."""

    uri: str
    digest: bytes
    mime_type: str
    transforms: tuple[str, ...] = ()


async def prepare(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    """A signature inside the document; a second one would break the first, so there is only one."""
    tree = xmldsig.parse(data)
    if xmldsig.find_signatures(tree):
        raise XmlSignedAlreadyError()
    digest = _compute_digest(xmldsig.canonicalize(tree), spec, identity)
    return prepare_targets(data, [Target("", digest, "text/xml", _ENVELOPED)], spec, identity)


async def prepare_detached(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    return prepare_targets(data, [make_target(spec.file_name, data, spec, identity)], spec, identity)


def make_target(name: str, data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Target:
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Target(quote(name), _compute_digest(data, spec, identity), mime_type)


def prepare_targets(data: bytes, targets: Sequence[Target], spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    signature, algorithm = _build(targets, spec, identity), _choose(spec, identity)
    octets = xmldsig.canonicalize(_get(signature, ds("SignedInfo")))
    mechanism = raw_signatures.get_mechanism(x509.Certificate.load(identity.certificate))
    to_be_signed = ToBeSigned(octets, algorithm, mechanism)
    state = states.make_state(data, spec, identity, to_be_signed) | {
        "signature": states.encode(etree.tostring(signature, encoding="UTF-8"))
    }
    return Prepared(to_be_signed, targets[0].digest.hex(), state)


async def finish(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    tree = xmldsig.parse(data)
    signature, moment = await complete(data, state, raw_signature, timestamper)
    tree.getroot().append(signature)
    return states.describe_signed(xmldsig.serialize(tree), state, str(signature.get("Id")), moment)


async def finish_detached(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    signature, moment = await complete(data, state, raw_signature, timestamper)
    return states.describe_signed(xmldsig.serialize(signature.getroottree()), state, str(signature.get("Id")), moment)


async def complete(
    data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None
) -> tuple[Element, datetime | None]:
    """The signature with its checked value and, when it could be had, its timestamp."""
    states.check_finish(data, state, raw_signature)
    if Mechanism(state["mechanism"]) == Mechanism.ECDSA:
        raw_signature = raw_signatures.to_side_by_side(raw_signature, states.read_certificate(state))
    signature = xmldsig.parse(states.decode(state["signature"])).getroot()
    _get(signature, ds("SignatureValue")).text = xmldsig.wrap_text(raw_signature)
    if timestamper is None:
        return signature, None
    try:
        return signature, await add_timestamp(signature, timestamper)
    except TimestampError:
        # It is worth keeping without one; the queue adds it.
        return signature, None


async def augment(data: bytes, helpers: Helpers, level: Level) -> Signed:
    tree = xmldsig.parse(data)
    signatures = xmldsig.find_signatures(tree)
    if not signatures:
        raise NotSignedError()
    moments, levels = await augment_all(signatures, helpers, level)
    name = next(iter(levels))
    return Signed(xmldsig.serialize(tree), name, levels[name], levels, moments.get(name), "", moments)


async def augment_all(signatures: Sequence[Element], helpers: Helpers, level: Level) -> tuple[dict[str, datetime], dict[str, Level]]:
    """Timestamps for those that have none; proved times and levels by Id."""
    moments, levels = {}, {}
    for signature in signatures:
        moment = read_timestamp(signature)
        if moment is None and level.rank >= Level.T.rank:
            moment = await add_timestamp(signature, helpers.timestamper)
        name = str(signature.get("Id"))
        levels[name] = Level.T if moment else Level.B
        if moment:
            moments[name] = moment
    return moments, levels


async def add_timestamp(signature: Element, timestamper: TimeStamper | None) -> datetime:
    value = xmldsig.canonicalize(_get(signature, ds("SignatureValue")))
    token = await ask_timestamp(timestamper, value, "sha256")
    qualifying = _get(signature, ds("Object"), xades("QualifyingProperties"))
    unsigned = qualifying.find(xades("UnsignedProperties"))
    if unsigned is None:
        unsigned = _add(qualifying, xades("UnsignedProperties"))
    properties = unsigned.find(xades("UnsignedSignatureProperties"))
    if properties is None:
        properties = _add(unsigned, xades("UnsignedSignatureProperties"))
    stamp = _add(properties, xades("SignatureTimeStamp"), Id=f"{signature.get('Id')}-timestamp")
    _add(stamp, ds("CanonicalizationMethod"), Algorithm=xmldsig.EXCLUSIVE)
    _add(stamp, xades("EncapsulatedTimeStamp"), xmldsig.wrap_text(token.dump()))
    return read_token_time(token)


def read_token(signature: Element) -> tuple[cms.ContentInfo, str] | None:
    """The timestamp of a signature with the canonicalization of what it covers."""
    for stamp in xmldsig.find_unsigned(signature, "SignatureTimeStamp"):
        method = stamp.find(ds("CanonicalizationMethod"))
        token = cms.ContentInfo.load(xmldsig.decode_text(stamp.find(xades("EncapsulatedTimeStamp"))))
        return token, xmldsig.C14N if method is None else str(method.get("Algorithm"))
    return None


def read_timestamp(signature: Element) -> datetime | None:
    found = read_token(signature)
    return read_token_time(found[0]) if found else None


def _build(targets: Sequence[Target], spec: SignatureSpec, identity: SignerIdentity) -> Element:
    algorithm, name = _choose(spec, identity), f"xades-{secrets.token_hex(8)}"
    certificate = x509.Certificate.load(identity.certificate)
    signature = etree.Element(ds("Signature"), {"Id": name}, nsmap={"ds": xmldsig.DS})
    info = _add(signature, ds("SignedInfo"))
    _add(info, ds("CanonicalizationMethod"), Algorithm=xmldsig.EXCLUSIVE)
    _add(info, ds("SignatureMethod"), Algorithm=xmldsig.METHODS[certificate.public_key.algorithm, algorithm])
    for number, target in enumerate(targets):
        _add_reference(info, target, algorithm, {"Id": f"{name}-reference{number}"})
    _add(signature, ds("SignatureValue"), Id=f"{name}-value")
    data = _add(_add(signature, ds("KeyInfo")), ds("X509Data"))
    for item in (identity.certificate, *identity.chain):
        _add(data, ds("X509Certificate"), xmldsig.wrap_text(item))
    properties = _add_properties(signature, targets, spec, identity)
    digest = hashlib.new(algorithm, xmldsig.canonicalize(properties)).digest()
    target = Target(f"#{properties.get('Id')}", digest, "", (xmldsig.EXCLUSIVE,))
    _add_reference(info, target, algorithm, {"Type": xmldsig.SIGNED_PROPERTIES})
    return signature


def _add_reference(info: Element, target: Target, algorithm: str, attributes: dict[str, str]) -> None:
    reference = _add(info, ds("Reference"), **attributes, URI=target.uri)
    if target.transforms:
        transforms = _add(reference, ds("Transforms"))
        for transform in target.transforms:
            _add(transforms, ds("Transform"), Algorithm=transform)
    _add(reference, ds("DigestMethod"), Algorithm=xmldsig.DIGESTS[algorithm])
    _add(reference, ds("DigestValue"), xmldsig.wrap_text(target.digest))


def _add_properties(signature: Element, targets: Sequence[Target], spec: SignatureSpec, identity: SignerIdentity) -> Element:
    """What the signer says: when, with which certificate, in what capacity, of what kind the files are."""
    name, algorithm = str(signature.get("Id")), _choose(spec, identity)
    holder = _add(signature, ds("Object"))
    qualifying = etree.SubElement(holder, xades("QualifyingProperties"), {"Target": f"#{name}"}, nsmap={"xades": xmldsig.XADES})
    properties = _add(qualifying, xades("SignedProperties"), Id=f"{name}-properties")
    of_signature = _add(properties, xades("SignedSignatureProperties"))
    _add(of_signature, xades("SigningTime"), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    digest = _add(_add(_add(of_signature, xades("SigningCertificateV2")), xades("Cert")), xades("CertDigest"))
    _add(digest, ds("DigestMethod"), Algorithm=xmldsig.DIGESTS[algorithm])
    _add(digest, ds("DigestValue"), xmldsig.wrap_text(hashlib.new(algorithm, identity.certificate).digest()))
    if spec.claimed_roles:
        roles = _add(_add(of_signature, xades("SignerRoleV2")), xades("ClaimedRoles"))
        for role in spec.claimed_roles:
            _add(roles, xades("ClaimedRole"), role)
    of_data = _add(properties, xades("SignedDataObjectProperties"))
    for number, target in enumerate(targets):
        kind = _add(of_data, xades("DataObjectFormat"), ObjectReference=f"#{name}-reference{number}")
        _add(kind, xades("MimeType"), target.mime_type)
    return properties


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    element = etree.SubElement(parent, tag, attributes)
    if text:
        element.text = text
    return element


def _get(element: Element, *path: str) -> Element:
    for tag in path:
        found = element.find(tag)
        if found is None:
            raise NotSignedError(tag)
        element = found
    return element


def _choose(spec: SignatureSpec, identity: SignerIdentity) -> str:
    return choose_algorithm(spec, x509.Certificate.load(identity.certificate))


def _compute_digest(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> bytes:
    return hashlib.new(_choose(spec, identity), data).digest()
