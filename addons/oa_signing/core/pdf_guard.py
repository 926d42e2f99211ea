"""Before anything is done with a file: is it a PDF that can be signed, and does it do nothing by itself?"""

import re
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from . import pdf_contents
from .errors import ActiveContentError, EmptyPayloadError, EncryptedPdfError, MalformedPdfError, NotPdfError, PayloadTooHardError
from .pdf_plain import PlainPdf
from .pdf_syntax import NotPlainError

MAX_OBJECTS = 300_000
# What acts, shows something from elsewhere or hides something: in an action, an annotation or a file specification.
_ACTIVE_KEYS = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "xfa",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/RichMediaContent": "media",
    "/Ref": "external",
    "/OPI": "external",
    "/FFilter": "external",
}
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "import_data",
    "/SubmitForm": "submit",
    "/ResetForm": "submit",
    "/GoToR": "external",
    "/GoToE": "external",
    "/Thread": "external",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
    "/GoTo3DView": "media",
    "/Hide": "hidden",
    "/SetOCGState": "hidden",
}
_ANNOTATIONS = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
}
_TYPES = {"/EmbeddedFile": "embedded", "/Filespec": "external", "/F": "external"}
_ACTIVE_VALUES = {"/S": _ACTIONS, "/Subtype": _ANNOTATIONS, "/Type": _TYPES, "/FS": {"/URL": "external"}}
_NAMES = sorted({key[1:] for table in (_ACTIVE_KEYS, _ACTIONS, _ANNOTATIONS, _TYPES) for key in table} - {"F"} | {"FS", "AF"})
# A name that is written with escapes, or /F with a file instead of flags, is looked at thoroughly, too.
_SUSPICIOUS = re.compile(
    rb"/(?:(?:%s)(?![^\s/<>\[\](){}%%])|[^\s/<>\[\](){}%%]*#|F\s*(?:\(|<|/|\d+\s+\d+\s+R))" % "|".join(_NAMES).encode()
)


def check_header(data: bytes) -> None:
    if not data:
        raise EmptyPayloadError()
    # Readers accept some bytes before the header; signatures need it at the very start.
    if not data.startswith(b"%PDF-"):
        raise NotPdfError()


def open_pdf(data: bytes) -> PdfFileReader:
    """A reader of a sound, unencrypted PDF, or the error that says what is wrong."""
    check_header(data)
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        if reader.encrypted:
            raise EncryptedPdfError()
        if "/Pages" not in reader.root:
            raise MalformedPdfError("no pages")
        pdf_contents.read_ahead(reader, data)
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise MalformedPdfError(str(error)) from error
    return reader


def check_signable(data: bytes) -> int:
    """Number of pages of a file that may be signed."""
    reader = open_pdf(data)
    found = find_active_content(reader)
    if found:
        raise ActiveContentError(found, what=found)
    try:
        return int(reader.root["/Pages"]["/Count"])
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise MalformedPdfError(str(error)) from error


def check_plain(pdf: PlainPdf) -> None:
    """The same question for the quick reader, which sees names only: any doubt is for the thorough one."""
    if _SUSPICIOUS.search(b"\n".join(pdf.read_heads())):
        raise NotPlainError("suspicious name")


def find_active_content(reader: PdfFileReader) -> str:
    """Name of the first thing in the file that acts by itself, or an empty text."""
    seen: set[tuple[int, int]] = set()
    stack: list[Any] = [reader.trailer_view]
    while stack:
        current = stack.pop()
        if isinstance(current, generic.IndirectObject):
            key = (current.idnum, current.generation)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > MAX_OBJECTS:
                raise PayloadTooHardError("objects")
            current = _resolve(current)
        if isinstance(current, generic.DictionaryObject):
            if found := _name_active(current):
                return found
            stack.extend(current.raw_get(name) for name in current)
        elif isinstance(current, generic.ArrayObject):
            stack.extend(current.raw_get(index) for index in range(len(current)))
    return ""


def _resolve(reference: generic.IndirectObject) -> Any:
    try:
        return reference.get_object()
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise MalformedPdfError(str(error)) from error


def _name_active(dictionary: generic.DictionaryObject) -> str:
    for key, what in _ACTIVE_KEYS.items():
        if key in dictionary:
            return what
    if isinstance(dictionary, generic.StreamObject) and "/F" in dictionary:
        return "external"
    for key in ("/S", "/Subtype", "/Type", "/FS"):
        value = dictionary.raw_get(key) if key in dictionary else None
        value = _resolve(value) if isinstance(value, generic.IndirectObject) else value
        if isinstance(value, str) and value in _ACTIVE_VALUES[key]:
            return _ACTIVE_VALUES[key][value]
    return ""
