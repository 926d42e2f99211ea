"""A page of a small PDF that we drew ourselves, put into another file as a form XObject."""

import re

from .pdf_plain import PlainPdf
from .pdf_revision import Revision, join_dictionary
from .pdf_syntax import NotPlainError, read_reference

_REFERENCES = re.compile(rb"(\d+) 0 R\b")
_STREAM = re.compile(rb">>\s*stream\r?\n")


def graft_page(revision: Revision, drawn: bytes, matrix: bytes = b"[1 0 0 1 0 0]") -> int:
    """Number of the XObject that shows the first page of `drawn`."""
    drawing = PlainPdf(drawn)
    _number, page = drawing.read_page(0)
    numbers: dict[int, int] = {}

    def take(number: int) -> int:
        if number not in numbers:
            numbers[number] = revision.add(b"null")
            head, content = _split(drawing.read_whole(number))
            revision.replace(numbers[number], _REFERENCES.sub(renumber, head) + content)
        return numbers[number]

    def renumber(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % take(int(found[1]))

    head, content = _split(drawing.read_whole(read_reference(page[b"Contents"])))
    if not content:
        raise NotPlainError("contents")
    values = {
        b"Type": b"/XObject",
        b"Subtype": b"/Form",
        b"BBox": page[b"MediaBox"],
        b"Matrix": matrix,
        b"Resources": _REFERENCES.sub(renumber, page[b"Resources"]),
    }
    # The head of the stream ends with ">>", which the values are put before.
    return revision.add(head.rstrip()[:-2] + join_dictionary(values)[2:] + content)


def _split(whole: bytes) -> tuple[bytes, bytes]:
    """Dictionary and stream of an object; only the former may hold references."""
    found = _STREAM.search(whole)
    return (whole[: found.start() + 2], whole[found.start() + 2 :]) if found else (whole, b"")
