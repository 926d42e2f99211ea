"""PDF/A from HTML, without the network."""

from io import BytesIO

from oa_registry.adapters.pdf_renderer import render_pdf
from pypdf import PdfReader


def test_cyrillic_html_becomes_pdf_a():
    data = render_pdf("<h1>Потвърждение за получаване</h1>", "Потвърждение & опис <1>")
    reader = PdfReader(BytesIO(data))
    assert b"pdfaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.metadata.title == "Потвърждение & опис <1>"
    assert "Потвърждение за получаване" in reader.pages[0].extract_text()


def test_a_whole_page_is_taken_as_it_is():
    assert render_pdf("<html><body>Стр.</body></html>").startswith(b"%PDF-")


def test_nothing_is_fetched(caplog):
    render_pdf('<img src="file:///etc/hostname"><img src="http://192.0.2.1/x.png"><p>текст</p>')
    assert "fetching is not allowed" in caplog.text


def test_a_picture_inside_the_page_is_allowed():
    dot = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/%3E"
    assert render_pdf(f'<img src="{dot}">').startswith(b"%PDF-")
