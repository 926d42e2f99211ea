import io
import shutil
from pathlib import Path

import pytest
from oa_docflow.adapters import office, office_pdf
from oa_docflow.core.errors import OfficeError
from oa_docflow.core.template_fields import get_sample
from pdf_a import find_pdf_a_faults
from pypdf import PdfReader

TEMPLATES = Path(__file__).resolve().parents[3] / "addons/oa_docflow/data/templates"
NEEDS_OFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")


@NEEDS_OFFICE
@pytest.mark.parametrize("name", ["letter.docx", "letter.odt"])
def test_a_shipped_template_becomes_pdf_a_with_its_fonts_inside(name):
    filled = office.fill((TEMPLATES / name).read_bytes(), get_sample())

    pdf = office_pdf.convert(filled, name.rpartition(".")[2])

    assert office_pdf.is_pdf_a(pdf)
    assert find_pdf_a_faults(pdf) == []
    assert "Община Белоградчик" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@NEEDS_OFFICE
def test_what_is_no_document_gives_no_pdf():
    with pytest.raises(OfficeError) as refused:
        office_pdf.convert(b"\x00\x01 no document", "docx")

    assert refused.value.code == "office_no_pdf"


def test_a_machine_without_libreoffice_names_the_package(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(OfficeError) as refused:
        office_pdf.convert(b"x", "docx")

    assert (refused.value.code, refused.value.detail) == ("office_missing", "libreoffice-writer-nogui")


def test_a_plain_pdf_is_no_pdf_a():
    assert not office_pdf.is_pdf_a(b"%PDF-1.7 without metadata")
