"""The parts of a DOCX or ODT: which XML holds text, and what must not be inside."""

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

from ..core.errors import OfficeError

DOCX, ODT = "docx", "odt"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_PARTS, _MOST_BYTES = 2000, 100 << 20
_TEXT_PARTS = {
    DOCX: re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml"),
    ODT: re.compile(r"(content|styles)\.xml"),
}
_MACRO_NAMES = re.compile(r"(^|/)(vbaProject|vbaData|vbaProjectSignature)[^/]*$|^(Basic|Scripts)/.+[^/]$|(^|/)activeX/", re.IGNORECASE)
# LibreOffice leaves an empty list of libraries in every ODT.
_EMPTY_LISTS = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")
_EMBEDDED_NAMES = re.compile(r"^word/embeddings/.+|(^|/)Object \d+/|(^|/)ObjectReplacements/.+", re.IGNORECASE)
_MACRO_WORDS = (b"macroEnabled", b"vnd.ms-office.vbaProject", b"vnd.ms-word.keyMapCustomizations")
_RELATION = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
_HARMLESS_RELATION = re.compile(rb"relationships/hyperlink\"")
_OUTSIDE_FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b")
_OUTSIDE_ODT = re.compile(
    rb"<(?:draw:image|draw:object|draw:object-ole|draw:plugin|draw:applet|text:section-source|form:\w+)\b[^>]*"
    rb"xlink:href=\"(?:[a-z][a-z0-9+.-]*:|/|\.\.)", re.IGNORECASE,
)  # fmt: skip
_SCRIPT_ODT = re.compile(rb"<(?:script:event-listener|office:event-listeners|text:script|text:execute-macro|office:dde-source)\b")


@dataclass(frozen=True)
class Document:
    """An opened DOCX or ODT."""

    kind: str
    parts: dict[str, bytes]
    order: tuple[zipfile.ZipInfo, ...]

    def list_text_parts(self) -> list[str]:
        """The names of the parts with text that people read."""
        return [name for name in self.parts if _TEXT_PARTS[self.kind].fullmatch(name)]

    def pack(self, changed: dict[str, bytes]) -> bytes:
        """The document again, with these parts in the place of the old ones."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self.order:
                name = info.filename
                # The type of an ODT stands first and uncompressed.
                method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name, info.date_time), changed.get(name, self.parts[name]), method)
        return target.getvalue()


def open_document(data: bytes) -> Document:
    """Refuse what is no document, what is too big, and what brings programs or reaches outside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise OfficeError("office_too_big")
            if any(info.flag_bits & 1 for info in infos):
                raise OfficeError("office_encrypted")
            parts = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise OfficeError("office_damaged") from error
    document = Document(_tell_kind(parts), parts, tuple(infos))
    _refuse_programs(document)
    _refuse_outside(document)
    return document


def parse(data: bytes) -> etree._Element:
    """XML without entities and without the network."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise OfficeError("office_damaged")
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise OfficeError("office_damaged") from error


def _tell_kind(parts: dict[str, bytes]) -> str:
    if "word/document.xml" in parts and "[Content_Types].xml" in parts:
        return DOCX
    if "content.xml" in parts and parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.text"):
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise OfficeError("office_encrypted")
        return ODT
    raise OfficeError("office_other_type")


def _refuse_programs(document: Document) -> None:
    types = document.parts.get("[Content_Types].xml", b"")
    names = [name for name in document.parts if _MACRO_NAMES.search(name) and not name.endswith(_EMPTY_LISTS)]
    scripts = document.kind == ODT and any(_SCRIPT_ODT.search(document.parts[name]) for name in document.list_text_parts())
    if names or scripts or any(word in types for word in _MACRO_WORDS):
        raise OfficeError("office_macros")
    if any(_EMBEDDED_NAMES.search(name) for name in document.parts):
        raise OfficeError("office_embedded")


def _refuse_outside(document: Document) -> None:
    for name, data in document.parts.items():
        if name.endswith(".rels"):
            for relation in _RELATION.findall(data):
                if b'TargetMode="External"' in relation and not _HARMLESS_RELATION.search(relation):
                    raise OfficeError("office_outside")
    for name in document.list_text_parts():
        if _reaches_outside(document.kind, document.parts[name]):
            raise OfficeError("office_outside")


def _reaches_outside(kind: str, data: bytes) -> bool:
    if kind == ODT:
        return bool(_OUTSIDE_ODT.search(data))
    root = parse(data)
    codes = "".join(element.text or "" for element in root.iter(f"{_W}instrText"))
    codes += " " + " ".join(element.get(f"{_W}instr", "") for element in root.iter(f"{_W}fldSimple"))
    return bool(_OUTSIDE_FIELD.search(codes))
