"""A classification scheme from a table: what is wrong is said by row."""

import io

import pytest
from oa_registry.adapters.table_reader import read_table
from oa_registry.core.class_scheme import read_scheme
from oa_registry.core.retention import Retention, RetentionKind, RetentionStart
from openpyxl import Workbook

HEADING = ["Индекс", "Наименование", "Срок за съхраняване", "Забележка"]
TABLE = [
    ["Номенклатура на делата", "", "", ""],
    HEADING,
    ["01", "Ръководство", "", ""],
    ["01-01", "Заповеди", "П", ""],
    ["", "", "", ""],
    ["01-02", "Договори", "10 след изтичане на договора", "оригинали"],
]


def make_xlsx(rows):
    book = Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_sections_and_classes_are_read_below_the_heading():
    rows, errors = read_scheme(TABLE)
    assert errors == []
    assert [(row.code, row.section, row.retention and row.retention.label, row.note) for row in rows] == [
        ("01", "", None, ""),
        ("01-01", "01", "П", ""),
        ("01-02", "01", "10 след изтичане на договора", "оригинали"),
    ]


def test_the_same_table_is_read_from_xlsx_and_from_csv_of_any_encoding():
    text = "\n".join(";".join(row) for row in TABLE)
    for data in (make_xlsx(TABLE), *(text.encode(encoding) for encoding in ("utf-8-sig", "cp1251", "utf-16"))):
        assert read_scheme(read_table(data)) == read_scheme(TABLE)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (["", "Без индекс", "5"], "no_code"),
        (["01-09", "", "5"], "no_name"),
        (["01-01", "Пак", "5"], "twice"),
        (["01-09", "Кратък", "0"], "retention"),
        (["01-09", "Думи", "дълго"], "retention"),
        (["07-01", "Без раздел", "5"], "section"),
    ],
)
def test_an_error_names_its_row(row, error):
    _rows, errors = read_scheme([*TABLE, row])
    assert [(found.number, found.code) for found in errors] == [(7, error)]


def test_a_table_without_the_heading_is_refused():
    assert [error.code for error in read_scheme([["a", "b"]])[1]] == ["heading"]
    assert [error.code for error in read_scheme([HEADING])[1]] == ["empty"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"\x00\x01\x02", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_table_is_said_so(data):
    with pytest.raises(ValueError):
        read_table(data)


def test_a_number_in_a_cell_of_excel_is_a_term():
    assert read_table(make_xlsx([HEADING, ["01", "Раздел"], ["01-01", "Дело", 5]]))[2][2] == "5"


def test_a_term_from_an_event_waits_for_it():
    from datetime import date

    term = Retention.parse("5 ЕК след прекратяване на правоотношението")
    assert (term.kind, term.start) == (RetentionKind.EXPERT, RetentionStart.EVENT)
    assert term.get_end(date(2026, 5, 1)) is None
    assert term.get_end(date(2026, 5, 1), date(2030, 2, 3)) == date(2035, 12, 31)
    assert term.get_end(date(2031, 5, 1), date(2030, 2, 3)) == date(2036, 12, 31)


def test_a_term_from_an_event_names_the_event():
    with pytest.raises(ValueError):
        Retention(RetentionKind.YEARS, 5, RetentionStart.EVENT)
