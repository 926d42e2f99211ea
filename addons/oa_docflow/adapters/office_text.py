"""The paragraphs of a DOCX or ODT and the places of text in them, which an editor may have cut anywhere."""

import re
from collections.abc import Iterator

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PARAGRAPHS = (f"{_W}p", f"{_TEXT}p", f"{_TEXT}h")
_ROWS = (f"{_W}tr", f"{_TABLE}table-row")
_BLANKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_W}tab": "\t", f"{_W}br": "\n"}


class Slot:
    """One place of text inside a paragraph."""

    def __init__(self, element: etree._Element, place: str) -> None:
        self._element, self._place = element, place

    def get(self) -> str:
        """The text that stands here."""
        return str(getattr(self._element, self._place) or "")

    def set(self, text: str) -> None:
        """Put another text here."""
        setattr(self._element, self._place, text)
        if self._element.tag == f"{_W}t":
            self._element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def list_paragraphs(root: etree._Element) -> list[etree._Element]:
    """All paragraphs and headings, those in tables and frames, too."""
    return list(root.iter(*_PARAGRAPHS))


def list_rows(root: etree._Element) -> list[etree._Element]:
    """All rows of all tables."""
    return list(root.iter(*_ROWS))


def list_slots(paragraph: etree._Element) -> list[Slot]:
    """The places of text of this paragraph, not of those inside it."""
    return list(_walk(paragraph, is_docx=paragraph.tag == f"{_W}p"))


def _walk(element: etree._Element, *, is_docx: bool) -> Iterator[Slot]:
    if not is_docx or element.tag == f"{_W}t":
        yield Slot(element, "text")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _PARAGRAPHS:
            yield from _walk(child, is_docx=is_docx)
        if not is_docx:
            yield Slot(child, "tail")


def read(element: etree._Element) -> str:
    """The text of a paragraph, or of all paragraphs of a row."""
    return "".join(slot.get() for paragraph in element.iter(*_PARAGRAPHS) for slot in list_slots(paragraph))


def read_lines(root: etree._Element) -> list[str]:
    """What a person reads, one line for each paragraph."""
    found = (_read_line(paragraph).strip() for paragraph in list_paragraphs(root))
    return [line for line in found if line]


def _read_line(paragraph: etree._Element) -> str:
    words: list[str] = [paragraph.text or ""] if paragraph.tag != f"{_W}p" else []
    for element in paragraph.iter():
        if element is paragraph or not isinstance(element.tag, str) or element.tag in _PARAGRAPHS:
            continue
        if element.tag in _BLANKS:
            words.append(_BLANKS[element.tag])
        if element.tag == f"{_W}t" or not element.tag.startswith(_W):
            words.append(element.text or "")
        if not element.tag.startswith(_W):
            words.append(element.tail or "")
    return "".join(words)


def join(paragraph: etree._Element, pattern: re.Pattern[str]) -> None:
    """Bring each match of the pattern into the slot in which it begins."""
    slots = list_slots(paragraph)
    texts = [slot.get() for slot in slots]
    whole = "".join(texts)
    owners = [number for number, text in enumerate(texts) for _letter in text]
    is_cut = False
    for match in pattern.finditer(whole):
        first = owners[match.start()]
        is_cut = is_cut or owners[match.end() - 1] != first
        owners[match.start() : match.end()] = [first] * (match.end() - match.start())
    if is_cut:
        for number, slot in enumerate(slots):
            slot.set("".join(letter for letter, owner in zip(whole, owners, strict=True) if owner == number))
