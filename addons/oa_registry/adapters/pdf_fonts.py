"""The font of the book: how wide a text is, how it breaks, how a PDF spells it."""

from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import TTFontFile

_FOLDER = Path(__file__).resolve().parents[1] / "static" / "fonts"
_UNKNOWN = "?"


class _Known(dict[str, Any]):
    """What is known of each letter; a letter that the font does not have is shown as a question mark."""

    def __missing__(self, letter: str) -> Any:
        return self[_UNKNOWN]


class Font:
    """One TrueType file, embedded whole: it holds Latin, Greek and Cyrillic and nothing else."""

    def __init__(self, name: str, file: str) -> None:
        self.name = name
        self.data = (_FOLDER / file).read_bytes()
        face = TTFontFile(str(_FOLDER / file))
        self.full_name = face.name.decode("ascii")
        self.ascent, self.descent, self.box, self.stem = face.ascent, face.descent, face.bbox, face.stemV
        self.glyphs: dict[str, int] = {chr(code): glyph for code, glyph in face.charToGlyph.items()}
        self.widths = _Known({chr(code): width for code, width in face.charWidths.items()})
        self._hex = _Known({letter: f"{glyph:04X}" for letter, glyph in self.glyphs.items()})

    def measure(self, text: str, size: float) -> float:
        width: float = sum(map(self.widths.__getitem__, text))
        return width * size / 1000

    def encode(self, text: str) -> str:
        return "".join(map(self._hex.__getitem__, text))

    def wrap(self, text: str, size: float, room: float, most: int) -> list[str]:
        """Break at spaces, long words anywhere; at most so many lines."""
        if self.measure(text, size) <= room and "\n" not in text:
            return [text]
        lines: list[str] = []
        for word in text.split():
            lines = self._add_word(lines, word, size, room)
            if len(lines) > most:
                return [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
        return lines or [""]

    def _add_word(self, lines: list[str], word: str, size: float, room: float) -> list[str]:
        if lines and self.measure(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
            return lines
        while self.measure(word, size) > room and len(word) > 1:
            length = max(1, int(len(word) * room / self.measure(word, size)))
            while length > 1 and self.measure(word[:length], size) > room:
                length -= 1
            lines.append(word[:length])
            word = word[length:]
        lines.append(word)
        return lines


@cache
def get_fonts() -> tuple[Font, Font]:
    """Regular and bold."""
    return Font("F1", "DejaVuSansCondensed.ttf"), Font("F2", "DejaVuSansCondensed-Bold.ttf")
