"""The slip of one signature: a page that says who signed what, when, with which certificate and in which capacity."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from .stamp import BOLD, REGULAR, draw_code, register_fonts

_INK, _MUTED, _LINE = HexColor("#1f2a44"), HexColor("#5b6577"), HexColor("#c9d3e3")
_LEFT, _LABEL_WIDTH, _SIZE = 56.0, 150.0, 9.5
_WIDTH, _HEIGHT = A4
_BOTTOM = 90.0
_CODE = 84.0


@dataclass(frozen=True)
class Slip:
    """What the page says, in the language of who asked for it."""

    title: str
    subtitle: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Heading and pairs of label and value; empty values are left out."""
    footer: str = ""
    url: str = ""
    """Address of the QR code; empty: there is none."""


def draw_slip(slip: Slip) -> bytes:
    register_fonts()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(slip.title)
    y = _draw_head(canvas, slip)
    for heading, rows in slip.sections:
        filled = [(label, value) for label, value in rows if value]
        if filled:
            y = _draw_section(canvas, heading, filled, y)
    _draw_footer(canvas, slip.footer)
    canvas.save()
    return buffer.getvalue()


def _draw_head(canvas: Canvas, slip: Slip) -> float:
    room = _WIDTH - 2 * _LEFT
    if slip.url:
        draw_code(canvas, slip.url, (_WIDTH - _LEFT - _CODE, _HEIGHT - 50 - _CODE, _CODE))
        room -= _CODE + 12
    canvas.setFillColor(_INK)
    y = _draw_text(canvas, (BOLD, 17), slip.title, (_LEFT, _HEIGHT - 70, room))
    canvas.setFillColor(_MUTED)
    y = _draw_text(canvas, (REGULAR, 10.5), slip.subtitle, (_LEFT, y - 6, room))
    return min(y, _HEIGHT - 50 - _CODE if slip.url else y) - 14


def _draw_section(canvas: Canvas, heading: str, rows: list[tuple[str, str]], y: float) -> float:
    if y < _BOTTOM + 60:
        canvas.showPage()
        y = _HEIGHT - 70
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.8)
    canvas.line(_LEFT, y, _WIDTH - _LEFT, y)
    canvas.setFillColor(_INK)
    y = _draw_text(canvas, (BOLD, 11), heading, (_LEFT, y - 18, _WIDTH - 2 * _LEFT)) - 3
    for label, value in rows:
        if y < _BOTTOM:
            canvas.showPage()
            y = _HEIGHT - 70
        canvas.setFillColor(_MUTED)
        low = _draw_text(canvas, (REGULAR, _SIZE), label, (_LEFT, y, _LABEL_WIDTH - 10))
        canvas.setFillColor(_INK)
        room = _WIDTH - 2 * _LEFT - _LABEL_WIDTH
        y = min(low, _draw_text(canvas, (REGULAR, _SIZE), value, (_LEFT + _LABEL_WIDTH, y, room))) - 3
    return y - 10


def _draw_footer(canvas: Canvas, footer: str) -> None:
    canvas.setFillColor(_MUTED)
    _draw_text(canvas, (REGULAR, 8), footer, (_LEFT, 62, _WIDTH - 2 * _LEFT))


def _draw_text(canvas: Canvas, font: tuple[str, float], text: str, place: tuple[float, float, float]) -> float:
    """Lines broken at words, and inside words that are wider than the room; where the next line would stand."""
    (name, size), (x, y, room) = font, place
    canvas.setFont(name, size)
    for line in simpleSplit(text, name, size, room):
        for part in _cut(canvas, line, name, size, room):
            canvas.drawString(x, y, part)
            y -= size * 1.35
    return y


def _cut(canvas: Canvas, line: str, name: str, size: float, room: float) -> list[str]:
    parts, rest = [], line
    while canvas.stringWidth(rest, name, size) > room:
        count = max(1, int(len(rest) * room / canvas.stringWidth(rest, name, size)))
        while count > 1 and canvas.stringWidth(rest[:count], name, size) > room:
            count -= 1
        parts.append(rest[:count])
        rest = rest[count:]
    return [*parts, rest]
