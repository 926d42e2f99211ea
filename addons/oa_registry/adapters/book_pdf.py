"""The official book as PDF/A-2b, A4 across, page by page: a thousand pages need no more memory than one.

WeasyPrint writes about eighty lines of such a table in a second and holds all of it; this writes thousands and holds a page.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from ..core.book import BookLine, BookTitle, Place, Portion
from .pdf_fonts import Font, get_fonts
from .pdf_stream import PdfStream

MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
LEFT, TOP, BOTTOM = 12 * MM, 14 * MM, 15 * MM
ROOM = WIDTH - 2 * LEFT
SIZE, LEADING, PADDING = 7.5, 9.2, 3.0
MOST_LINES = 40
"""Of one cell; a longer subject is cut with „…“."""
MOST_NOTES = 10

_COLUMNS = (
    ("Рег. № / УРИ", "number", 39),
    ("Дата и час", "moment", 25),
    ("Вид", "direction", 11),
    ("Вид документ", "kind", 33),
    ("Кореспондент", "correspondent", 43),
    ("Техен №", "their_number", 24),
    ("Относно", "subject", 0),
    ("Регистрирал", "registered_by", 29),
)


class PdfBook:
    def write_portion(self, title: BookTitle, lines: Sequence[BookLine], place: Place) -> Portion:
        pages = _Pages(title, place)
        taken = pages.write(lines)
        return Portion(b"".join(struct.pack(">I", len(page)) + page for page in pages.done), taken, len(pages.done))

    def join(self, target: BinaryIO, title: BookTitle, portions: Iterable[bytes], pages: int) -> None:
        stream = PdfStream(target, f"{title.register}, {title.period}", pages, (WIDTH, HEIGHT))
        for portion in portions:
            for page in _split(portion):
                stream.add_page(page)
        stream.finish()


def _split(portion: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(portion):
        (length,) = struct.unpack_from(">I", portion, start)
        yield portion[start + 4 : start + 4 + length]
        start += 4 + length


@dataclass
class _Block:
    """One line of the book with what happened to it later, laid out."""

    cells: list[list[str]]
    notes: list[str]
    is_annulled: bool
    row_height: float = field(init=False)
    note_height: float = field(init=False)

    def __post_init__(self) -> None:
        self.row_height = max(map(len, self.cells)) * LEADING + 2 * PADDING
        self.note_height = len(self.notes) * LEADING + PADDING if self.notes else 0.0

    @property
    def height(self) -> float:
        return self.row_height + self.note_height


class _Pages:
    """Fills pages from the top; a page is done when the next block has no room on it."""

    def __init__(self, title: BookTitle, place: Place) -> None:
        self.title, self.place = title, place
        self.regular, self.bold = get_fonts()
        self.columns = [column for column in _COLUMNS if title.shows_direction or column[1] != "direction"]
        fixed = sum(width for _label, _name, width in self.columns) * MM
        self.widths = [width * MM or ROOM - fixed for _label, _name, width in self.columns]
        self.done: list[bytes] = []

    def write(self, lines: Sequence[BookLine]) -> int:  # pylint: disable=method-required-super  # no Odoo model
        """Fill pages; return how many lines are on pages that are done."""
        self._open()
        taken = 0
        for number, line in enumerate(lines):
            block = self._lay_out(line)
            if self.y - block.height < BOTTOM:
                self._close()
                taken = number
                self._open()
            self._draw(block)
        if not self.place.is_last:
            if not taken:
                # Too few lines for a page: better a page with room left than a portion that goes nowhere.
                self._close()
            return taken or len(lines)
        self._draw_end()
        self._close()
        return len(lines)

    def _lay_out(self, line: BookLine) -> _Block:
        cells = [
            self.regular.wrap(str(getattr(line, name)), SIZE, width - 2 * PADDING, MOST_LINES)
            for (_label, name, _width), width in zip(self.columns, self.widths, strict=True)
        ]
        if line.uri and line.uri != line.number:
            cells[0] += self.regular.wrap(line.uri, SIZE, self.widths[0] - 2 * PADDING, 4)
        notes = [text for note in line.notes for text in self.regular.wrap(note, SIZE, ROOM - 4 * PADDING, 6)]
        return _Block(cells, notes[:MOST_NOTES], line.is_annulled)

    def _open(self) -> None:
        self.page: list[str] = ["0.5 w 0.45 G 0 g"]
        self.y = HEIGHT - TOP
        if not self.place.pages and not self.done:
            self._draw_title()
        self.table_top = self.y
        self._draw_row([[label] for label, _name, _width in self.columns], self.bold, LEADING + 2 * PADDING, shade=True)

    def _close(self) -> None:
        x = LEFT
        edges = [x, *((x := x + width) for width in self.widths)]
        # The rule between the columns runs through the rows only; notes cover the whole width.
        self.page += [f"{edge:.2f} {self.table_top:.2f} m {edge:.2f} {self.y:.2f} l S" for edge in (edges[0], edges[-1])]
        number = self.place.pages + len(self.done) + 1
        text = f"Стр. {number} от "
        x = WIDTH - LEFT - self.regular.measure("Стр. 00000 от 00000", SIZE)
        self.page.append("0.33 g")
        self._text(self.regular, SIZE, LEFT, BOTTOM - 14, f"{self.title.administration} · {self.title.register}")
        self._text(self.regular, SIZE, x, BOTTOM - 14, text)
        self.page.append(f"q 1 0 0 1 {x + self.regular.measure(text, SIZE):.2f} {BOTTOM - 14:.2f} cm /Total Do Q")
        self.done.append(zlib.compress("\n".join(self.page).encode("ascii"), 6))

    def _draw_title(self) -> None:
        for font, size, text, after in (
            (self.bold, 12, self.title.administration.upper(), 13),
            (self.regular, 7.5, self.title.contact, 8),
        ):
            self._center(font, size, text)
            self.y -= after
        self.page.append(f"{LEFT:.2f} {self.y:.2f} m {WIDTH - LEFT:.2f} {self.y:.2f} l S")
        self.y -= 20
        self._center(self.bold, 14, self.title.register)
        self.y -= 15
        self._center(self.regular, 9, self.title.period)
        self.y -= 12

    def _draw_end(self) -> None:
        if self.y - 40 < BOTTOM:
            self._close()
            self._open()
        if not self.place.total:
            self.y -= 14
            self._center(self.regular, 9, "Няма вписвания за периода.")
            self.table_top = self.y
        self.page.append("0.2 g")
        text = f"Общо вписвания: {self.place.total}. Съставил: {self.title.printed_by}, {self.title.made_at}."
        self._text(self.regular, 8, LEFT, self.y - 16, text)

    def _draw(self, block: _Block) -> None:
        self.page.append("0.45 g" if block.is_annulled else "0 g")
        self._draw_row(block.cells, self.regular, block.row_height, struck=block.is_annulled)
        if block.notes:
            self.page.append("0.2 g")
            self._draw_lines(self.regular, block.notes, LEFT + 3 * PADDING)
            self.y -= block.note_height
            self._rule()

    def _draw_row(self, cells: list[list[str]], font: Font, height: float, *, struck: bool = False, shade: bool = False) -> None:
        if shade:
            self.page.append(f"0.93 g {LEFT:.2f} {self.y - height:.2f} {ROOM:.2f} {height:.2f} re f 0 g")
            self._rule()
        x, top = LEFT, self.y
        for lines, width in zip(cells, self.widths, strict=True):
            self._draw_lines(font, lines, x + PADDING, struck=struck)
            self.page.append(f"{x:.2f} {top:.2f} m {x:.2f} {top - height:.2f} l S")
            x += width
        self.y -= height
        self._rule()

    def _draw_lines(self, font: Font, lines: list[str], x: float, *, struck: bool = False) -> None:
        y = self.y - PADDING - SIZE + 1
        for line in lines:
            if line:
                self._text(font, SIZE, x, y, line)
                if struck:
                    self.page.append(f"{x:.2f} {y + 2.4:.2f} m {x + font.measure(line, SIZE):.2f} {y + 2.4:.2f} l S")
            y -= LEADING

    def _rule(self) -> None:
        self.page.append(f"{LEFT:.2f} {self.y:.2f} m {WIDTH - LEFT:.2f} {self.y:.2f} l S")

    def _center(self, font: Font, size: float, text: str) -> None:
        self._text(font, size, (WIDTH - font.measure(text, size)) / 2, self.y, text)

    def _text(self, font: Font, size: float, x: float, y: float, text: str) -> None:
        self.page.append(f"BT /{font.name} {size:g} Tf {x:.2f} {y:.2f} Td <{font.encode(text)}> Tj ET")
