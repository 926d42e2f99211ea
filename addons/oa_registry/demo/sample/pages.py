"""Small real PDF files: a letter of one page, with text that can be searched."""

import io
import textwrap

from odoo.tools import file_path
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "OaSample"
LEFT, TOP, LINE, WIDTH = 70, 760, 16, 78


def write_letter(paper, correspondent, rng):
    """The bytes of a letter about the paper; the same paper gives the same bytes."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, file_path("web/static/fonts/sign/NotoSans-Reg.ttf")))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True, pageCompression=1)
    canvas.setTitle(paper.subject)
    text = canvas.beginText(LEFT, TOP)
    text.setFont(FONT, 10, leading=LINE)
    for sentence in list_sentences(paper, correspondent, rng):
        for line in textwrap.wrap(sentence, WIDTH) or [""]:
            text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


def list_sentences(paper, correspondent, rng):
    """What stands in the letter, line by line."""
    codes = ("ПВ", "ДЗ", "СП", "СТВ", "ЗП", "ДК")
    body = [paper.office.subjects.write(rng.choice(codes)) for _number in range(rng.randint(3, 9))]
    return [paper.office.company.name, "", correspondent, "", f"ОТНОСНО: {paper.subject}", "", *(f"{line}." for line in body)]
