"""Where a visible stamp goes: the same place to the eye on every size and rotation of a page.

A placement is written `page:place`. The page is `first`, `last` or a number; the place is a corner (`bottom_left`,
`bottom_right`, `top_left`, `top_right`) or `x,y` with the left bottom of the stamp in points as the reader sees the page.
Further signatures of the same place go beside and above (in a top corner: below) the earlier ones.
"""

import re
from dataclasses import dataclass
from typing import Self

from .errors import PolicyError

WIDTH, HEIGHT = 176.0, 62.0
MARGIN, GAP = 34.0, 6.0
CORNERS = ("bottom_left", "bottom_right", "top_left", "top_right")
_PATTERN = re.compile(r"(first|last|[1-9]\d{0,4}):(?:(\d{1,5}),(\d{1,5})|([a-z_]+))")


@dataclass(frozen=True)
class Sheet:
    """What of a page is seen: the cropped box in the page's own units and how far it is turned clockwise."""

    media: tuple[float, ...]
    crop: tuple[float, ...]
    rotation: int = 0

    @property
    def seen(self) -> tuple[float, float, float, float]:
        media, crop = _order(self.media), _order(self.crop)
        seen = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
        return seen if seen[0] < seen[2] and seen[1] < seen[3] else media

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as the reader sees them."""
        left, bottom, right, top = self.seen
        is_turned = self.rotation % 180
        return (top - bottom, right - left) if is_turned else (right - left, top - bottom)

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """A point that is seen at x, y, in the page's own units."""
        left, bottom, right, top = self.seen
        match self.rotation % 360:
            case 90:
                return right - y, bottom + x
            case 180:
                return right - x, top - y
            case 270:
                return left + y, top - x
        return left + x, bottom + y


@dataclass(frozen=True)
class Place:
    """A rectangle of a page for one stamp, with what drawing it has to know."""

    box: tuple[float, float, float, float]
    scale: float
    rotation: int


@dataclass(frozen=True)
class Placement:
    """The wish; a page and its size make a place of it."""

    page: str
    corner: str = ""
    x: float = 0
    y: float = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        found = _PATTERN.fullmatch(text)
        if not found or (found[4] and found[4] not in CORNERS):
            raise PolicyError(f"placement: {text}")
        if found[4]:
            return cls(found[1], found[4])
        return cls(found[1], "", float(found[2]), float(found[3]))

    def get_page_index(self, count: int) -> int:
        """A page that is not there is the last one."""
        if self.page == "first":
            return 0
        return count - 1 if self.page == "last" else min(int(self.page), count) - 1

    def find_place(self, sheet: Sheet, number: int) -> Place:
        """The place of the signature with this number, counted from one."""
        width, height = sheet.size
        margin = min(MARGIN, width * 0.06)
        scale = min(1.0, (width - 2 * margin) / WIDTH, (height - 2 * margin) / HEIGHT)
        wide, high = WIDTH * scale, HEIGHT * scale
        x, y = self._find_corner(width, height, margin, wide, high)
        per_row = max(1, int((width - 2 * margin + GAP) // (wide + GAP))) if self.corner else 1
        row, column = divmod(number - 1, per_row)
        x += column * (wide + GAP) * (-1 if self.corner.endswith("right") else 1)
        y += row * (high + GAP) * (-1 if self.corner.startswith("top") else 1)
        x, y = _keep(x, width - wide), _keep(y, height - high)
        (x1, y1), (x2, y2) = sheet.to_page(x, y), sheet.to_page(x + wide, y + high)
        return Place((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), scale, sheet.rotation % 360)

    def _find_corner(self, width: float, height: float, margin: float, wide: float, high: float) -> tuple[float, float]:
        if not self.corner:
            return self.x, self.y
        x = width - margin - wide if self.corner.endswith("right") else margin
        return x, height - margin - high if self.corner.startswith("top") else margin


def _keep(value: float, most: float) -> float:
    """A stamp never leaves the page."""
    return max(0.0, min(value, most))


def _order(box: tuple[float, ...]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
