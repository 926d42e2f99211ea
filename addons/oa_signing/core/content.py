"""What a file is, told by its bytes and never by its name."""

from enum import StrEnum

from .specs import SignatureFormat

ASIC_E = "application/vnd.etsi.asic-e+zip"
ASIC_S = "application/vnd.etsi.asic-s+zip"
_CMS_OID = bytes.fromhex("06092a864886f70d0107 02")
_BOXES = (SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES)
_XMLDSIG = b"http://www.w3.org/2000/09/xmldsig#"
_BOMS = (b"\xef\xbb\xbf",)


class Content(StrEnum):
    """Kinds of files that matter for signing."""

    PDF = "pdf"
    XML = "xml"
    CMS = "cms"
    CONTAINER = "container"
    OTHER = "other"


def detect(data: bytes) -> Content:
    if data.startswith(b"%PDF-"):
        return Content.PDF
    if data.startswith(b"PK\x03\x04"):
        return Content.CONTAINER if read_container_type(data) else Content.OTHER
    if data[:1] == b"\x30" and _CMS_OID in data[:40]:
        return Content.CMS
    head = data[3:200] if data.startswith(_BOMS) else data[:200]
    return Content.XML if head.lstrip().startswith(b"<") and _looks_like_xml(head.lstrip()) else Content.OTHER


def suggest_formats(data: bytes) -> list[SignatureFormat]:
    """Formats that fit the file, the usual one first."""
    boxes = list(_BOXES)
    beside = [SignatureFormat.CADES, SignatureFormat.XADES_DETACHED]
    match detect(data):
        case Content.PDF:
            return [SignatureFormat.PADES, *beside, *boxes]
        case Content.XML if _XMLDSIG not in data and b"<!DOCTYPE" not in data:
            return [SignatureFormat.XADES, *beside, *boxes]
        case Content.CONTAINER:
            return boxes
    return [*beside, *boxes]


def read_container_type(data: bytes) -> str:
    """The type that a container declares; an empty text for any other ZIP."""
    # It has to be the first member, stored as it is, so that it is read without unpacking anything.
    for kind in (ASIC_E, ASIC_S):
        if data[30:120].startswith(b"mimetype" + kind.encode()) and data[8:10] == b"\0\0":
            return kind
    return ""


def name_result(file_name: str, kind: SignatureFormat, number: int = 1) -> str:
    """Name of what signing gives; what lies beside the file is named after it, and further ones are numbered."""
    if kind in _BOXES:
        return f"{file_name.rsplit('.', 1)[0]}.asice"
    if not kind.is_detached:
        return file_name
    mark = f"-{number}" if number > 1 else ""
    return f"{file_name}{mark}.p7s" if kind == SignatureFormat.CADES else f"{file_name}{mark}.xades.xml"


def get_mime_type(kind: SignatureFormat) -> str:
    """What the result of signing is for a browser."""
    if kind in _BOXES:
        return ASIC_E
    return {SignatureFormat.PADES: "application/pdf", SignatureFormat.CADES: "application/pkcs7-signature"}.get(kind, "application/xml")


def _looks_like_xml(head: bytes) -> bool:
    if head[:14].lower().startswith((b"<!doctype html", b"<html")):
        return False
    return head[1:2] in b"?!_" or head[1:2].isalpha() or head[1] >= 0x80


def may_be_signed(data: bytes) -> bool:
    """A quick look whether a check has something to look at; in doubt yes."""
    match detect(data):
        case Content.PDF:
            return b"/ByteRange" in data or b"/ObjStm" in data
        case Content.XML:
            return _XMLDSIG in data
        case Content.CMS | Content.CONTAINER:
            return True
    return False
