"""What may be stored, told by the content and not by the name."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from .errors import FileRejectedError

MEGABYTE = 1024 * 1024
_PDF_HEADER_WINDOW = 1024
_PDF_TRAILER_WINDOW = 2048
_ENCRYPT = re.compile(rb"/Encrypt(?:\s+[0-9]+\s+[0-9]+\s+R|\s*<<)")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "application/xml"),
)
_BY_EXTENSION = {
    ".docx": ("application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".odt": ("application/zip", "application/vnd.oasis.opendocument.text"),
    ".ods": ("application/zip", "application/vnd.oasis.opendocument.spreadsheet"),
    ".doc": ("application/x-ole-storage", "application/msword"),
    ".xls": ("application/x-ole-storage", "application/vnd.ms-excel"),
    ".msg": ("application/x-ole-storage", "application/vnd.ms-outlook"),
}
_REFUSED_EXTENSIONS = {".exe", ".dll", ".bat", ".cmd", ".com", ".js", ".vbs", ".ps1", ".scr", ".msi", ".jar", ".lnk", ".hta"}


@dataclass(frozen=True)
class FileFacts:
    """What the content says of itself."""

    name: str
    size: int
    sha256: str
    mimetype: str


def check_file(name: str, data: bytes, limit_megabytes: int) -> FileFacts:
    """Refuse what must not be stored; otherwise tell size, digest and type by content."""
    extension = PurePath(name).suffix.lower()
    _check_name_and_size(name, extension, data, limit_megabytes)
    is_pdf = data[:_PDF_HEADER_WINDOW].find(b"%PDF-") != -1
    if extension == ".pdf" and not is_pdf:
        raise FileRejectedError("file_not_pdf", name=name)
    if is_pdf:
        _check_pdf(name, data)
    mimetype = "application/pdf" if is_pdf else _guess_type(extension, data)
    return FileFacts(name, len(data), hashlib.sha256(data).hexdigest(), mimetype)


def _check_name_and_size(name: str, extension: str, data: bytes, limit_megabytes: int) -> None:
    if not name.strip():
        raise FileRejectedError("file_name")
    if not data:
        raise FileRejectedError("file_empty", name=name)
    if len(data) > limit_megabytes * MEGABYTE:
        size = f"{len(data) / MEGABYTE:.1f}".replace(".", ",")
        raise FileRejectedError("file_too_big", name=name, size=size, limit=str(limit_megabytes))
    if extension in _REFUSED_EXTENSIONS or data[:2] == b"MZ":
        raise FileRejectedError("file_program", name=name)


def _check_pdf(name: str, data: bytes) -> None:
    if b"%%EOF" not in data[-_PDF_TRAILER_WINDOW:] and b"startxref" not in data[-_PDF_TRAILER_WINDOW:]:
        raise FileRejectedError("file_cut_pdf", name=name)
    # The key stands in the trailer or in the cross-reference stream's dictionary, which are never compressed.
    if _ENCRYPT.search(data):
        raise FileRejectedError("file_encrypted", name=name)


def _guess_type(extension: str, data: bytes) -> str:
    found = next((mimetype for magic, mimetype in _SIGNATURES if data.startswith(magic)), "")
    container, refined = _BY_EXTENSION.get(extension, ("", ""))
    if found and found == container:
        return refined
    if found:
        return found
    return "text/plain" if _is_text(data) else "application/octet-stream"


def _is_text(data: bytes) -> bool:
    if b"\x00" in data:
        return False
    try:
        data[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 4090
    return True
