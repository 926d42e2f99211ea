"""PDF files for tests, made on the spot."""

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
