"""XML signatures in other places than the root of a document: confirmed by others, around what is signed, in containers."""

import hashlib
from collections.abc import Iterator

from asn1crypto import x509
from case import INVALID, UNKNOWN, VALID, Case
from lxml import etree
from oa_signing.adapters.event_loop import run
from oa_signing.core import asic, xades, xmldsig
from oa_signing.core.specs import Level, SignatureFormat, SignatureSpec, SignerIdentity
from papers import make_pdf
from people import Holder, Signers, sign_with

XML = b'<order Id="doc"><number>12-00-345</number></order>'
_EXCLUSIVE = (xmldsig.EXCLUSIVE,)


def make_xml_cases(signers: Signers) -> Iterator[Case]:
    yield from _smuggled(signers)
    yield from _confirmed(signers)
    yield from _enveloping(signers)
    yield from _in_boxes(signers)


def _smuggled(signers: Signers) -> Iterator[Case]:
    """The enveloped transform leaves out all that lies in the signature, whoever put it there."""
    signed, order = signers.sign(XML, SignatureFormat.XADES), b"<order><number>99</number></order>"
    end, unsigned = b"</ds:Signature>", b"</xades:UnsignedSignatureProperties>"
    inside = signed.replace(end, b"<ds:Object>" + order + b"</ds:Object>" + end)
    yield Case("xml with an order in an object of its signature", inside, UNKNOWN, "xml_partial")
    yield Case("xml with an order among what is unsigned", signed.replace(unsigned, order + unsigned), UNKNOWN, "xml_partial")
    yield Case("xml with an order right in its signature", signed.replace(end, order + end), UNKNOWN, "xml_partial")
    yield Case("xml with text in its signature", signed.replace(end, b"1000" + end), UNKNOWN, "xml_partial")


def _confirmed(signers: Signers) -> Iterator[Case]:
    signed, second = signers.sign(XML, SignatureFormat.XADES), signers.authority.make_holder("p256")
    confirmed = countersign_xml(signed, signers, second)
    yield Case("xml countersigned", confirmed, VALID)
    yield Case("xml countersigned twice", countersign_xml(confirmed, signers, signers.person), VALID)
    revoked = countersign_xml(signed, signers, signers.authority.make_holder(is_revoked=True))
    yield Case("xml countersigned by who is revoked", revoked, UNKNOWN, "ades.revoked_no_poe")
    yield Case("xml countersigned and changed", confirmed.replace(b"12-00-345", b"12-00-346"), INVALID, "ades.hash_failure")
    yield Case("xml whose countersignature was damaged", _damage_last_value(confirmed), INVALID, "ades.sig_crypto_failure")
    yield Case("xml with the countersignature of another", _move_confirmation(confirmed, signers), INVALID, "ades.hash_failure")
    yield Case(
        "xml with a countersignature of something else", countersign_xml(signed, signers, second, about="doc"), INVALID, "xml_wrapping"
    )
    # Outside its place it is a second signature like any other, which signs too little.
    yield Case("xml with a countersignature in the text", _take_out(confirmed), INVALID, "xml_partial")
    original = make_pdf()
    beside = countersign_xml(signers.sign(original, SignatureFormat.XADES_DETACHED), signers, second)
    yield Case("xml beside a file, countersigned", beside, VALID, original=original)


def _enveloping(signers: Signers) -> Iterator[Case]:
    around = envelop(signers, XML)
    yield Case("xml around what it signs", around, VALID)
    yield Case("xml around what it signs, changed", around.replace(b"12-00-345", b"12-00-346"), INVALID, "ades.hash_failure")
    more = around.replace(b"</ds:Signature>", b'<ds:Object Id="more"><pay>1000</pay></ds:Object></ds:Signature>')
    yield Case("xml around more than it signs", more, UNKNOWN, "xml_partial")
    body = around.split(b"?>", 1)[1].strip()
    yield Case("xml around what it signs, inside another", b"<letter><pay>1000</pay>" + body + b"</letter>", UNKNOWN, "xml_partial")
    styled = around.replace(b"?>", b'?><?xml-stylesheet href="other.xsl"?>', 1)
    yield Case("xml around what it signs, with a style sheet", styled, UNKNOWN, "xml_partial")
    doubled = around.replace(b"</ds:Signature>", b'<ds:Object Id="object-1"><pay>1000</pay></ds:Object></ds:Signature>')
    yield Case("xml around two things of one name", doubled, INVALID, "xml_wrapping")
    yield Case("xml around what it signs, countersigned", countersign_xml(around, signers, signers.authority.make_holder("p384")), VALID)


