"""Before anything is done with a file: is it a PDF that can be signed, and does it do nothing by itself?"""

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import ActiveContentError, EmptyPayloadError, EncryptedPdfError, MalformedPdfError, NotPdfError, PayloadTooHardError

MAX_OBJECTS = 300_000
_ACTIVE_ACTIONS = {"/JavaScript": "javascript", "/Launch": "launch", "/ImportData": "import_data"}


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
    if "/JS" in dictionary or "/JavaScript" in dictionary:
        return "javascript"
    if "/XFA" in dictionary:
        return "xfa"
    return _ACTIVE_ACTIONS.get(str(dictionary["/S"]), "") if "/S" in dictionary else ""
