"""What foreign engines say of an XML signature. They live in the workers only: Odoo's own lxml does not fit xmlsec."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from asn1crypto import pem
from cryptography.exceptions import InvalidSignature
from lxml.etree import LxmlError, tostring

from . import xmldsig
from .xml_reading import XmlSignature


def ask_signxml(data: bytes, signature: XmlSignature, files: Mapping[str, bytes]) -> bool | None:
    if xmldsig.has_instructions(xmldsig.parse(data)):
        # It forgets instructions beside the root, which are signed with the document.
        return None
    if signature.countersigned is not None:
        # It looks at the first signature of a document only; the other engine judges those inside.
        return None
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    class Verifier(XMLVerifier):
        """Its copies are made in ASCII otherwise, which breaks elements with Cyrillic names."""

        def _tostring(self, xml_node: Any, **kwargs: Any) -> bytes:
            return bytes(tostring(xml_node, **{"encoding": "UTF-8", **kwargs}))

    configuration = SignatureConfiguration(
        expect_references=len(signature.references),
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        location=".//",
        # Whether the certificate had ended is judged elsewhere; here only the bytes are.
        verification_time=signature.certificate.not_valid_before,
    )
    certificate = pem.armor("CERTIFICATE", signature.certificate.dump()).decode()
    try:
        Verifier().verify(data, x509_cert=certificate, expect_config=configuration, uri_resolver=lambda uri: files.get(unquote(uri)))
    except (SignXMLException, InvalidSignature, LxmlError, ValueError, KeyError, TypeError):
        return False
    return True


def ask_xmlsec(data: bytes, signature: XmlSignature, _files: Mapping[str, bytes]) -> bool | None:
    if not signature.is_enveloped:
        # It would open files by their names; the other engine judges those.
        return None
    import xmlsec

    tree = xmldsig.parse(data)
    (node,) = [item for item in xmldsig.find_signatures(tree) if item.get("Id") == signature.name]
    xmlsec.tree.add_ids(tree.getroot(), ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(signature.certificate.dump(), xmlsec.constants.KeyDataFormatCertDer)
    try:
        context.verify(node)
    except xmlsec.Error:
        return False
    return True


OPINIONS = (ask_xmlsec, ask_signxml)
