"""Pages of a PDF: counted, stamped, cut out. Runs inside the process for foreign files."""

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter, Transformation

_MILLIMETRE = 72 / 25.4
_MARGIN = 6 * _MILLIMETRE


def count_pages(data: bytes) -> int:
    """How many pages the file has."""
    return len(PdfReader(BytesIO(data)).pages)


def stamp_first_page(data: bytes, overlay: bytes, corner: str) -> bytes:
    """A copy with the overlay in a corner of the first page, upright however the page is turned."""
    writer = PdfWriter(clone_from=BytesIO(data))
    page = writer.pages[0]
    page.transfer_rotation_to_content()
    stamp = PdfReader(BytesIO(overlay)).pages[0]
    width, height = float(stamp.mediabox.width), float(stamp.mediabox.height)
    box = page.cropbox
    left = float(box.left) + _MARGIN if corner.endswith("left") else float(box.right) - width - _MARGIN
    bottom = float(box.bottom) + _MARGIN if corner.startswith("bottom") else float(box.top) - height - _MARGIN
    page.merge_transformed_page(stamp, Transformation().translate(left, bottom))
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def cut_pages(source: Path, first: int, last: int, target: Path) -> None:
    """Pages `first` to `last`, counted from one, as a file of their own."""
    writer = PdfWriter()
    writer.append(str(source), pages=(first - 1, last))
    writer.compress_identical_objects(remove_identicals=True, remove_orphans=True)
    with target.open("wb") as stream:
        writer.write(stream)
