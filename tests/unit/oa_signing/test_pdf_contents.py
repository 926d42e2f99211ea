"""Signature containers are read at once, and never otherwise than the library reads them."""

from io import BytesIO

import pytest
from oa_signing.core import pdf_contents
from oa_signing.core.pdf_guard import open_pdf
from papers import make_hiding_pdf, make_pdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

HEX = "308A" * 600
ROOT = (0, 1)

PLAIN = [
    f"/Contents <{HEX}>",
    f"/Contents<{HEX}0> /ByteRange [0 1 2 3]",
    f"/Name <FEFF0430> /M (D:20261122) /T (a\\)b /Contents) /ByteRange [0 10 20 30]  /Contents <{HEX}>",
    f"/Contents <{HEX.lower()}> /Reason (after)",
]
TRAPS = [
    f"/A [ (]) /Contents <{HEX}> ] /Contents <>",
    f"/A << /Contents <{HEX}> >> /Contents <>",
    f"/Contents <> /Contents <{HEX}>",
    f"/Contents () /Contents <{HEX}>",
    f"/Conten#74s () /Contents <{HEX}>",
    f"/A (text /Contents <{HEX}>) /Contents <>",
    f"/A (a (nested) /Contents <{HEX}>) /Contents <41>",
    f"% /Contents <{HEX}>\n /Contents <41>",
    f"/Contents <{HEX[:2400]} {HEX}>",
    f"/Contents <{HEX}> /Contents <41>",
]


def read(entry: str, *, is_ahead: bool) -> tuple[object, bool]:
    data = make_hiding_pdf(entry)
    reader = PdfFileReader(BytesIO(data), strict=False)
    if is_ahead:
        pdf_contents.read_ahead(reader, data)
    is_taken = reader.cache_get_indirect_object(*ROOT) is not None
    root = reader.get_object(generic.Reference(1, 0, reader))
    return repr(sorted(root.items())), is_taken


@pytest.mark.parametrize("entry", PLAIN)
def test_plain_dictionary_is_read_at_once_and_as_the_library_reads_it(entry: str) -> None:
    found, is_taken = read(entry, is_ahead=True)

    assert is_taken
    assert found == read(entry, is_ahead=False)[0]


@pytest.mark.parametrize("entry", TRAPS)
def test_what_only_looks_like_contents_is_read_as_the_library_reads_it(entry: str) -> None:
    assert read(entry, is_ahead=True)[0] == read(entry, is_ahead=False)[0]


def test_object_that_the_table_does_not_name_is_not_taken() -> None:
    """A later copy of the object lies in the file; what counts is where the table leads."""
    plain = f"1 0 obj\n<< /Type /Catalog /Pages 9 0 R /Contents <{HEX}> >>\nendobj\n".encode()
    data = make_hiding_pdf("") + plain
    reader = PdfFileReader(BytesIO(make_hiding_pdf("")), strict=False)

    pdf_contents.read_ahead(reader, data)

    assert reader.cache_get_indirect_object(*ROOT) is None


def test_file_with_many_containers_is_opened_in_time() -> None:
    data = make_pdf()
    many = data + f"7 0 obj << /Contents <{HEX}> >> endobj\n".encode() * 2000

    pdf_contents.read_ahead(open_pdf(data), many)
