"""PDF files for tests, made on the spot."""

import zlib
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter as PdfWriter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def make_pdf(text: str = "Certificate", password: str = "", pages: int = 1) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password) if password else None, pageCompression=0)
    for _number in range(pages):
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_active_pdf(action: str) -> bytes:
    """A PDF that does something when it is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(make_pdf()))
    kind = generic.pdf_name("/JavaScript" if action == "javascript" else "/Launch")
    dictionary = generic.DictionaryObject({generic.pdf_name("/S"): kind})
    if action == "javascript":
        dictionary[generic.pdf_name("/JS")] = generic.pdf_string("app.alert(1)")
    writer.root[generic.pdf_name("/OpenAction")] = writer.add_object(dictionary)
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def append_annotation(data: bytes) -> bytes:
    """The same file with a note put over the page after signing."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("10 000"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 690, 300, 720))),
        }
    )
    annotations = page.raw_get("/Annots") if "/Annots" in page else generic.ArrayObject()
    annotations = annotations.get_object() if isinstance(annotations, generic.IndirectObject) else annotations
    annotations.append(writer.add_object(note))
    page[generic.pdf_name("/Annots")] = annotations
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def make_stream_pdf(text: str = "Certificate") -> bytes:
    """A PDF whose table is a stream and whose objects lie in object streams."""
    writer = PdfWriter()
    first = PdfFileReader(BytesIO(make_pdf(text)))
    page = writer.import_object(first.root["/Pages"]["/Kids"][0], obj_stream=None)
    del page["/Parent"]
    objects = writer.prepare_object_stream()
    for name in list(page):
        if name == "/Resources":
            page[name] = writer.add_object(page[name], obj_stream=objects)
    writer.insert_page(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def make_hiding_pdf(entry: str, *, is_packed: bool = False) -> bytes:
    """A small PDF whose root has one more entry, by itself or inside an object stream."""
    root = f"<< /Type /Catalog /Pages 2 0 R {'/Hidden 5 0 R' if is_packed else entry} >>"
    objects = {1: root, 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"}
    if is_packed:
        return _pack(objects, f"<< {entry} >>")
    parts, places = [b"%PDF-1.7\n"], {}
    for number, value in objects.items():
        places[number] = sum(map(len, parts))
        parts.append(f"{number} 0 obj\n{value}\nendobj\n".encode())
    start = sum(map(len, parts))
    rows = "".join(f"{place:010} 00000 n \n" for place in places.values())
    tail = f"xref\n0 4\n0000000000 65535 f \n{rows}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return b"".join([*parts, tail.encode()])


def _pack(objects: dict[int, str], hidden: str) -> bytes:
    parts, places = [b"%PDF-1.7\n"], {}
    content = zlib.compress(f"5 0 {hidden}".encode())
    packed = f"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(content)} >>\nstream\n".encode() + content
    values = {**{number: value.encode() for number, value in objects.items()}, 4: packed + b"\nendstream"}
    for number, value in values.items():
        places[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, value))
    start = sum(map(len, parts))
    rows = [(0, 0, 65535), *((1, places[number], 0) for number in (1, 2, 3, 4)), (2, 4, 0), (1, start, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + index.to_bytes(2, "big") for kind, place, index in rows)
    head = f"<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length {len(table)} >>".encode()
    parts.append(b"6 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, table, start))
    return b"".join(parts)
