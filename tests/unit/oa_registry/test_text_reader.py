"""The text of files that nobody vouches for: it comes, or a reason comes, and always in time."""

import io
import shutil
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from oa_registry.adapters import text_reader, text_worker
from oa_registry.adapters.text_reader import Reading, read, recognise

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
WORD = '<w:document xmlns:w="w"><w:body>%s</w:body></w:document>'


def write_zip(path: Path, **parts: str) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return str(path)


def write_pdf(pages: int, text: str = "") -> bytes:
    """A PDF of many pages that all show the same line."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + b" ".join(b"%d 0 R" % (number + 5) for number in range(pages)) + b"] /Count %d >>" % pages,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            for _number in range(pages)
        ],
    ]
    data, offsets = io.BytesIO(b"%PDF-1.7\n"), []
    data.seek(0, io.SEEK_END)
    for number, item in enumerate(objects, 1):
        offsets.append(data.tell())
        data.write(b"%d 0 obj\n%s\nendobj\n" % (number, item))
    start = data.tell()
    data.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    data.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return data.getvalue()


def test_a_letter_in_docx_is_read_with_its_header(tmp_path: Path) -> None:
    body, header = (WORD % f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("Заповед № 7", "Област Видин"))
    reading = read(
        write_zip(tmp_path / "a", word__document_xml=body, word__header1_xml=header, word__styles_xml=WORD % "<w:t>стил</w:t>"), DOCX
    )
    assert reading.method == "read"
    assert reading.text.split() == ["Заповед", "№", "7", "Област", "Видин"]


def test_a_sheet_is_read_with_its_shared_strings_and_without_their_numbers(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "a",
        xl__sharedStrings_xml="<sst><si><t>Имоти</t></si></sst>",
        xl__worksheets__sheet1_xml='<worksheet><c t="s"><v>0</v></c><c><v>1250</v></c></worksheet>',
    )
    assert read(path, XLSX).text.split() == ["Имоти", "1250"]


def test_a_text_in_odt_is_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a", content_xml='<o xmlns:t="t"><t:p>Становище на отдела</t:p></o>')
    assert read(path, ODT).text.split() == ["Становище", "на", "отдела"]


def test_an_archive_that_unpacks_to_gigabytes_ends_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    chunk = b" " * (1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as stream:
        stream.write(b"<w>")
        for _number in range(text_worker.MOST_UNPACKED // len(chunk) + 2):
            stream.write(chunk)
    assert path.stat().st_size < 2 << 20
    assert read(str(path), DOCX) == Reading(error="bomb")


def test_text_without_end_is_cut(tmp_path: Path) -> None:
    reading = read(write_zip(tmp_path / "a", word__document_xml=WORD % f"<w:t>{'дума ' * (text_worker.MOST_TEXT // 2)}</w:t>"), DOCX)
    assert len(reading.text) == text_worker.MOST_TEXT


@pytest.mark.parametrize("kind", [DOCX, "application/xml"])
def test_xml_with_entities_of_its_own_is_refused(tmp_path: Path, kind: str) -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;&c;</a>'
    path = write_zip(tmp_path / "a", word__document_xml=laughs) if kind == DOCX else str(tmp_path / "b")
    if kind != DOCX:
        Path(path).write_text(laughs, encoding="utf-8")
    assert read(path, kind) == Reading(error="entities")


def test_an_email_in_windows_1251_is_read_with_the_names_of_its_attachments(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Рада Пробна <rada@example.com>", "Жалба"
    message.set_content("Моля за становище.", charset="windows-1251")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="скица на имота.pdf")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    text = read(str(tmp_path / "a.eml"), "message/rfc822").text
    assert [word in text for word in ("Рада Пробна", "Относно: Жалба", "Моля за становище.", "Приложение: скица на имота.pdf")] == [
        True
    ] * 4


def test_an_email_with_an_unknown_charset_and_a_page_is_read(tmp_path: Path) -> None:
    body = "<p>Здравейте</p><script>alert('x')</script>".encode("cp1251")
    (tmp_path / "a.eml").write_bytes(b"Subject: x\r\nContent-Type: text/html; charset=x-nothing\r\n\r\n" + body)
    text = read(str(tmp_path / "a.eml"), "message/rfc822").text
    assert "Здравейте" in text
    assert "alert" not in text


def test_a_pdf_with_ten_thousand_pages_is_read_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(write_pdf(10_000, "Apostille of the regional administration, number 77 of this year"))
    began = time.monotonic()
    reading = read(str(path), "application/pdf")
    assert (reading.method, reading.pages) == ("read", 10_000)
    assert reading.text.count("Apostille") == text_worker.MOST_PAGES
    assert time.monotonic() - began < text_reader.READ_SECONDS


def test_a_pdf_without_letters_is_a_scan(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(write_pdf(2))
    assert read(str(tmp_path / "a.pdf"), "application/pdf").method == "scan"


@pytest.mark.parametrize("kind", [DOCX, XLSX, ODT, "application/pdf", "application/xml"])
def test_a_damaged_file_gives_a_reason(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_bytes(b"PK\x03\x04 \xff\x00 nothing of the kind")
    assert read(str(tmp_path / "a"), kind) == Reading(error="damaged")


def test_a_reader_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import subprocess, sys\nsubprocess.run(['sleep', '60'])", encoding="utf-8")
    monkeypatch.setattr(text_reader, "WORKER", slow)
    monkeypatch.setattr(text_reader, "READ_SECONDS", 1)
    began = time.monotonic()
    assert read(str(slow), "text/plain") == Reading(error="limit")
    assert time.monotonic() - began < 10


def test_a_reader_that_takes_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = tmp_path / "greedy.py"
    worker = Path(text_worker.__file__).read_text(encoding="utf-8")
    greedy.write_text(worker.replace('"text/plain": read_plain', '"text/plain": lambda *_a: "x" * (2 << 30)'), encoding="utf-8")
    monkeypatch.setattr(text_reader, "WORKER", greedy)
    assert read(str(greedy), "text/plain") == Reading(error="limit")


def test_the_worker_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Стар текст от Windows".encode("cp1251"))
    assert read(str(tmp_path / "a.txt"), "text/plain").text == "Стар текст от Windows"


def test_a_scan_in_bulgarian_is_recognised(tmp_path: Path) -> None:
    if not shutil.which("tesseract"):
        pytest.fail("tesseract is missing: ./oa sets it up")
    scan = Path(__file__).parents[2] / "data/zayavlenie-1972.pdf"
    assert read(str(scan), "application/pdf").method == "scan"
    text = recognise(str(scan), "application/pdf").text
    assert "ЗАЯВЛЕНИЕ" in text
    assert "10971.502.1187" in text


def test_missing_programs_are_named_as_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    assert text_reader.list_missing_programs() == ["poppler-utils", "tesseract-ocr", "tesseract-ocr-bul"]


def test_without_the_program_a_scan_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert recognise(str(tmp_path / "a.png"), "image/png") == Reading(error="no_program")
