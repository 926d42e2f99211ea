"""ASiC-E in steps: the file goes into a container together with its signature; a container gets one more signature."""

import hashlib
import mimetypes
from typing import Any
from urllib.parse import quote

from asn1crypto import x509
from lxml import etree
from pyhanko.sign.timestamps import TimeStamper

from . import asic, cades, states, xades, xmldsig
from .asic import Container
from .cms_signing import assemble, choose_algorithm, make_attributes, read_timestamp
from .content import ASIC_E, Content, detect
from .errors import NotSignedError
from .ports import Helpers
from .specs import Level, Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned
from .xmldsig import ds

NAMESPACE = "http://uri.etsi.org/02918/v1.2.1#"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_CMS_TYPE = "application/pkcs7-signature"
_MANIFEST = asic.META + "manifest.xml"


def open_or_make(data: bytes, file_name: str) -> Container:
    """The container itself when it may take another signature, else a new one around the file."""
    if detect(data) == Content.CONTAINER:
        container = asic.read(data)
        if container.kind == ASIC_E:
            return container
    return asic.make(file_name, data)


async def prepare_xades(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    container = open_or_make(data, spec.file_name)
    targets = [xades.make_target(name, content, spec, identity) for name, content in container.payload.items()]
    if not targets:
        raise NotSignedError("empty container")
    return xades.prepare_targets(data, targets, spec, identity)


async def finish_xades(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    signature, moment = await xades.complete(data, state, raw_signature, timestamper)
    container = open_or_make(data, str(state["file_name"]))
    root = etree.Element(f"{{{NAMESPACE}}}XAdESSignatures", nsmap={"asic": NAMESPACE})
    root.append(signature)
    more = {container.take_name("signatures%03d.xml"): xmldsig.serialize(root.getroottree())}
    if _MANIFEST not in container.members:
        more = {_MANIFEST: _list_members(container), **more}
    return states.describe_signed(asic.write(container.with_members(more)), state, str(signature.get("Id")), moment)


async def prepare_cades(data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    """The signature is over a manifest that lists every file with its digest."""
    container = open_or_make(data, spec.file_name)
    if not container.payload:
        raise NotSignedError("empty container")
    algorithm = choose_algorithm(spec, x509.Certificate.load(identity.certificate))
    name = container.take_name("signature%03d.p7s")
    manifest = _make_manifest(container, name, algorithm)
    digest = hashlib.new(algorithm, manifest).digest()
    to_be_signed = await make_attributes(digest, spec, identity, is_pdf=False)
    state = states.make_state(data, spec, identity, to_be_signed) | {"name": name, "manifest": states.encode(manifest)}
    return Prepared(to_be_signed, digest.hex(), state)


async def finish_cades(data: bytes, state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    states.check_finish(data, state, raw_signature)
    content = await assemble(ToBeSigned.from_state(state), states.read_identity(state), raw_signature, timestamper)
    container = open_or_make(data, str(state["file_name"]))
    manifest = container.take_name("ASiCManifest%03d.xml")
    more = {manifest: states.decode(state["manifest"]), state["name"]: content.dump()}
    moment = read_timestamp(content["content"]["signer_infos"][0])
    return states.describe_signed(asic.write(container.with_members(more)), state, state["name"], moment)


async def augment(data: bytes, helpers: Helpers, level: Level) -> Signed:
    """Timestamps for every signature of the container that has none."""
    container = asic.read(data)
    changed: dict[str, bytes] = {}
    moments, levels = {}, {}
    for name in container.list_meta("signature", ".p7s"):
        signed = await cades.augment(container.members[name], helpers, level)
        changed[name], levels[name] = signed.data, signed.level
        if signed.timestamp_at:
            moments[name] = signed.timestamp_at
    for name in container.list_meta("signatures", ".xml"):
        signed = await xades.augment(container.members[name], helpers, level)
        changed[name] = signed.data
        levels |= signed.levels
        moments |= signed.moments
    if not levels:
        raise NotSignedError()
    last = list(levels)[-1]
    return Signed(asic.write(container.with_members(changed)), last, levels[last], levels, moments.get(last), "", moments)


def _make_manifest(container: Container, signature_name: str, algorithm: str) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}ASiCManifest", nsmap={"asic": NAMESPACE, "ds": xmldsig.DS})
    etree.SubElement(root, f"{{{NAMESPACE}}}SigReference", URI=quote(signature_name), MimeType=_CMS_TYPE)
    for name, content in container.payload.items():
        item = etree.SubElement(root, f"{{{NAMESPACE}}}DataObjectReference", URI=quote(name), MimeType=_guess(name))
        etree.SubElement(item, ds("DigestMethod"), Algorithm=xmldsig.DIGESTS[algorithm])
        etree.SubElement(item, ds("DigestValue")).text = xmldsig.wrap_text(hashlib.new(algorithm, content).digest())
    return xmldsig.serialize(root.getroottree())


def _list_members(container: Container) -> bytes:
    """The list of files that readers of containers with XAdES expect."""
    root = etree.Element(f"{{{_ODF}}}manifest", {f"{{{_ODF}}}version": "1.2"}, nsmap={"manifest": _ODF})
    for path, kind in (("/", container.kind), *((name, _guess(name)) for name in container.payload)):
        etree.SubElement(root, f"{{{_ODF}}}file-entry", {f"{{{_ODF}}}full-path": path, f"{{{_ODF}}}media-type": kind})
    return xmldsig.serialize(root.getroottree())


def _guess(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
