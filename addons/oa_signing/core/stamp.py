"""The visible stamp of a signature: a small PDF that is placed into the field."""

from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 176, 62
_FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"
_REGULAR, _BOLD = "OaStamp", "OaStampBold"
_INK, _FRAME, _PAPER = HexColor("#1f2a44"), HexColor("#4a6fa5"), HexColor("#f5f8fc")


def draw_stamp(title: str, signer: str, lines: tuple[str, ...]) -> bytes:
    """A one-page PDF of WIDTH x HEIGHT points; long lines are made smaller, then cut."""
    _register_fonts()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setFillColor(_PAPER)
    canvas.setStrokeColor(_FRAME)
    canvas.setLineWidth(0.7)
    canvas.roundRect(0.5, 0.5, WIDTH - 1, HEIGHT - 1, 3, stroke=1, fill=1)
    canvas.setFillColor(_FRAME)
    canvas.rect(0.5, 0.5, 4, HEIGHT - 1, stroke=0, fill=1)
    canvas.setFillColor(_INK)
    rows = [(_REGULAR, 6.5, title), (_BOLD, 8.5, signer), *((_REGULAR, 6.5, line) for line in lines[:4])]
    y = HEIGHT - 5.0
    for font, size, text in rows:
        if text:
            y -= size + 2.6
            _draw_line(canvas, font, size, text, y)
    canvas.save()
    return buffer.getvalue()


def _draw_line(canvas: Canvas, font: str, size: float, text: str, y: float) -> None:
    room = WIDTH - 16
    while size > 5 and pdfmetrics.stringWidth(text, font, size) > room:
        size -= 0.25
    if pdfmetrics.stringWidth(text, font, size) > room:
        while text and pdfmetrics.stringWidth(text + "…", font, size) > room:
            text = text[:-1]
        text += "…"
    canvas.setFont(font, size)
    canvas.drawString(10, y, text)


def _register_fonts() -> None:
    if _REGULAR not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_REGULAR, str(_FONTS / "DejaVuSans.ttf")))
        pdfmetrics.registerFont(TTFont(_BOLD, str(_FONTS / "DejaVuSans-Bold.ttf")))
