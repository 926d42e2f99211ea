"""УРИ as people read it and as XML carries it."""

from datetime import date

import pytest
from oa_registry.core.errors import IdentifierError
from oa_registry.core.identifiers import DocumentUri


def test_text_keeps_the_leading_zeros_of_the_index():
    assert str(DocumentUri("000911", 7, date(2026, 3, 4))) == "000911-7-04.03.2026"


def test_text_is_read_back():
    assert DocumentUri.parse(" 000911-7-04.03.2026 ") == DocumentUri("000911", 7, date(2026, 3, 4))


def test_xml_has_plain_integers_and_an_iso_day():
    xml = DocumentUri("000911", 7, date(2026, 3, 4)).to_xml()
    assert 'xmlns="http://ereg.egov.bg/segment/0009-000001"' in xml
    assert "<RegisterIndex>911</RegisterIndex>" in xml
    assert "<SequenceNumber>7</SequenceNumber>" in xml
    assert "<ReceiptOrSigningDate>2026-03-04</ReceiptOrSigningDate>" in xml


@pytest.mark.parametrize("text", ["", "РД-7/04.03.2026", "000911-7-31.02.2026", "000911-7-4.3.2026", "-7-04.03.2026"])
def test_other_numbers_are_not_identifiers(text):
    with pytest.raises(IdentifierError):
        DocumentUri.parse(text)


@pytest.mark.parametrize(("index", "sequence"), [("0", 1), ("", 1), ("РД", 1), ("٣", 1), ("911", 0)])
def test_index_and_sequence_are_positive_integers(index, sequence):
    with pytest.raises(IdentifierError):
        DocumentUri(index, sequence, date(2026, 1, 1))
