"""The book as XLSX, written row by row: text cells only, so nothing in it is ever calculated."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

from .book import COLUMNS, BookLine, BookTitle, Place, Portion, write_cell

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WIDTHS = (9, 26, 26, 17, 7, 24, 34, 18, 60, 24, 10, 48, 20)
_PLAIN, _HEAD, _STRUCK, _TITLE, _LINE = range(5)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32767

_FIXED = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Регистър" sheetId="1" r:id="rId1"/></sheets>'
    "<definedNames><definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'Регистър'!$3:$3</definedName></definedNames></workbook>",
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="4"><font><sz val="10"/><name val="Calibri"/></font><font><b/><sz val="10"/><name val="Calibri"/></font>'
    '<font><strike/><sz val="10"/><color rgb="FF777777"/><name val="Calibri"/></font>'
    '<font><b/><sz val="13"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEEEEEE"/></patternFill></fill></fills>'
    "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"5\">"
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="2" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="3" applyFont="1"/><xf/></cellXfs></styleSheet>',
}  # fmt: skip
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class XlsxBook:
    def write_portion(self, title: BookTitle, lines: Sequence[BookLine], place: Place) -> Portion:
        return Portion("".join(map(_write_line, lines)).encode(), len(lines))

    def join(self, target: BinaryIO, title: BookTitle, portions: Iterable[bytes], pages: int) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in _FIXED.items():
                archive.writestr(name, _HEADER + content)
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                for piece in _write_sheet(title, portions):
                    sheet.write(piece)


def _write_sheet(title: BookTitle, portions: Iterable[bytes]) -> Iterator[bytes]:
    columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(_WIDTHS, 1))
    yield (
        f'{_HEADER}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0" tabSelected="1">'
        '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
        f"<row>{_write_text(f'{title.administration}. {title.register}', _TITLE)}</row>"
        f"<row>{_write_text(f'{title.period}. Съставил: {title.printed_by}, {title.made_at}', _LINE)}</row>"
        f"<row>{''.join(_write_text(label, _HEAD) for label, _name in COLUMNS)}</row>"
    ).encode()
    yield from portions
    yield (
        "</sheetData>"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;RСтр. &amp;P от &amp;N</oddFooter></headerFooter></worksheet>"
    ).encode()


def _write_line(line: BookLine) -> str:
    style = _STRUCK if line.is_annulled else _PLAIN
    cells = "".join(_write_value(getattr(line, name), style if name != "notes" else _PLAIN) for _label, name in COLUMNS)
    return f"<row>{cells}</row>"


def _write_value(value: object, style: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<c s="{style}"><v>{value}</v></c>'
    return _write_text(write_cell(value), style)


def _write_text(text: str, style: int) -> str:
    safe = escape(_UNWRITABLE.sub("", text)[:_LONGEST])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'
