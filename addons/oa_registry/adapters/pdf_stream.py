"""A PDF/A-2b file that is written from its beginning to its end and never held."""

import hashlib
import zlib
from importlib.resources import files
from typing import BinaryIO
from xml.sax.saxutils import escape

from .pdf_fonts import Font, get_fonts

_CATALOG, _TREE, _RESOURCES, _METADATA, _PROFILE, _TOTAL = range(1, 7)
_FIRST_FONT, _PER_FONT = 7, 5
_FIRST_PAGE = _FIRST_FONT + 2 * _PER_FONT
_SIZE = 7.5
_BOXES_PER_LINE = 20

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class PdfStream:
    """Pages of one size over two fonts; the number of pages is known before and drawn by the form /Total."""

    def __init__(self, target: BinaryIO, title: str, pages: int, size: tuple[float, float]) -> None:
        self._target, self._title, self._count, self._size = target, title, pages, size
        self._offsets: dict[int, int] = {}
        self._place = 0
        self._next = _FIRST_PAGE
        self._digest = hashlib.md5(usedforsecurity=False)
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add_page(self, content: bytes) -> None:
        """Write one page; its content is already deflated."""
        box = f"[0 0 {self._size[0]:.2f} {self._size[1]:.2f}]"
        self._add_stream(self._next, content, "/Filter /FlateDecode")
        page = f"<< /Type /Page /Parent {_TREE} 0 R /MediaBox {box} /Resources {_RESOURCES} 0 R /Contents {self._next} 0 R >>"
        self._add(self._next + 1, page)
        self._next += 2

    def finish(self) -> None:
        regular, bold = get_fonts()
        kids = " ".join(f"{number} 0 R" for number in range(_FIRST_PAGE + 1, self._next, 2))
        self._add(_TREE, f"<< /Type /Pages /Count {(self._next - _FIRST_PAGE) // 2} /Kids [{kids}] >>")
        fonts = f"<< /F1 {_FIRST_FONT} 0 R /F2 {_FIRST_FONT + _PER_FONT} 0 R >>"
        self._add(_RESOURCES, f"<< /Font {fonts} /XObject << /Total {_TOTAL} 0 R >> >>")
        self._add_total(regular, fonts)
        for place, font in enumerate((regular, bold)):
            self._add_font(_FIRST_FONT + place * _PER_FONT, font)
        # Metadata must be readable without a PDF program, so they are not deflated.
        self._add_stream(_METADATA, _XMP.format(title=escape(self._title)).encode(), "/Type /Metadata /Subtype /XML")
        profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
        self._add_stream(_PROFILE, zlib.compress(profile), "/N 3 /Filter /FlateDecode")
        intent = f"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /DestOutputProfile {_PROFILE} 0 R >>"
        self._add(
            _CATALOG,
            f"<< /Type /Catalog /Pages {_TREE} 0 R /Metadata {_METADATA} 0 R /OutputIntents [{intent}] /Lang (bg-BG)"
            " /ViewerPreferences << /DisplayDocTitle true >> >>",
        )
        self._finish_table()

    def _add_total(self, font: Font, fonts: str) -> None:
        text = f"BT /{font.name} {_SIZE:g} Tf 0 0 Td <{font.encode(str(self._count))}> Tj ET"
        box = f"[0 -3 {font.measure('000000', _SIZE):.2f} 10]"
        self._add_stream(_TOTAL, text.encode(), f"/Type /XObject /Subtype /Form /BBox {box} /Resources << /Font {fonts} >>")

    def _add_font(self, first: int, font: Font) -> None:
        descendant, descriptor, file, unicode_map = range(first + 1, first + _PER_FONT)
        self._add(
            first,
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.full_name} /Encoding /Identity-H"
            f" /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode_map} 0 R >>",
        )
        widths = " ".join(f"{glyph} [{font.widths[letter]:.0f}]" for letter, glyph in font.glyphs.items() if letter in font.widths)
        self._add(
            descendant,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{font.full_name} /CIDToGIDMap /Identity /DW 540"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /W [{widths}] >>",
        )
        box = " ".join(f"{edge:.0f}" for edge in font.box)
        self._add(
            descriptor,
            f"<< /Type /FontDescriptor /FontName /{font.full_name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 /Ascent {font.ascent:.0f}"
            f" /Descent {font.descent:.0f} /CapHeight {font.ascent:.0f} /StemV {font.stem:.0f} /FontFile2 {file} 0 R >>",
        )
        self._add_stream(file, zlib.compress(font.data), f"/Length1 {len(font.data)} /Filter /FlateDecode")
        self._add_stream(unicode_map, zlib.compress(_write_unicode_map(font)), "/Filter /FlateDecode")

    def _finish_table(self) -> None:
        start, size = self._place, self._next
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            self._write(f"{self._offsets[number]:010} 00000 n \n".encode())
        mark = self._digest.hexdigest()
        self._write(f"trailer\n<< /Size {size} /Root {_CATALOG} 0 R /ID [<{mark}> <{mark}>] >>\nstartxref\n{start}\n%%EOF\n".encode())

    def _add(self, number: int, content: str) -> None:
        self._offsets[number] = self._place
        self._write(f"{number} 0 obj\n{content}\nendobj\n".encode())

    def _add_stream(self, number: int, data: bytes, entries: str) -> None:
        self._offsets[number] = self._place
        self._write(f"{number} 0 obj\n<< {entries} /Length {len(data)} >>\nstream\n".encode())
        self._write(data)
        self._write(b"\nendstream\nendobj\n")

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._place += self._target.write(data)


def _write_unicode_map(font: Font) -> bytes:
    """So that text is found and copied."""
    pairs = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, glyph in font.glyphs.items()]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
