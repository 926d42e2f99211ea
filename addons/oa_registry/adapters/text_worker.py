"""Reads the text of one file that nobody vouches for: a process of its own under limits, with the standard library only.

    python -I text_worker.py read|recognise TYPE FILE FOLDER

Answers with one line of JSON: the text, how it was got, the number of pages, or why there is none. The parent is `text_reader`; it
kills whoever takes too long. Programs for PDF and scans run as children under the same limits.
"""

import contextlib
import email
import email.policy
import html.parser
import json
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

MEGABYTE = 1 << 20
MEMORY, CPU_SECONDS, LARGEST_WRITTEN = 1024 * MEGABYTE, 60, 128 * MEGABYTE
MOST_TEXT = 1_000_000
"""Characters kept of one file: about 400 pages."""
MOST_UNPACKED = 100 * MEGABYTE
MOST_PAGES, MOST_SCANNED_PAGES = 500, 60
LETTERS_OF_A_PAGE = 40
"""A PDF with fewer letters on a page is a scan."""
_DPI = "200"
_BLOCKS = {"p", "h", "br", "tab", "line-break", "si", "row", "table-row", "table-cell"}
_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("word/", {"t"}),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xl/", {"t", "v"}),
    "application/vnd.oasis.opendocument.text": ("content.xml", None),
    "application/vnd.oasis.opendocument.spreadsheet": ("content.xml", None),
}
"""Where the text stands in the archive and in which elements; None: in all of them."""
_WANTED_PARTS = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
    "xl/shared",
    "xl/worksheets/sheet",
)


class UnreadableError(Exception):
    """Said with a code that the models turn into a sentence."""


