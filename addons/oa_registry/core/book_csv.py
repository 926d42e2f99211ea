"""The book as CSV for spreadsheets: UTF-8 with BOM, semicolons, and no cell that a spreadsheet would take for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from operator import attrgetter
from typing import BinaryIO

from .book import COLUMNS, BookLine, BookTitle, Place, Portion, write_cell

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"
_get_values = attrgetter(*(name for _label, name in COLUMNS))


class CsvBook:
    def write_portion(self, title: BookTitle, lines: Sequence[BookLine], place: Place) -> Portion:
        rows = ([guard(write_cell(value)) for value in _get_values(line)] for line in lines)
        return Portion(_write(rows), len(lines))

    def join(self, target: BinaryIO, title: BookTitle, portions: Iterable[bytes], pages: int) -> None:
        target.write(BOM.encode() + _write([[label for label, _name in COLUMNS]]))
        for portion in portions:
            target.write(portion)


def guard(text: str) -> str:
    """A subject comes from outside; „=…“ must not run on the reader's machine."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerows(rows)
    return buffer.getvalue().encode()
