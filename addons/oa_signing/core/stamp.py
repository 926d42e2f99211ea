"""The visible stamp of a signature: a small PDF that is placed into the field."""

import base64
from io import BytesIO
from pathlib import Path

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .specs import SignatureSpec
from .stamp_place import HEIGHT, WIDTH, Place

REGULAR, BOLD = "OaStamp", "OaStampBold"
_FONTS = Path(__file__).resolve().parents[1] / "static" / "fonts"
_INK, _FRAME, _PAPER = HexColor("#1f2a44"), HexColor("#4a6fa5"), HexColor("#f5f8fc")
_EDGE, _PICTURE = 5.0, 50.0
# What a page that is turned clockwise does to the stamp is undone here.
_TURNS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def draw_stamp(spec: SignatureSpec, signer: str, place: Place) -> bytes:
    """A page of the size of the place; long lines are made smaller, then cut."""
    register_fonts()
    wide, high = place.box[2] - place.box[0], place.box[3] - place.box[1]
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(wide, high), invariant=1)
    if place.rotation in _TURNS:
        a, b, c, d = _TURNS[place.rotation]
        canvas.transform(a, b, c, d, wide if -1 in (a, c) else 0, high if -1 in (b, d) else 0)
    canvas.scale(place.scale, place.scale)
    _draw(canvas, spec, signer)
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, spec: SignatureSpec, signer: str) -> None:
    canvas.setFillColor(_PAPER)
    canvas.setStrokeColor(_FRAME)
    canvas.setLineWidth(0.7)
    canvas.roundRect(0.5, 0.5, WIDTH - 1, HEIGHT - 1, 3, stroke=1, fill=1)
    canvas.setFillColor(_FRAME)
    canvas.rect(0.5, 0.5, 4, HEIGHT - 1, stroke=0, fill=1)
    left, right = 10.0, WIDTH - 6
    if spec.stamp_logo:
        left += _draw_logo(canvas, spec.stamp_logo, left)
    if spec.stamp_url:
        right -= _draw_code(canvas, spec.stamp_url)
    canvas.setFillColor(_INK)
    rows = [(REGULAR, 6.5, spec.title), (BOLD, 8.5, signer), *((REGULAR, 6.5, line) for line in spec.stamp_lines[:4])]
    y = HEIGHT - 5.0
    for font, size, text in rows:
        if text:
            y -= size + 2.6
            draw_line(canvas, (font, size), text, (left, y, right - left))


def _draw_logo(canvas: Canvas, logo: str, left: float) -> float:
    size = 30.0
    picture = ImageReader(BytesIO(base64.b64decode(logo)))
    canvas.drawImage(picture, left, (HEIGHT - size) / 2, size, size, mask="auto", preserveAspectRatio=True, anchor="c")
    return size + 4


def _draw_code(canvas: Canvas, url: str) -> float:
    draw_code(canvas, url, (WIDTH - _PICTURE - _EDGE, (HEIGHT - _PICTURE) / 2, _PICTURE))
    return _PICTURE


def draw_code(canvas: Canvas, url: str, place: tuple[float, float, float]) -> None:
    """A QR code at x, y with this side."""
    x, y, side = place
    code = QrCodeWidget(url, barLevel="M", barBorder=2)
    left, bottom, right, top = code.getBounds()
    drawing = Drawing(side, side, transform=(side / (right - left), 0, 0, side / (top - bottom), 0, 0))
    drawing.add(code)
    renderPDF.draw(drawing, canvas, x, y)


def draw_line(canvas: Canvas, font: tuple[str, float], text: str, place: tuple[float, float, float]) -> None:
    """One line at x, y that is never wider than its room."""
    (name, size), (x, y, room) = font, place
    while size > 5 and pdfmetrics.stringWidth(text, name, size) > room:
        size -= 0.25
    if pdfmetrics.stringWidth(text, name, size) > room:
        while text and pdfmetrics.stringWidth(text + "…", name, size) > room:
            text = text[:-1]
        text += "…"
    canvas.setFont(name, size)
    canvas.drawString(x, y, text)


def register_fonts() -> None:
    if REGULAR not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(REGULAR, str(_FONTS / "DejaVuSans.ttf")))
        pdfmetrics.registerFont(TTFont(BOLD, str(_FONTS / "DejaVuSans-Bold.ttf")))
