"""The corpus: files of every kind with the verdict that each must get; nothing is stored, everything is made anew."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

from asn1crypto import cms
from case import INVALID, UNKNOWN, VALID, Case
from hostile_cases import make_hostile_cases
from oa_signing.core import asic, raw_signatures
from oa_signing.core.content import ASIC_S
from oa_signing.core.specs import Level, Outcome, SignatureFormat
from papers import append_annotation, make_pdf
from people import Holder, Signers, sign_with
from pyhanko.sign.general import simple_cms_attribute
from xml_cases import make_xml_cases

XML = b'<order Id="doc"><number>12-00-345</number></order>'
PADES, XADES, BESIDE = SignatureFormat.PADES, SignatureFormat.XADES, SignatureFormat.CADES
XML_BESIDE, BOX, CMS_BOX = SignatureFormat.XADES_DETACHED, SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES


def make_cases(signers: Signers) -> Iterator[Case]:
    for make in (_levels, _algorithms, _certificates, _changed_pdf, make_hostile_cases, _xml, make_xml_cases, _cms, _boxes):
        yield from make(signers)


def _levels(signers: Signers) -> Iterator[Case]:
    for level in Level:
        yield Case(f"pdf {level}", signers.sign(make_pdf(), level=level), VALID)
    yield Case("pdf of two signers", signers.sign(signers.sign(make_pdf()), holder=signers.authority.make_holder("p256")), VALID)
    for kind in (XADES, XML_BESIDE, BESIDE, BOX, CMS_BOX):
        data = XML if kind == XADES else make_pdf()
        for level in (Level.B, Level.T):
            yield Case(f"{kind} {level}", signers.sign(data, kind, level=level), VALID, original=data if kind.is_detached else None)


def _algorithms(signers: Signers) -> Iterator[Case]:
    for key, digest in (("rsa3072", "sha512"), ("p256", "sha256"), ("p384", "sha384")):
        holder = signers.authority.make_holder(key)
        for kind in (PADES, XADES, BESIDE):
            data = XML if kind == XADES else make_pdf()
            signed = signers.sign(data, kind, holder=holder, digest=digest)
            yield Case(f"{kind} {key} {digest}", signed, VALID, original=data if kind == BESIDE else None)


def _certificates(signers: Signers) -> Iterator[Case]:
    make, day = signers.authority.make_holder, timedelta(days=1)
    stranger = Signers()
    kinds: list[tuple[str, Holder, set[Outcome], str]] = [
        ("revoked", make(is_revoked=True), {INVALID}, "ades.revoked"),
        ("expired", make(ends=-day), {INVALID, UNKNOWN}, "ades."),
        ("not yet valid", make(begins=day), {INVALID, UNKNOWN}, "ades."),
        ("not for signing", make(can_sign=False), {INVALID, UNKNOWN}, "ades."),
        ("of a stranger", stranger.person, {UNKNOWN}, "ades."),
    ]
    for name, holder, outcomes, code in kinds:
        for kind in (PADES, XADES, BESIDE):
            data = XML if kind == XADES else make_pdf()
            signed = signers.sign(data, kind, holder=holder, level=Level.T)
            outcome = INVALID if len(outcomes) == 1 and INVALID in outcomes else UNKNOWN
            yield Case(f"{kind} certificate {name}", signed, outcome, code, data if kind == BESIDE else None)


def _changed_pdf(signers: Signers) -> Iterator[Case]:
    signed = signers.sign(make_pdf())
    yield Case("pdf without signature", make_pdf(), UNKNOWN, "no_signature")
    yield Case("pdf changed", signed.replace(b"(Certificate)", b"(Certlficate)"), INVALID, "ades.hash_failure")
    yield Case("pdf appended", signed + b"\n% more", INVALID, "appended")
    yield Case("pdf shadowed by a note", append_annotation(signed), INVALID, "modified")
    yield Case("pdf shadowed by new content", _replace_content(signed), INVALID, "modified")
    yield Case("pdf cut to the half", signed[: len(signed) // 2], INVALID)
    yield Case("pdf with its end doubled", signed + signed[-200:], INVALID)
    twice = signers.sign(signed)
    yield Case("pdf whose revisions change places", twice[len(signed) :] + signed, UNKNOWN, "no_signature")
    start = signed.index(b"/ByteRange")
    moved = signed[:start] + signed[start:].replace(b"[0 ", b"[9 ", 1)
    yield Case("pdf with a range that does not begin at nought", moved, INVALID)


def _replace_content(data: bytes) -> bytes:
    """The page shows other text, written in a later revision."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 100 700 Td (1 000 000) Tj ET")
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _xml(signers: Signers) -> Iterator[Case]:
    signed = signers.sign(XML, XADES)
    yield Case("xml without signature", XML, UNKNOWN, "no_signature")
    yield Case("xml changed", signed.replace(b"12-00-345", b"12-00-346"), INVALID, "ades.hash_failure")
    body = signed.split(b"?>", 1)[1].strip()
    wrapped = b"<order><number>99</number>" + body + b"</order>"
    yield Case("xml wrapped in another", wrapped, INVALID)
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    doubled = signed[:end] + signed[start:end] + signed[end:]
    yield Case("xml with its signature doubled", doubled, INVALID, "xml_wrapping")
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    yield Case("xml bomb", bomb, INVALID, "payload.unsafe_xml")
    yield Case("xml of nested elements", b"<a>" * 100_000 + b"</a>" * 100_000, INVALID)
    many = b"<a>" + b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>' * 10_000 + b"</a>"
    yield Case("xml of 10,000 signatures", many, UNKNOWN, "payload.too_hard")


