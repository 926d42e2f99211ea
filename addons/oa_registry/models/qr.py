"""The square code of a number, as a picture for printed pages."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathImage


def draw_qr(text):
    """A QR code as the address of an embedded SVG."""
    image = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=1).save(image)
    return f"data:image/svg+xml;base64,{base64.b64encode(image.getvalue()).decode()}"
