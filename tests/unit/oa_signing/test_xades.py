"""XML signatures: what other engines say, and that moved or hidden parts deceive nobody."""

import hashlib
import re
from collections.abc import Callable

import pytest
import xmlsec
from lxml import etree
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.core import xmldsig
from oa_signing.core.errors import MalformedXmlError, UnsafeXmlError
from oa_signing.core.specs import Outcome, SignatureFormat, SignatureSpec, Signed
from signing_pki import Pki

DATA = b'<order xmlns:x="urn:x" Id="doc"><number>12-00-345</number><sum x:unit="lev">1 000</sum></order>'
DS = f"{{{xmldsig.DS}}}"


@pytest.fixture
def signed(sign_file: Callable[..., Signed]) -> bytes:
    return sign_file(DATA, SignatureSpec(SignatureFormat.XADES, "order.xml")).data


def judge(engine: DocumentEngine, data: bytes) -> tuple[Outcome, set[str]]:
    verdict = engine.validate(data)
    return verdict.outcome, {*verdict.codes, *(code for item in verdict.signatures for code in item.codes)}


def test_engine_that_is_not_ours_calls_it_valid_with_the_certificate_of_the_signer(signed: bytes, pki: Pki) -> None:
    tree = etree.fromstring(signed)
    xmlsec.tree.add_ids(tree, ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pki.get_identity("vidin.governor").certificate, xmlsec.constants.KeyDataFormatCertDer)

    context.verify(tree.find(f".//{DS}Signature"))


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- before --><a>text</a><!-- after --><?after x?>',
        '<?xml version="1.0" encoding="windows-1251"?><заявление>Видин</заявление>'.encode("cp1251"),
        b"<a/>",
        b'<a xmlns="urn:a"><b xmlns=""> &lt;&amp;&#13;\r\n <c d="&quot;&#10;"/></b><![CDATA[<x>]]></a>',
    ],
)
def test_documents_of_all_kinds_are_signed_and_judged_alike_by_every_engine(
    sign_file: Callable[..., Signed], engine: DocumentEngine, data: bytes
) -> None:
    result = sign_file(data, SignatureSpec(SignatureFormat.XADES, "a.xml"))

    assert judge(engine, result.data) == (Outcome.VALID, set())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', UnsafeXmlError),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', UnsafeXmlError),
        (b'<!DOCTYPE a [<!ENTITY e "eeeeeeeeee"><!ENTITY f "&e;&e;&e;&e;">]><a>&f;</a>', UnsafeXmlError),
        (b"<a><b></a>", MalformedXmlError),
    ],
)
def test_what_says_one_thing_here_and_another_there_is_not_signed(
    engine: DocumentEngine, pki: Pki, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        engine.prepare(data, SignatureSpec(SignatureFormat.XADES), pki.get_identity("vidin.governor"))
    assert engine.validate(data).outcome == Outcome.INVALID


def test_changed_text_is_found(engine: DocumentEngine, signed: bytes) -> None:
    outcome, codes = judge(engine, signed.replace(b"1 000", b"9 000"))

    assert (outcome, codes) == (Outcome.INVALID, {"ades.hash_failure"})


def test_changed_moment_of_signing_is_found(engine: DocumentEngine, signed: bytes) -> None:
    outcome, codes = judge(engine, re.sub(rb"SigningTime>20\d\d", b"SigningTime>2001", signed))

    assert (outcome, codes) == (Outcome.INVALID, {"ades.hash_failure"})


def wrap(signed: bytes) -> etree._Element:
    """A forged document that carries the signed one away in a corner."""
    root = etree.fromstring(signed)
    forged = etree.fromstring(DATA.replace(b"1 000", b"9 000"))
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    root.remove(signature)
    forged.append(signature)
    etree.SubElement(signature, f"{DS}Object").append(root)
    return forged


def test_signed_content_moved_into_the_signature_deceives_nobody(engine: DocumentEngine, signed: bytes) -> None:
    assert judge(engine, etree.tostring(wrap(signed)))[0] != Outcome.VALID


def test_reference_turned_to_a_hidden_copy_deceives_nobody(engine: DocumentEngine, signed: bytes) -> None:
    forged = wrap(signed)
    forged.set("Id", "forged")
    reference = forged.find(f".//{DS}Reference")
    assert reference is not None
    reference.set("URI", "#doc")

    assert judge(engine, etree.tostring(forged))[0] != Outcome.VALID


def test_signed_properties_in_another_place_deceive_nobody(engine: DocumentEngine, signed: bytes) -> None:
    root = etree.fromstring(signed)
    holder = root.find(f".//{DS}Object")
    assert holder is not None
    root.append(holder)

    assert judge(engine, etree.tostring(root)) == (Outcome.INVALID, {"xml_wrapping"})


def test_two_elements_of_one_name_deceive_nobody(engine: DocumentEngine, signed: bytes) -> None:
    root = etree.fromstring(signed)
    properties = next(root.iter(f"{{{xmldsig.XADES}}}SignedProperties"))
    etree.SubElement(root, "note", {"Id": str(properties.get("Id"))})

    assert judge(engine, etree.tostring(root)) == (Outcome.INVALID, {"xml_wrapping"})


def test_certificate_of_somebody_else_is_found(engine: DocumentEngine, signed: bytes, pki: Pki) -> None:
    root = etree.fromstring(signed)
    element = root.find(f".//{DS}X509Certificate")
    assert element is not None
    element.text = xmldsig.wrap_text(pki.get_identity("vidin.sg").certificate)

    assert judge(engine, etree.tostring(root)) == (Outcome.INVALID, {"certificate_mismatch"})


def test_revoked_signer_is_named_although_the_mathematics_fit(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    result = sign_file(DATA, SignatureSpec(SignatureFormat.XADES, "order.xml"), "revoked")

    assert judge(engine, result.data) == (Outcome.INVALID, {"ades.revoked"})


def test_broken_files_get_a_verdict_and_never_a_crash(engine: DocumentEngine, signed: bytes) -> None:
    for position in range(0, len(signed), 97):
        broken = signed[:position] + b"#" + signed[position + 1 :]
        assert engine.validate(broken).outcome != Outcome.VALID or b"SignatureTimeStamp" not in broken
    for position in range(0, len(signed), 401):
        assert engine.validate(signed[:position]).outcome != Outcome.VALID


def test_signature_with_sha1_is_reported_as_weak(engine: DocumentEngine, pki: Pki) -> None:
    outcome, codes = judge(engine, make_weak_signature(pki))

    assert outcome != Outcome.VALID
    assert "weak_algorithm" in codes


def make_weak_signature(pki: Pki) -> bytes:
    """What an old program would have made; the value does not fit, the weakness is seen all the same."""
    certificate = pki.get_identity("vidin.governor").certificate
    weak = f'<ds:DigestMethod Algorithm="{xmldsig.DS}sha1"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>'
    strong = f'<ds:DigestMethod Algorithm="{xmldsig.DIGESTS["sha256"]}"/>'
    fingerprint = xmldsig.wrap_text(hashlib.sha256(certificate).digest())
    return f"""<a><ds:Signature xmlns:ds="{xmldsig.DS}" Id="s"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{xmldsig.EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{xmldsig.DS}rsa-sha1"/>
<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{xmldsig.ENVELOPED}"/></ds:Transforms>{weak}
<ds:Reference URI="#p" Type="{xmldsig.SIGNED_PROPERTIES}">{weak}</ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{xmldsig.wrap_text(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
<ds:Object><x:QualifyingProperties xmlns:x="{xmldsig.XADES}" Target="#s"><x:SignedProperties Id="p"><x:SignedSignatureProperties>
<x:SigningTime>2010-01-01T00:00:00Z</x:SigningTime><x:SigningCertificateV2><x:Cert><x:CertDigest>{strong}
<ds:DigestValue>{fingerprint}</ds:DigestValue></x:CertDigest></x:Cert></x:SigningCertificateV2></x:SignedSignatureProperties>
</x:SignedProperties></x:QualifyingProperties></ds:Object></ds:Signature></a>""".encode()
