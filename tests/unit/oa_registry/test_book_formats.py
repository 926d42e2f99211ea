"""One book, three formats, written in portions and joined."""

import csv
import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

import pytest
from oa_registry.adapters.book_pdf import MOST_LINES, PdfBook
from oa_registry.adapters.pdf_fonts import get_fonts
from oa_registry.core.book import COLUMNS, BookLine, BookTitle, Place
from oa_registry.core.book_csv import CsvBook, guard
from oa_registry.core.book_xlsx import XlsxBook

TITLE = BookTitle("Област Пробна", "1000 Град", "Входящ <дневник>", "за периода", "Мария Ѝ.", "22.11.2026 10:00 ч.")


def make_lines(count, **facts):
    return [BookLine(n, f"{n}/2026", f"000999-{n}", "22.11.2026 10:00", subject=f"Молба № {n}", **facts) for n in range(1, count + 1)]


def write(writer, lines, size, title=TITLE):
    """The file of the lines, its pages, and how many portions it took."""
    portions, done, pages = [], 0, 0
    while done < len(lines) or not portions:
        some = lines[done : done + size]
        portion = writer.write_portion(title, some, Place(pages, len(lines), done + len(some) >= len(lines)))
        assert portion.taken or not some, "a portion must go on"
        portions.append(portion.data)
        done, pages = done + portion.taken, pages + portion.pages
    target = io.BytesIO()
    writer.join(target, title, portions, pages)
    return target.getvalue(), pages, len(portions)


def read_pages(data):
    """Text operators of each page, deflated contents opened."""
    contents = re.findall(rb"/Filter /FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", data, re.S)
    return [page for page in map(zlib.decompress, contents) if b"/Total Do" in page]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=1"])
def test_no_cell_is_a_formula(text):
    assert guard(text) == f"'{text}"
    assert guard("Молба = 1") == "Молба = 1"


def test_csv_in_portions_is_csv_in_one_piece():
    lines = make_lines(7, is_annulled=True, notes=("първо", "второ; трето"))
    whole, small = write(CsvBook(), lines, 7)[0], write(CsvBook(), lines, 2)[0]
    assert whole == small
    rows = list(csv.reader(io.StringIO(small.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [label for label, _name in COLUMNS]
    assert rows[1][10:12] == ["да", "първо; второ; трето"]


def test_xlsx_is_xml_that_keeps_every_letter():
    lines = make_lines(3, correspondent='"Я" & <Ѝ> \x01', registered_by="x" * 40000)
    data = write(XlsxBook(), lines, 2)[0]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    texts = ["".join(cell.itertext()) for cell in parts["xl/worksheets/sheet1.xml"].iter() if cell.tag.endswith("}c")]
    assert '"Я" & <Ѝ> ' in texts
    assert max(map(len, texts)) == 32767
    assert not [cell for cell in parts["xl/worksheets/sheet1.xml"].iter() if cell.tag.endswith("}f")]


def test_pdf_in_portions_fills_its_pages_and_loses_no_line():
    lines = make_lines(120)
    data, pages, portions = write(PdfBook(), lines, 50)
    one, one_pages, _portions = write(PdfBook(), lines, 1000)
    assert portions > 1
    assert pages == one_pages == data.count(b"/Type /Page ") == len(read_pages(data))
    assert one == data
    regular, _bold = get_fonts()
    text = b"".join(read_pages(data))
    assert all(regular.encode(line.number).encode() in text for line in lines)


def test_pdf_names_what_reads_it_again():
    data = write(PdfBook(), make_lines(1), 10)[0]
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert "Входящ &lt;дневник&gt;".encode() in data
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[start : start + 4] == b"xref"
    offsets = [int(row[:10]) for row in data[start:].split(b"\n")[3:] if row.endswith(b"n ")]
    assert all(re.match(rb"%d 0 obj" % number, data[offset : offset + 20]) for number, offset in enumerate(offsets, 1))


def test_pdf_of_nothing_says_so():
    data, pages, _portions = write(PdfBook(), [], 10)
    assert pages == 1
    assert get_fonts()[0].encode("Няма вписвания за периода.").encode() in read_pages(data)[0]


def test_annulled_lines_are_struck_through_and_explained_below():
    plain = read_pages(write(PdfBook(), make_lines(1), 10)[0])[0]
    struck = read_pages(write(PdfBook(), make_lines(1, is_annulled=True, notes=("Анулиран на 1.",)), 10)[0])[0]
    assert struck.count(b" l S") > plain.count(b" l S")
    assert get_fonts()[0].encode("Анулиран на 1.").encode() in struck


def test_a_portion_too_small_for_a_page_still_goes_on():
    _data, pages, portions = write(PdfBook(), make_lines(7), 3)
    assert (pages, portions) == (3, 3)


def test_a_full_page_before_the_last_words_opens_another():
    counts = {write(PdfBook(), make_lines(number), 1000)[1] for number in range(10, 30)}
    assert counts == {1, 2}


def test_text_breaks_at_words_and_long_words_anywhere():
    font = get_fonts()[0]
    room = font.measure("Областна администрация", 8)
    assert font.wrap("Областна администрация Видин", 8, room, 9) == ["Областна администрация", "Видин"]
    assert "".join(font.wrap("Ж" * 100, 8, room, 99)) == "Ж" * 100
    cut = font.wrap("дума " * 500, 8, room, MOST_LINES)
    assert len(cut) == MOST_LINES
    assert cut[-1].endswith("…")
    assert font.wrap("", 8, room, 9) == [""]
    assert font.wrap(" \n ", 8, room, 9) == [""]
    assert font.encode("漢") == font.encode("?")


def test_every_letter_of_bulgarian_names_is_in_the_font():
    for font in get_fonts():
        assert not [
            letter for letter in "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюяѝЍ„“”’№–—…€§ŁÄßõ" if letter not in font.glyphs
        ]
