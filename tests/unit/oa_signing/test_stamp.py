"""The visible stamp."""

import subprocess
from io import BytesIO
from shutil import which

import pytest
from oa_signing.core.specs import SignatureSpec
from oa_signing.core.stamp import draw_stamp
from oa_signing.core.stamp_place import HEIGHT, WIDTH, Place
from pyhanko.pdf_utils.reader import PdfFileReader

NAME = "Ѝлия Щърбова-Ъглева"
PLACE = Place((34, 34, 34 + WIDTH, 34 + HEIGHT), 1, 0)


def make_spec(*lines: str) -> SignatureSpec:
    return SignatureSpec(title="Подписано електронно от", stamp_lines=lines)


@pytest.mark.skipif(not which("pdftotext"), reason="poppler-utils is not on PATH")
def test_stamp_shows_bulgarian_letters_quotes_and_number() -> None:
    drawn = draw_stamp(make_spec("№ 12-00-345", "„ѝ“"), NAME, PLACE)

    text = subprocess.run(["pdftotext", "-", "-"], input=drawn, capture_output=True, check=True).stdout.decode()

    assert all(part in text for part in (NAME, "№ 12-00-345", "„ѝ“"))


def test_long_name_stays_inside() -> None:
    drawn = draw_stamp(make_spec(), "Много дълго име " * 20, PLACE)

    assert len(PdfFileReader(BytesIO(drawn)).root["/Pages"]["/Kids"]) == 1
