"""Pages of a scan as pictures: codes on them, previews. Runs inside the process for foreign files."""

import shutil
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image

from ..core.errors import ForeignFileError
from .pdf_pages import cut_pages

_READ_SIZE = 2200
"""Pixels of the longer side: five for each module of a label's code, and no page can ask for more memory."""
_PREVIEW_SIZE = 700
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
"""Our labels are QR; labels of other programs often are bars."""
_USUAL_DPI = 200.0


def read_codes(source: Path, first: int, last: int) -> list[list[str]]:
    """The texts of the QR codes and bar codes of each page."""
    _draw(source, first, last, source.parent / "page", "-gray", "-scale-to", str(_READ_SIZE))
    found = []
    for path in sorted(source.parent.glob("page-*.pgm")):
        with Image.open(path) as image:
            found.append([code.text for code in zxingcpp.read_barcodes(image.convert("L"), formats=_FORMATS)])
        path.unlink()
    return found


def cut_part(source: Path, first: int, last: int, target: Path) -> None:
    """The pages as a file of their own, and a picture of the first one beside it."""
    cut_pages(source, first, last, target)
    _draw(source, first, first, target.with_suffix(""), "-jpeg", "-singlefile", "-scale-to", str(_PREVIEW_SIZE))


def unfold_pictures(source: Path, target: Path) -> None:
    """A scan in pictures as a PDF, page by page; the picture itself is kept elsewhere as it came."""
    with Image.open(source) as image:
        dpi = float(image.info.get("dpi", (_USUAL_DPI,))[0]) or _USUAL_DPI
        image.save(target, "PDF", save_all=True, resolution=dpi, quality=90)


def _draw(source: Path, first: int, last: int, target: Path, *options: str) -> None:
    if not shutil.which("pdftoppm"):
        raise ForeignFileError("foreign_no_program", name="poppler-utils")
    # The limits of this process hold for the program, too.
    subprocess.run(
        ["pdftoppm", *options, "-f", str(first), "-l", str(last), str(source), str(target)], check=True, capture_output=True, timeout=300
    )