class Collector:
    """Text that ends when it is enough."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
        if self.length > MOST_TEXT:
            raise EnoughError

    def get_text(self) -> str:
        return "".join(self.pieces)[:MOST_TEXT]


class EnoughError(Exception):
    """No more text is wanted."""


class XmlText:
    """The text of XML without entities of its own: a definition of a type ends the reading."""

    def __init__(self, target: Collector, elements: set[str] | None) -> None:
        self._target, self._elements, self._is_open, self._is_shared = target, elements, elements is None, False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._write

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            raise UnreadableError("damaged") from error

    def _refuse(self, *_declaration: Any) -> None:
        raise UnreadableError("entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "c":
            # The number of a shared string is no text of the sheet.
            self._is_shared = attributes.get("t") == "s"
        if self._elements is not None:
            self._is_open = local in self._elements and not (local == "v" and self._is_shared)

    def _end(self, name: str) -> None:
        if name.rpartition(" ")[2] in _BLOCKS or self._elements is None or "v" in self._elements:
            self._target.add("\n")
        if self._elements is not None:
            self._is_open = False

    def _write(self, text: str) -> None:
        if self._is_open:
            self._target.add(text)


class HtmlText(html.parser.HTMLParser):
    """The words of a page without its programs and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in {"script", "style"}
        self.pieces.append("\n" if tag in {"p", "br", "div", "tr", "li"} else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def read_office(path: Path, kind: str) -> str:
    """DOCX, XLSX, ODT, ODS: streams, so that an archive that unpacks to gigabytes costs nothing."""
    place, elements = _OFFICE[kind]
    target, left = Collector(), MOST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                if not _is_wanted(part.filename, place):
                    continue
                reader = XmlText(target, elements)
                with archive.open(part) as stream:
                    while chunk := stream.read(1 << 16):
                        left -= len(chunk)
                        if left < 0:
                            raise UnreadableError("bomb")
                        reader.feed(chunk)
                reader.feed(b"", is_last=True)
    except EnoughError:
        return target.get_text()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableError("damaged") from error
    return target.get_text()


def _is_wanted(name: str, place: str) -> bool:
    return name == place or (place.endswith("/") and name.endswith(".xml") and name.startswith(_WANTED_PARTS))


def read_xml(path: Path, _kind: str) -> str:
    target = Collector()
    with contextlib.suppress(EnoughError):
        XmlText(target, None).feed(path.read_bytes(), is_last=True)
    return target.get_text()


def read_plain(path: Path, kind: str) -> str:
    data = path.read_bytes()[: 4 * MOST_TEXT]
    text = decode(data)
    return strip_html(text) if kind == "text/html" else text


def decode(data: bytes) -> str:
    """Bulgarian text is in UTF-8, or in the code page of old Windows programs."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def strip_html(text: str) -> str:
    parser = HtmlText()
    parser.feed(text)
    return "".join(parser.pieces)


def read_email(path: Path, _kind: str) -> str:
    """Who, when, about what, the words of the letter and the names of what is attached."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return "\n".join([*list_headers(message), "", read_body(message), "", *list_attachments(message)])


def list_headers(message: Any) -> Iterator[str]:
    for name, label in (("From", "От"), ("To", "До"), ("Cc", "Копие"), ("Date", "Дата"), ("Subject", "Относно")):
        try:
            value = str(message.get(name, "") or "")
        except Exception:  # a broken header of a foreign program must not hide the letter
            value = ""
        if value:
            yield f"{label}: {value}"


def read_body(message: Any) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except Exception:  # as above
        part = None
    if part is None:
        return ""
    data = part.get_payload(decode=True) or b""
    charset = part.get_content_charset() or ""
    try:
        text = data.decode(charset) if charset else decode(data)
    except (LookupError, UnicodeDecodeError):
        text = decode(data)
    return strip_html(text) if part.get_content_type() == "text/html" else text


def list_attachments(message: Any) -> Iterator[str]:
    for part in message.walk():
        try:
            name = part.get_filename()
        except Exception:  # as above
            name = None
        if name:
            yield f"Приложение: {name}"


def read_pdf(path: Path, _kind: str) -> str:
    _require("pdftotext")
    return _run("pdftotext", "-q", "-enc", "UTF-8", "-nopgbrk", "-l", str(MOST_PAGES), str(path), "-")[:MOST_TEXT]


def count_pages(path: Path) -> int:
    said = _run("pdfinfo", str(path))
    found = next((line.split()[1] for line in said.splitlines() if line.startswith("Pages:")), "0")
    return int(found) if found.isdigit() else 0


def recognise(path: Path, kind: str, folder: Path) -> str:
    """Read pictures page by page, so that one of them is in memory at a time."""
    _require("tesseract")
    if kind.startswith("image/"):
        return _read_picture(path)
    _require("pdftoppm")
    texts = []
    for page in range(1, min(count_pages(path), MOST_SCANNED_PAGES) + 1):
        picture = folder / "page"
        _run(
            "pdftoppm",
            "-q",
            "-r",
            _DPI,
            "-gray",
            "-singlefile",
            "-f",
            str(page),
            "-l",
            str(page),
            "-scale-to",
            "4000",
            str(path),
            str(picture),
        )
        if (made := picture.with_suffix(".pgm")).exists():
            texts.append(_read_picture(made))
            made.unlink()
    return "\n".join(texts)[:MOST_TEXT]


def _read_picture(path: Path) -> str:
    return _run("tesseract", str(path), "stdout", "-l", "bul+eng", "--psm", "3")


def _require(program: str) -> None:
    if not shutil.which(program):
        raise UnreadableError("no_program")


def _run(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise UnreadableError("damaged" if done.returncode > 0 else "limit")
    return done.stdout.decode("utf-8", errors="replace")


READERS = {
    **dict.fromkeys(_OFFICE, read_office), "message/rfc822": read_email, "application/pdf": read_pdf, "application/xml": read_xml,
    "text/plain": read_plain, "text/html": read_plain, "text/csv": read_plain,
}  # fmt: skip


def answer(act: str, kind: str, path: Path, folder: Path) -> dict[str, Any]:
    try:
        if act == "recognise":
            return {"text": recognise(path, kind, folder), "method": "recognised"}
        if kind.startswith("image/"):
            return {"text": "", "method": "scan"}
        text = READERS[kind](path, kind)
        if kind != "application/pdf":
            return {"text": text, "method": "read"}
        pages = count_pages(path)
        is_scan = sum(map(str.isalpha, text)) < LETTERS_OF_A_PAGE * min(pages, MOST_PAGES)
        return {"text": text, "method": "scan" if is_scan else "read", "pages": pages}
    except UnreadableError as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError):
        return {"error": "limit"}
    except Exception as error:  # any fault of a foreign file is an answer
        return {"error": "damaged", "detail": type(error).__name__}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    act, kind, path, folder = sys.argv[1:]
    sys.stdout.write(json.dumps(answer(act, kind, Path(path), Path(folder))))


if __name__ == "__main__":
    main()
