"""What a program can honestly say of PDF/A-2b without a full validator: the marks, the colours, the fonts, nothing that is forbidden.

Not looked at: each operator of the page streams, the colour spaces that they use, the glyphs of each font.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

_FORBIDDEN = ("/JavaScript", "/JS", "/AA", "/EmbeddedFiles", "/XFA")
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def find_pdf_a_faults(data: bytes) -> list[str]:
    """Everything that stands against PDF/A-2b; an empty list when nothing was found."""
    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    faults = ["encrypted"] if "/Encrypt" in reader.trailer else []
    faults += [] if "/ID" in reader.trailer else ["no file identifier"]
    faults += _check_metadata(root)
    faults += _check_colours(root)
    faults += [f"forbidden {name}" for name in _FORBIDDEN if name in root or name in root.get("/Names", {})]
    faults += _check_opening(root.get("/OpenAction"))
    faults += [f"font {name} is not embedded" for name in sorted({name for page in reader.pages for name in _find_foreign_fonts(page)})]
    return faults


def _check_metadata(root: Any) -> list[str]:
    metadata = root.get("/Metadata")
    if metadata is None:
        return ["no metadata"]
    text = metadata.get_object().get_data()
    says = all(re.search(rb"pdfaid:%s(>|=\")%s[<\"]" % (name, value), text) for name, value in ((b"part", b"2"), (b"conformance", b"B")))
    return [] if says else ["does not say PDF/A-2b"]


def _check_colours(root: Any) -> list[str]:
    intents = [intent.get_object() for intent in root.get("/OutputIntents", ())]
    if not any(intent.get("/S") == "/GTS_PDFA1" and len(intent["/DestOutputProfile"].get_data()) > 128 for intent in intents):
        return ["no output intent with a colour profile"]
    return []


def _check_opening(action: Any) -> list[str]:
    """Showing a page when the file is opened is allowed, doing anything else is not."""
    action = action.get_object() if action is not None else None
    kind = action.get("/S") if isinstance(action, DictionaryObject) else None
    return [f"opens with {kind}"] if kind not in (None, "/GoTo") else []


def _find_foreign_fonts(page: Any) -> Iterator[str]:
    """Names of the fonts of a page, also of its forms, whose file is not in the document."""
    for font in _list_fonts(page.get("/Resources", DictionaryObject()).get_object(), 0):
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor", DictionaryObject()).get_object()
        if font.get("/Subtype") != "/Type3" and not any(name in descriptor for name in _FONT_FILES):
            yield str(font.get("/BaseFont"))


def _list_fonts(resources: Any, depth: int) -> Iterator[Any]:
    for font in resources.get("/Font", DictionaryObject()).get_object().values():
        yield font.get_object()
    if depth > 5:
        return
    for thing in resources.get("/XObject", DictionaryObject()).get_object().values():
        form = thing.get_object()
        if form.get("/Subtype") == "/Form":
            yield from _list_fonts(form.get("/Resources", DictionaryObject()).get_object(), depth + 1)