def _cms(signers: Signers) -> Iterator[Case]:
    data = make_pdf()
    signed = signers.sign(data, BESIDE)
    yield Case("cms without its file", signed, UNKNOWN, "original_missing")
    yield Case("cms beside another file", signed, INVALID, "ades.hash_failure", make_pdf("Other"))
    yield Case("cms cut to the half", signed[: len(signed) // 2], INVALID, original=data)
    yield Case("cms countersigned", countersign(signed, signers, signers.authority.make_holder("p256")), VALID, original=data)
    spoiled = countersign(signed, signers, signers.authority.make_holder(is_revoked=True))
    yield Case("cms countersigned by who is revoked", spoiled, UNKNOWN, "ades.revoked_no_poe", data)
    yield Case("cms of 10,000 signers", _multiply(signed, 10_000), UNKNOWN, "payload.too_hard", data)
    token = signers.engine.make_timestamp(hashlib.sha256(data).digest())
    yield Case("timestamp alone", token, VALID, original=data)
    yield Case("timestamp beside another file", token, INVALID, "timestamp_broken", make_pdf("Other"))
    yield Case("timestamp without its file", token, UNKNOWN, "original_missing")


def countersign(data: bytes, signers: Signers, holder: Holder) -> bytes:
    """A signature on the signature, as RFC 5652 has it: without a type of the content."""
    from asn1crypto import algos, x509
    from oa_signing.core.specs import Mechanism, ToBeSigned

    container = cms.ContentInfo.load(data)
    info = container["content"]["signer_infos"][0]
    certificate = x509.Certificate.load(holder.certificate)
    digest = hashlib.sha256(info["signature"].native).digest()
    attributes = cms.CMSAttributes([simple_cms_attribute("message_digest", digest)])
    mechanism = raw_signatures.get_mechanism(certificate)
    raw = sign_with(holder.key, ToBeSigned(attributes.dump(), "sha256", mechanism))
    name = "sha256_rsa" if mechanism == Mechanism.RSA else "sha256_ecdsa"
    own = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier({
            "issuer_and_serial_number": cms.IssuerAndSerialNumber({
                "issuer": certificate.issuer, "serial_number": certificate.serial_number
            })
        }),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": name}),
        "signature": raw,
    })  # fmt: skip
    others = info["unsigned_attrs"] if isinstance(info["unsigned_attrs"], cms.CMSAttributes) else []
    info["unsigned_attrs"] = cms.CMSAttributes([*others, simple_cms_attribute("counter_signature", own)])
    container["content"]["certificates"].append(certificate)
    return bytes(container.dump(force=True))


def _multiply(data: bytes, count: int) -> bytes:
    """So many signers; put together by hand, since the library takes minutes for it."""
    container = cms.ContentInfo.load(data)["content"]
    info = container["signer_infos"][0].dump()
    parts = [container[name].dump() for name in ("version", "digest_algorithms", "encap_content_info", "certificates")]
    signed_data = _wrap(0x30, b"".join(parts) + _wrap(0x31, info * count))
    return _wrap(0x30, bytes.fromhex("06092a864886f70d010702") + _wrap(0xA0, signed_data))


def _wrap(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def _boxes(signers: Signers) -> Iterator[Case]:
    signed = signers.sign(make_pdf(), BOX)
    by_cms = signers.sign(make_pdf(), CMS_BOX)
    yield Case(
        "box with a file that nobody signed",
        _repack(signed, lambda box: box.update({"more.pdf": b"x"})),
        INVALID,
        "container_unsigned_file",
    )
    yield Case("box with a changed file", _repack(signed, lambda box: box.update({"letter.pdf": b"x"})), INVALID, "ades.hash_failure")
    manifest = next(name for name in asic.read(by_cms).members if "manifest" in name.casefold() and name.endswith(".xml"))
    yield Case("box with a wrong manifest", _repack(by_cms, lambda box: box.update({manifest: b"<a/>"})), INVALID)
    yield Case("box without its manifest", _repack(by_cms, lambda box: box.pop(manifest)), INVALID, "file_missing")
    yield Case("box in a box", signers.sign(signed, BOX), VALID)
    yield Case("box cut to the half", signed[: len(signed) // 2], INVALID)
    yield Case("box with two files of one name", _add_twice(signed), INVALID, "payload.malformed_container")
    yield Case(
        "box that leads elsewhere", _repack(signed, lambda box: box.update({"../letter.pdf": b"x"})), INVALID, "payload.malformed_container"
    )
    yield Case("box bomb", _repack(signed, lambda box: box.update({"bomb.bin": b"\0" * (64 << 20)})), INVALID, "payload.too_large")
    data = make_pdf()
    beside = {"META-INF/signature.p7s": signers.sign(data, BESIDE)}
    yield Case("small box with one file", asic.write(asic.Container(ASIC_S, {"letter.pdf": data, **beside})), VALID)
    token = signers.engine.make_timestamp(hashlib.sha256(data).digest())
    stamped = asic.Container(ASIC_S, {"letter.pdf": data, "META-INF/timestamp.tst": token})
    yield Case("small box with a timestamp", asic.write(stamped), VALID)


def _repack(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    box = asic.read(data)
    members = dict(box.members)
    change(members)
    return asic.write(asic.Container(box.kind, members))


def _add_twice(data: bytes) -> bytes:
    import warnings

    buffer = BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("LETTER.pdf", b"x")
    return buffer.getvalue()
