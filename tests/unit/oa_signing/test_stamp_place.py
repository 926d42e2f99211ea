"""The stamp stands in the same place to the eye on every page, and says every Bulgarian letter."""

import base64
import itertools
import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.core.errors import PolicyError
from oa_signing.core.slip import Slip, draw_slip
from oa_signing.core.specs import Level, Prepared, SignatureSpec
from oa_signing.core.stamp_place import CORNERS, HEIGHT, MARGIN, WIDTH, Placement, Sheet
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas
from signing_pki import Pki

A4, A3, A5 = (595, 842), (842, 1191), (420, 595)
FIRST = (
    "Ангел Божидар Велислава Галя Деница Ебру Жасмина Захари Ивайло Йоана Катя Любомир Мая Невяна Огнян Пейчо Румен Стефан Цветелин Ѝлия"
)
LAST = "Щърбов Ъглев Юруков Яблански Фердинандов Хаджииванова Чучулигов Шекерджийски Гюрова-Цанкова „Чаушев“"


def make_page(size: tuple[int, int], rotation: int, origin: tuple[int, int]) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.drawString(100, 300, "Certificate")
    canvas.showPage()
    canvas.save()
    writer = IncrementalPdfFileWriter(buffer)
    page = writer.root["/Pages"]["/Kids"][0]
    x, y = origin
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (x - 50, y - 40, x + size[0] + 50, y + size[1] + 40)))
    page["/CropBox"] = generic.ArrayObject(map(generic.NumberObject, (x, y, x + size[0], y + size[1])))
    page["/Rotate"] = generic.NumberObject(rotation)
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def find_stamp(data: bytes, folder: Path) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of what is coloured on the page as it is seen, in points."""
    (folder / "page.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "72", "-cropbox", "-singlefile", "-png", folder / "page.pdf", folder / "page"], check=True)
    picture = Image.open(folder / "page.png").convert("RGB")
    red, _green, blue = picture.split()
    # The frame is blue, everything else on the page is grey.
    coloured = [(x, y) for y in range(picture.height) for x in range(picture.width) if blue.getpixel((x, y)) - red.getpixel((x, y)) > 40]
    xs, ys = [x for x, _y in coloured], [y for _x, y in coloured]
    return min(xs), picture.height - max(ys), max(xs) - min(xs), max(ys) - min(ys)


@pytest.mark.skipif(not which("pdftoppm"), reason="poppler-utils is not on PATH")
@pytest.mark.parametrize("size", [A4, A3, A5], ids=["A4", "A3", "A5"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_stamp_looks_the_same_on_every_page(size: tuple[int, int], rotation: int, engine: DocumentEngine, pki: Pki, tmp_path: Path) -> None:
    data = make_page(size, rotation, (-30, 70))
    spec = SignatureSpec(level=Level.B, placement="last:bottom_left", title="Подписано електронно от")
    prepared = engine.prepare(data, spec, pki.get_identity("vidin.governor"))

    left, bottom, wide, high = find_stamp(fill(data, prepared), tmp_path)

    margin = min(MARGIN, (size[1] if rotation % 180 else size[0]) * 0.06)
    assert abs(left - margin) < 3 and abs(bottom - margin) < 3
    assert abs(wide - WIDTH) < 4 and abs(high - HEIGHT) < 4


def fill(data: bytes, prepared: Prepared) -> bytes:
    before, after, size = prepared.state["gap"]
    return data + base64.b64decode(before) + b"0" * size + base64.b64decode(after)


@pytest.mark.parametrize(("rotation", "corner"), itertools.product([0, 90, 180, 270], CORNERS))
def test_stamps_of_many_signers_stay_on_the_page_and_beside_each_other(rotation: int, corner: str) -> None:
    sheet = Sheet((0, 0, *A5), (10, 20, 400, 560), rotation)

    boxes = [Placement("last", corner).find_place(sheet, number).box for number in range(1, 7)]

    for box in boxes:
        assert 10 <= box[0] < box[2] <= 400 and 20 <= box[1] < box[3] <= 560
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("text", ["", "last", "last:middle", "0:bottom_left", "last:1,2,3", "last:bottom_left\n"])
def test_place_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        Placement.parse(text)


@pytest.mark.skipif(not which("pdftotext"), reason="poppler-utils is not on PATH")
def test_two_hundred_bulgarian_names_are_read_back_letter_by_letter() -> None:
    names = [f"{first} {last}" for first, last in itertools.product(FIRST.split(), LAST.split())]
    slip = Slip("Разписка за подпис № 1", "ѝ „…“ №", (("Имена", tuple((str(number), name) for number, name in enumerate(names))),))

    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=draw_slip(slip), capture_output=True, check=True).stdout.decode()

    assert len(names) == 200
    assert {letter.lower() for name in names for letter in name} >= set("абвгдежзийклмнопрстуфхцчшщъюяѝ")
    assert [name for name in names if name not in text] == []
    assert "„" in text and "№" in text


TITLES = (
    "областен управител на област с административен център Видин",
    "главен секретар",
    "директор на дирекция „Административен контрол, регионално развитие и държавна собственост“",
    "и.ф. началник-отдел „ИКТ“, съгл. Заповед № РД-12-ѝ/05.01.2026 г.",
    "ГЛАВЕН ЮРИСКОНСУЛТ „ЩЪЮЯ“ – Ѝ",
)
SIZES = (A4, A3, A5, (842, 595), (300, 420), (2384, 3370))


@pytest.mark.skipif(not which("pdftotext"), reason="poppler-utils is not on PATH")
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_stamp_says_two_hundred_names_with_titles_on_pages_of_every_size(
    rotation: int, engine: DocumentEngine, pki: Pki, tmp_path: Path
) -> None:
    """Read back from the signed page itself; what is too long for its line ends with a sign of that."""
    names = [f"{first} {last}" for first, last in itertools.product(FIRST.split(), LAST.split())]
    assert len(names) >= 200
    identity = pki.get_identity("vidin.governor")
    pages = {size: make_page(size, rotation, (-30, 70)) for size in SIZES}
    path = tmp_path / "page.pdf"
    for place, name in enumerate(names):
        title, data = TITLES[place % len(TITLES)], pages[SIZES[place % len(SIZES)]]
        spec = SignatureSpec(
            level=Level.B, placement="last:bottom_left", title="Подписано електронно от", stamp_lines=(name, title, f"№ {place}-ѝ")
        )

        path.write_bytes(fill(data, engine.prepare(data, spec, identity)))

        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
        lines = [" ".join(line.split()) for line in text.splitlines()]
        assert {name, f"№ {place}-ѝ", "Подписано електронно от"} <= set(lines), (place, lines)
        assert any(line == title or (line.endswith("…") and title.startswith(line[:-1]) and len(line) > 40) for line in lines), (
            title,
            lines,
        )
