"""Files are judged by content."""

import hashlib

import pytest
from oa_registry.core.errors import FileRejectedError
from oa_registry.core.file_check import MEGABYTE, check_file

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def check(name, data, limit=50):
    return check_file(name, data, limit)


def test_facts_of_a_pdf():
    facts = check("писмо.pdf", PDF)
    assert facts.mimetype == "application/pdf"
    assert facts.size == len(PDF)
    assert facts.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("празен.pdf", b"", "file_empty"),
        (" ", PDF, "file_name"),
        ("писмо.pdf", b"hello", "file_not_pdf"),
        ("писмо.pdf", PDF[:40], "file_cut_pdf"),
        ("писмо.pdf", PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R"), "file_encrypted"),
        ("без име", PDF.replace(b"/Root 1 0 R", b"/Encrypt << /Filter /Standard >>"), "file_encrypted"),
        ("голям.pdf", PDF + b"\0" * MEGABYTE, "file_too_big"),
        ("вирус.exe", b"text", "file_program"),
        ("вирус.docx", b"MZ\x90\x00", "file_program"),
    ],
)
def test_what_must_not_be_stored_is_refused(name, data, code):
    with pytest.raises(FileRejectedError) as caught:
        check(name, data, limit=1)
    assert caught.value.code == code


def test_the_error_tells_size_and_limit():
    with pytest.raises(FileRejectedError) as caught:
        check("голям.bin", b"\0" * (MEGABYTE + MEGABYTE // 2), limit=1)
    assert caught.value.values == {"name": "голям.bin", "size": "1,5", "limit": "1"}


@pytest.mark.parametrize(
    ("name", "data", "mimetype"),
    [
        ("без разширение", PDF, "application/pdf"),
        ("снимка.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20, "image/jpeg"),
        ("скан.tif", b"II*\x00" + b"0" * 20, "image/tiff"),
        ("писмо.docx", b"PK\x03\x04" + b"0" * 20, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("архив.zip", b"PK\x03\x04" + b"0" * 20, "application/zip"),
        ("заявление.xml", b"<?xml version='1.0'?><a/>", "application/xml"),
        ("бележка.txt", "Уважаеми".encode() * 2000, "text/plain"),
        ("данни.bin", b"\x00\x01\x02", "application/octet-stream"),
        ("данни.bin", b"\xff\xfe\xfd", "application/octet-stream"),
    ],
)
def test_the_type_is_told_by_content(name, data, mimetype):
    assert check(name, data).mimetype == mimetype
