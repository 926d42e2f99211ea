"""Labels with a number: the sizes of what printers take, and how a sheet is filled."""

from dataclasses import dataclass
from enum import StrEnum


class LabelFormat(StrEnum):
    """What the printer holds."""

    ROLL = "roll"
    SHEET = "sheet"


@dataclass(frozen=True)
class LabelSize:
    """Millimetres of one label and how many stand on a page."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1
    top: float = 0
    left: float = 0

    @property
    def per_page(self) -> int:
        return self.columns * self.rows


SIZES = {LabelFormat.ROLL: LabelSize(62, 29), LabelFormat.SHEET: LabelSize(70, 37, columns=3, rows=8, top=0.5, left=0)}


_LARGEST, _SMALLEST = 9.0, 5.0
_MARGINS = 27.5
"""The code on the left and the white on the right, in millimetres."""
_POINT = 25.4 / 72
_LETTER = 0.72
"""A bold digit is so wide for its size."""


def fit_number(number: str, label_format: LabelFormat) -> float:
    """The size in points in which the number stands in one line: broken in two it is read as another one."""
    room = SIZES[label_format].width - _MARGINS
    return max(_SMALLEST, min(_LARGEST, round(room / (max(len(number), 1) * _LETTER * _POINT), 1)))


@dataclass(frozen=True)
class Place:
    """Where a label stands on its page, in millimetres."""

    top: float
    left: float


def place_labels(count: int, label_format: LabelFormat, first: int = 1) -> list[list[Place]]:
    """The pages with the place of each label; the first page may begin with a label that is still on the sheet."""
    size = SIZES[label_format]
    if not 1 <= first <= size.per_page:
        raise ValueError(f"the sheet has {size.per_page} labels")
    pages: list[list[Place]] = []
    for position in range(first - 1, first - 1 + count):
        row, column = divmod(position % size.per_page, size.columns)
        if position % size.per_page == 0 or not pages:
            pages.append([])
        pages[-1].append(Place(size.top + row * size.height, size.left + column * size.width))
    return pages


def is_odd_count(pages: int, sheets: int) -> bool:
    """Say whether so many pages cannot be an image of so many sheets, written on one side or on both."""
    return bool(pages and sheets) and not sheets <= pages <= 2 * sheets
