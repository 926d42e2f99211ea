"""PDF/A from HTML, without the network."""

from io import BytesIO

from oa_registry.adapters.pdf_renderer import render_pdf
from pdf_a import find_pdf_a_faults
from pypdf import PdfReader, PdfWriter


def test_cyrillic_html_becomes_pdf_a():
    data = render_pdf("<h1>Потвърждение за получаване</h1>", "Потвърждение & опис <1>")
    reader = PdfReader(BytesIO(data))
    assert b"pdfaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.metadata.title == "Потвърждение & опис <1>"
    assert "Потвърждение за получаване" in reader.pages[0].extract_text()


def test_nothing_is_found_against_pdf_a():
    assert (
        find_pdf_a_faults(render_pdf("<h1>Заповед</h1><p><b>Текст</b> с <i>курсив</i> и таблица</p><table><tr><td>1</td></tr></table>"))
        == []
    )


def test_what_stands_against_pdf_a_is_named():
    """The finder itself: a file that somebody has printed from elsewhere is not taken for one that lasts."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_js("app.alert(1)")
    writer.encrypt("x")
    data = BytesIO()
    writer.write(data)
    faults = find_pdf_a_faults(_open(data.getvalue()))

    assert {"no metadata", "no output intent with a colour profile", "forbidden /JavaScript"} <= set(faults)


def _open(data):
    """The same file without its password."""
    reader = PdfReader(BytesIO(data), password="x")
    opened = BytesIO()
    PdfWriter(clone_from=reader).write(opened)
    return opened.getvalue()


def test_a_whole_page_is_taken_as_it_is():
    assert render_pdf("<html><body>Стр.</body></html>").startswith(b"%PDF-")


def test_nothing_is_fetched(caplog):
    render_pdf('<img src="file:///etc/hostname"><img src="http://192.0.2.1/x.png"><p>текст</p>')
    assert "fetching is not allowed" in caplog.text


def test_a_picture_inside_the_page_is_allowed():
    dot = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/%3E"
    assert render_pdf(f'<img src="{dot}">').startswith(b"%PDF-")
