"""Tables that people bring: XLSX and CSV of any of the usual encodings, as rows of text."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 20000
MOST_BYTES = 20 << 20
_UNPACKED = 200 << 20


def read_table(data: bytes) -> list[list[str]]:
    """The rows of the first sheet; raises ValueError when it is no table."""
    if len(data) > MOST_BYTES:
        raise ValueError("too big")
    return list(_read_xlsx(data) if data[:2] == b"PK" else _read_csv(data))


def _read_xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
                raise ValueError("too big")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise ValueError("no table") from error
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        if number >= MOST_ROWS:
            raise ValueError("too big")
        yield [_write(value) for value in row]


def _write(value: object) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _read_csv(data: bytes) -> Iterator[list[str]]:
    text = _decode(data)
    if "\0" in text:
        raise ValueError("no table")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
        if number >= MOST_ROWS:
            raise ValueError("too big")
        yield [cell.strip() for cell in row]


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")
