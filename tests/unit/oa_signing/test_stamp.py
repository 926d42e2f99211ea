"""The visible stamp."""

import subprocess
from io import BytesIO
from shutil import which

import pytest
from oa_signing.core.stamp import draw_stamp
from pyhanko.pdf_utils.reader import PdfFileReader

NAME = "Ѝлия Щърбова-Ъглева"


@pytest.mark.skipif(not which("pdftotext"), reason="poppler-utils is not on PATH")
def test_stamp_shows_bulgarian_letters_quotes_and_number() -> None:
    drawn = draw_stamp("Подписано електронно от", NAME, ("№ 12-00-345", "„ѝ“"))

    text = subprocess.run(["pdftotext", "-", "-"], input=drawn, capture_output=True, check=True).stdout.decode()

    assert all(part in text for part in (NAME, "№ 12-00-345", "„ѝ“"))


def test_long_name_stays_inside() -> None:
    drawn = draw_stamp("Подписано електронно от", "Много дълго име " * 20, ("",))

    assert len(PdfFileReader(BytesIO(drawn)).root["/Pages"]["/Kids"]) == 1
