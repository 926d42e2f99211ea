"""A file is what its bytes say; a name that says something else is refused."""

import io
import zipfile

import pytest
from oa_registry.core.errors import FileRejectedError
from oa_registry.core.file_check import check_file

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
PNG, JPEG, OLE = b"\x89PNG\r\n\x1a\n000", b"\xff\xd8\xff\xe0000", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1000"
MAIL = "Return-Path: <a@example.com>\r\nFrom: Рада <a@example.com>\r\nSubject: Жалба\r\n\r\nМоля".encode("cp1251")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


def make_zip(*names: str, first: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "x" * 500)
    return buffer.getvalue()


def tell(name: str, data: bytes) -> str:
    return check_file(name, data, 50).mimetype


@pytest.mark.parametrize(
    ("name", "data", "mimetype"),
    [
        ("писмо.docx", make_zip("[Content_Types].xml", "word/document.xml"), DOCX),
        ("без име", make_zip("[Content_Types].xml", "word/document.xml"), DOCX),
        ("писмо.odt", make_zip("content.xml", first=ODT), ODT),
        ("архив.zip", make_zip("word.txt"), "application/zip"),
        ("подписан.asice", make_zip("писмо.pdf", first="application/vnd.etsi.asic-e+zip"), "application/vnd.etsi.asic-e+zip"),
        ("писмо.eml", MAIL, "message/rfc822"),
        ("без име", MAIL, "message/rfc822"),
        ("бележка.txt", "Уважаеми".encode("cp1251"), "text/plain"),
        ("бележка.txt", "Относно: среща\n\nОт: Рада".encode(), "text/plain"),
        ("таблица.csv", "имот;площ".encode("cp1251"), "text/csv"),
        ("стар.doc", OLE, "application/msword"),
        ("стар.doc", b"{\\rtf1 text}", "application/rtf"),
        ("страница.html", b"<!DOCTYPE html><p>x", "text/html"),
        ("данни.xml", b"<?xml version='1.0'?><a/>", "application/xml"),
    ],
)
def test_the_type_comes_from_the_content(name: str, data: bytes, mimetype: str) -> None:
    assert tell(name, data) == mimetype


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("снимка.png", JPEG),
        ("снимка.jpg", b"just words"),
        ("писмо.docx", JPEG),
        ("писмо.docx", PDF),
        ("писмо.docx", make_zip("xl/workbook.xml")),
        ("таблица.xlsx", make_zip("word/document.xml")),
        ("писмо.doc", PNG),
        ("писмо.msg", b"words"),
        ("архив.zip", b"words"),
        ("бележка.txt", PNG),
        ("писмо.eml", OLE),
    ],
)
def test_a_name_that_promises_something_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FileRejectedError) as caught:
        tell(name, data)
    assert caught.value.code == "file_other_type"


@pytest.mark.parametrize("data", [b"MZ\x90", b"\x7fELF\x02", b"#!/bin/sh\nrm", b"\xca\xfe\xba\xbe"])
def test_a_program_is_refused_under_any_name(data: bytes) -> None:
    with pytest.raises(FileRejectedError) as caught:
        tell("молба.txt", data)
    assert caught.value.code == "file_program"


def test_an_archive_with_a_million_entries_is_not_opened() -> None:
    data = b"PK\x03\x04" + b"PK\x01\x02" * 5_000_000
    assert tell("архив.zip", data) == "application/zip"
