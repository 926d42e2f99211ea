"""XML as far as signatures need it: read without entities, DTD and network; canonical bytes; names of algorithms."""

import base64
from io import BytesIO
from typing import TypeAlias

from lxml import etree

from .errors import MalformedXmlError, UnsafeXmlError

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = f"{DS}base64"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_COMMENTS = "#WithComments"
_XMLENC, _MORE = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2001/04/xmldsig-more#"

DIGESTS = {"sha1": f"{DS}sha1", "sha256": f"{_XMLENC}sha256", "sha384": f"{_MORE}sha384", "sha512": f"{_XMLENC}sha512"}
METHODS = {
    ("rsa", "sha1"): f"{DS}rsa-sha1",
    **{
        (key, digest): f"{_MORE}{name}-{digest}"
        for key, name in (("rsa", "rsa"), ("ec", "ecdsa"))
        for digest in ("sha256", "sha384", "sha512")
    },
}
DIGEST_OF = {uri: name for name, uri in DIGESTS.items()}
METHOD_OF = {uri: names for names, uri in METHODS.items()}

Element: TypeAlias = etree._Element
Tree: TypeAlias = etree._ElementTree


def parse(data: bytes) -> Tree:
    """The document; whoever uses a DTD or entities is refused, since what it says could come from elsewhere."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False)
    try:
        tree: Tree = etree.parse(BytesIO(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedXmlError(str(error)) from error
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:  # type: ignore[attr-defined]  # the stubs lack it
        raise UnsafeXmlError("doctype")
    return tree


def serialize(tree: Tree) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def canonicalize(node: Element | Tree, method: str = EXCLUSIVE) -> bytes:
    """Canonical bytes by the method's name; 1.1 differs from 1.0 only for xml:id and xml:base, which are refused before."""
    base = method.removesuffix(_COMMENTS).removesuffix("WithComments") if method.endswith("WithComments") else method
    if base not in (C14N, C14N_11, EXCLUSIVE):
        raise ValueError(f"canonicalization {method}")
    with_comments = method.endswith("WithComments")
    return etree.tostring(node, method="c14n", exclusive=base == EXCLUSIVE, with_comments=with_comments)


def has_instructions(tree: Tree) -> bool:
    """Beside the root, for example a style sheet: it decides what people see of the document."""
    root = tree.getroot()
    beside = (*root.itersiblings(), *root.itersiblings(preceding=True))
    return any(isinstance(item, etree._ProcessingInstruction) for item in beside)


def find_signatures(tree: Tree) -> list[Element]:
    return list(tree.getroot().iter(f"{{{DS}}}Signature"))


def find_top_signatures(tree: Tree) -> list[Element]:
    """Without those that lie in another one's unsigned properties as its countersignatures."""
    found = find_signatures(tree)
    counter = {item for signature in found for item in find_countersignatures(signature)}
    return [item for item in found if item not in counter]


def find_countersignatures(signature: Element) -> list[Element]:
    return [item for holder in find_unsigned(signature, "CounterSignature") for item in holder.findall(ds("Signature"))]


def find_unsigned(signature: Element, name: str) -> list[Element]:
    """Unsigned properties of this very signature, not of one inside it."""
    path = (ds("Object"), xades("QualifyingProperties"), xades("UnsignedProperties"), xades("UnsignedSignatureProperties"), xades(name))
    return signature.findall("/".join(path))


def ds(name: str) -> str:
    return f"{{{DS}}}{name}"


def xades(name: str) -> str:
    return f"{{{XADES}}}{name}"


def decode_text(element: Element | None) -> bytes:
    """Bytes of a base64 element; ValueError when there is none or it is no base64."""
    if element is None or element.text is None:
        raise ValueError("empty")
    return base64.b64decode("".join(element.text.split()), validate=True)


def wrap_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
