"""PDF files of a given size, like letters with a scanned page: text on several pages and a picture that fills the rest."""

import random
import shutil
from io import BytesIO
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PAGES = 3
_TEXT = "Odobrena e dokladna zapiska otnosno imot publichna darzhavna sobstvenost"


class Papers:
    """Kinds of files that are made once and copied for each round."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, kind: str, size: int, count: int) -> None:
        for number in range(count):
            make_pdf(self._folder / f"{kind}-{number:03}.pdf", size, number)

    def originals(self, kind: str) -> list[Path]:
        return sorted(self._folder.glob(f"{kind}-[0-9]*.pdf"))

    def copy(self, kind: str) -> list[Path]:
        return [Path(shutil.copy(file, file.with_name(f"{kind}-copy-{file.name[-7:]}"))) for file in self.originals(kind)]


def make_pdf(path: Path, size: int, number: int) -> Path:
    """About `size` bytes; every number gives another file."""
    from PIL import Image

    chance = random.Random(number)
    # Noise does not get smaller, so the picture is as large as its pixels.
    side = max(16, int((max(size - 6000, 1000) * 0.8) ** 0.5))
    picture = Image.frombytes("L", (side, side), chance.randbytes(side * side))
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for page in range(PAGES):
        for row in range(30):
            canvas.drawString(60, 780 - 18 * row, f"{page + 1}.{row} {_TEXT} {chance.randrange(10**6)}")
        if page == PAGES - 1:
            canvas.drawImage(ImageReader(picture), 60, 60, 180, 180)
        canvas.showPage()
    canvas.save()
    path.write_bytes(buffer.getvalue())
    return path
