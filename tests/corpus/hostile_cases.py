"""Files made to exhaust whoever reads them: bombs, depth, crowds. Each ends in a verdict within bounded time and memory."""

import zlib
from collections.abc import Iterator
from io import BytesIO

from case import INVALID, UNKNOWN, VALID, Case
from papers import make_pdf
from people import Signers
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

_SIDE = 40_960
_BLOCK = 1 << 20


def make_hostile_cases(signers: Signers) -> Iterator[Case]:
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    yield Case("pdf of nested arrays", deep, INVALID)
    yield Case("pdf of zeros", b"%PDF-1.7\n" + b"\0" * 1_000_000, INVALID)
    yield Case("pdf protected with a password", make_pdf(password="secret"), UNKNOWN, "payload.encrypted")
    # A picture is part of what was signed, and nobody has to unpack it for that.
    yield Case("pdf with a huge image", signers.sign(make_picture_pdf()), VALID)
    signed = signers.sign(make_pdf())
    yield Case("pdf whose table is a bomb", make_table_bomb(), INVALID, "payload.malformed")
    yield Case("pdf of 10,000 signatures", crowd(signed, 10_000), UNKNOWN, "payload.too_hard")
    yield Case("pdf of nested fields", nest_fields(signed, 5_000), UNKNOWN, "payload.too_hard")
    yield Case("pdf of nested pages", nest_pages(5_000), UNKNOWN, "no_signature")


def make_bomb(size: int) -> bytes:
    """Zeros, packed twice: a gigabyte becomes a few kilobytes. One block is made and repeated, so making it takes no time."""
    engine = zlib.compressobj(9, wbits=-15)
    block = engine.compress(bytes(_BLOCK)) + engine.flush(zlib.Z_FULL_FLUSH)
    total, count = 1, size // _BLOCK
    for _part in range(count):
        total = zlib.adler32(bytes(_BLOCK), total)
    return zlib.compress(b"\x78\xda" + block * count + b"\x03\x00" + total.to_bytes(4, "big"), 9)


def make_picture_pdf() -> bytes:
    """A page with a picture of 1.6 gigabytes."""
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, "Picture")
    canvas.save()
    writer = IncrementalPdfFileWriter(BytesIO(buffer.getvalue()))
    filters = generic.ArrayObject([generic.pdf_name("/FlateDecode")] * 2)
    values = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}
    image = generic.StreamObject({generic.pdf_name(key): generic.pdf_name(value) for key, value in values.items()})
    for key, number in (("/Width", _SIDE), ("/Height", _SIDE), ("/BitsPerComponent", 8)):
        image[generic.pdf_name(key)] = generic.NumberObject(number)
    image[generic.pdf_name("/Filter")] = filters
    image._encoded_data = make_bomb(_SIDE * _SIDE)
    page = writer.root["/Pages"]["/Kids"][0]
    pictures = generic.DictionaryObject({generic.pdf_name("/Im1"): writer.add_object(image)})
    page["/Resources"][generic.pdf_name("/XObject")] = pictures
    writer.update_container(page["/Resources"])
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def make_table_bomb() -> bytes:
    """The table of the objects itself unpacks to a gigabyte."""
    content = make_bomb(1 << 30)
    head = b"<< /Type /XRef /Size 3 /W [1 4 2] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length %d >>" % len(content)
    start = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    return start + b"3 0 obj\n" + head + b"\nstream\n" + content + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(start)


def crowd(signed: bytes, count: int) -> bytes:
    """So many fields that all show the one signature."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    form = writer.root["/AcroForm"]
    value = form["/Fields"][0].raw_get("/V")
    for number in range(count):
        values = {"/FT": generic.pdf_name("/Sig"), "/T": generic.pdf_string(f"Crowd{number}"), "/V": value}
        field = generic.DictionaryObject({generic.pdf_name(key): item for key, item in values.items()})
        form["/Fields"].append(writer.add_object(field))
    return _write(writer, form)


def nest_fields(signed: bytes, depth: int) -> bytes:
    """A field in a field in a field."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    form = writer.root["/AcroForm"]
    inner = None
    for number in range(depth):
        field = generic.DictionaryObject({generic.pdf_name("/T"): generic.pdf_string(f"Depth{number}")})
        if inner is not None:
            field[generic.pdf_name("/Kids")] = generic.ArrayObject([inner])
        inner = writer.add_object(field)
    form["/Fields"].append(inner)
    return _write(writer, form)


def _write(writer: IncrementalPdfFileWriter, form: generic.DictionaryObject) -> bytes:
    writer.update_container(form["/Fields"])
    writer.update_container(form)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def nest_pages(depth: int) -> bytes:
    """A tree of pages that goes down and never apart."""
    data, rows = bytearray(b"%PDF-1.7\n"), []
    for number in range(1, depth + 1):
        rows.append(f"{len(data):010} 00000 n \n")
        value = "<< /Type /Catalog /Pages 2 0 R >>" if number == 1 else f"<< /Type /Pages /Kids [{number + 1} 0 R] /Count 1 >>"
        data += f"{number} 0 obj\n{value}\nendobj\n".encode()
    table = f"xref\n0 {depth + 1}\n0000000000 65535 f \n{''.join(rows)}"
    tail = f"trailer\n<< /Size {depth + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return bytes(data) + (table + tail).encode()