def _in_boxes(signers: Signers) -> Iterator[Case]:
    box = asic.read(signers.sign(make_pdf(), SignatureFormat.ASIC_XADES))
    name = next(item for item in box.members if item.endswith(".xml") and "signature" in item)
    confirmed = countersign_xml(box.members[name], signers, signers.authority.make_holder("p256"))
    yield Case("box countersigned", asic.write(asic.Container(box.kind, {**box.members, name: confirmed})), VALID)
    tree = xmldsig.parse(box.members[name])
    signature = xmldsig.find_signatures(tree)[0]
    # A reference outside of what is signed says nothing.
    decoy = etree.SubElement(etree.SubElement(signature, xmldsig.ds("Object")), xmldsig.ds("Manifest"))
    etree.SubElement(decoy, xmldsig.ds("Reference"), URI="more.pdf")
    members = {**box.members, name: xmldsig.serialize(tree), "more.pdf": b"x"}
    yield Case("box with a reference that nobody signed", asic.write(asic.Container(box.kind, members)), INVALID, "container_unsigned_file")


def countersign_xml(data: bytes, signers: Signers, holder: Holder, about: str = "") -> bytes:
    """A signature on the value of the first signature, in its unsigned properties."""
    tree = xmldsig.parse(data)
    parent = xmldsig.find_signatures(tree)[0]
    value = parent.find(xmldsig.ds("SignatureValue"))
    target = (xmldsig.canonicalize(value), value.get("Id"))
    own = make_signature(signers, holder, *((xmldsig.canonicalize(tree), about) if about else target))
    qualifying = parent.find(f"{xmldsig.ds('Object')}/{xmldsig.xades('QualifyingProperties')}")
    place = qualifying
    for tag in ("UnsignedProperties", "UnsignedSignatureProperties", "CounterSignature"):
        found = place.find(xmldsig.xades(tag)) if tag != "CounterSignature" else None
        place = etree.SubElement(place, xmldsig.xades(tag)) if found is None else found
    place.append(own)
    return xmldsig.serialize(tree)


def envelop(signers: Signers, data: bytes) -> bytes:
    """A signature that carries what it signs."""
    holder = etree.Element(xmldsig.ds("Object"), {"Id": "object-1"}, nsmap={"ds": xmldsig.DS})
    holder.append(xmldsig.parse(data).getroot())
    signature = make_signature(signers, signers.person, xmldsig.canonicalize(holder), "object-1")
    signature.append(holder)
    return xmldsig.serialize(signature.getroottree())


def make_signature(signers: Signers, holder: Holder, covered: bytes, name: str) -> xmldsig.Element:
    identity, spec = SignerIdentity(holder.certificate), SignatureSpec(format=SignatureFormat.XADES, level=Level.B)
    # The library of the product chooses the digest by the key.
    curve = x509.Certificate.load(holder.certificate).public_key
    digest = "sha384" if curve.algorithm == "ec" and curve.bit_size == 384 else "sha256"
    target = xades.Target(f"#{name}", hashlib.new(digest, covered).digest(), "text/xml", _EXCLUSIVE)
    prepared = xades.prepare_targets(b"x", [target], spec, identity)
    signature, _moment = run(xades.complete(b"x", prepared.state, sign_with(holder.key, prepared.to_be_signed), None))
    return signature


def _damage_last_value(data: bytes) -> bytes:
    start = data.rindex(b"<ds:SignatureValue")
    start = data.index(b">", start) + 10
    return data[:start] + (b"A" if data[start : start + 1] != b"A" else b"B") + data[start + 1 :]


def _move_confirmation(confirmed: bytes, signers: Signers) -> bytes:
    """The confirmation of one signature put under another one that takes its name."""
    source, target = xmldsig.parse(confirmed), xmldsig.parse(signers.sign(XML, SignatureFormat.XADES))
    confirmation = xmldsig.find_countersignatures(xmldsig.find_top_signatures(source)[0])[0]
    value_name = xmldsig.find_top_signatures(source)[0].find(xmldsig.ds("SignatureValue")).get("Id")
    parent = xmldsig.find_signatures(target)[0]
    parent.find(xmldsig.ds("SignatureValue")).set("Id", value_name)
    properties = parent.find(f".//{xmldsig.xades('UnsignedSignatureProperties')}")
    etree.SubElement(properties, xmldsig.xades("CounterSignature")).append(confirmation)
    return xmldsig.serialize(target)


def _take_out(confirmed: bytes) -> bytes:
    tree = xmldsig.parse(confirmed)
    confirmation = xmldsig.find_countersignatures(xmldsig.find_top_signatures(tree)[0])[0]
    confirmation.getparent().getparent().remove(confirmation.getparent())
    holder = etree.SubElement(tree.getroot(), xmldsig.xades("CounterSignature"))
    holder.append(confirmation)
    return xmldsig.serialize(tree)
