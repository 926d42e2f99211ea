"""The long hexadecimal strings that hold signatures in a PDF, read at once: the library reads them byte by byte.

Half of what reading a signed letter costs went there. Only a signature dictionary of the plainest kind is taken; its
other values are still read by the library, and whatever is unusual is left to the library alone.
"""

import binascii
import re
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

MAX_COUNT = 200
_MAX_HEAD, _MAX_TAIL = 2048, 8192
_LONG = re.compile(rb"/Contents\s*<[0-9A-Fa-f]{2000}")
_HEAD = re.compile(rb"(?:^|\s)(\d{1,10})\s+(\d{1,5})\s+obj\Z")
_STRING = rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>"
_STRINGS = re.compile(_STRING, re.DOTALL)
# Whole strings apart, nothing before the contents may open another value: there the name could be text.
_PLAIN_VALUES = re.compile(rb"\s*<<(?:[^<>()%#]|" + _STRING + rb")*\Z", re.DOTALL)


def read_ahead(reader: PdfFileReader, data: bytes) -> None:
    """Put the signature dictionaries of the file into the reader's memory, as it would have read them."""
    for number, found in enumerate(_LONG.finditer(data)):
        if number == MAX_COUNT:
            return
        try:
            _read(reader, data, data.index(b"<", found.start()))
        except (PdfError, ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
            # The library says what is wrong with it, when it comes there.
            continue


def _read(reader: PdfFileReader, data: bytes, start: int) -> None:
    place, head = _find_object(data, start)
    end = data.index(b">", start)
    digits = data[start + 1 : end]
    value = generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    number, generation = int(head[1]), int(head[2])
    reference = generic.Reference(number, generation, reader)
    # The object that counts in the newest revision, not one that merely looks like it.
    is_known = reader.cache_get_indirect_object(generation, number) is not None
    if is_known or reader.xrefs[reference] != place or reader.encrypted or reader.strict:
        return
    tail = data[end : data.index(b"endobj", end, end + _MAX_TAIL) + len(b"endobj\n")]
    stream = BytesIO(data[data.index(b"obj", place) + len(b"obj") : start + 1].lstrip() + tail)
    dictionary = generic.read_object(stream, reference)
    rest = stream.read().split()
    if type(dictionary) is not generic.DictionaryObject or rest != [b"endobj"] or dictionary.raw_get("/Contents") != "":
        return
    dictionary[generic.pdf_name("/Contents")] = value
    reader.cache_indirect_object(generation, number, dictionary)


def _find_object(data: bytes, start: int) -> tuple[int, re.Match[bytes]]:
    """Where the object begins whose contents begin at `start`, and its two numbers."""
    word = data.rindex(b"obj", max(0, start - _MAX_HEAD), start)
    before = max(0, word - 20)
    head, values = _HEAD.search(data[before : word + len(b"obj")]), data[word + len(b"obj") : start]
    names = _STRINGS.sub(b"", values)
    is_first = names.count(b"/Contents") == 1 and names.count(b"[") == names.count(b"]")
    if head is None or not is_first or not _PLAIN_VALUES.match(values):
        raise ValueError("not plain")
    return before + head.start(1), head
