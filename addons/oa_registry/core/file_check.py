"""What may be stored, told by the content and not by the name."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from .errors import FileRejectedError
from .file_types import guess_type, is_program, keeps_promise

MEGABYTE = 1024 * 1024
_PDF_TRAILER_WINDOW = 2048
_ENCRYPT = re.compile(rb"/Encrypt(?:\s+[0-9]+\s+[0-9]+\s+R|\s*<<)")
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
    mimetype = guess_type(extension, data)
    if extension == ".pdf" and mimetype != "application/pdf":
        raise FileRejectedError("file_not_pdf", name=name)
    if mimetype == "application/pdf":
        _check_pdf(name, data)
    if not keeps_promise(extension, mimetype):
        raise FileRejectedError("file_other_type", name=name, type=mimetype)
    return FileFacts(name, len(data), hashlib.sha256(data).hexdigest(), mimetype)


def _check_name_and_size(name: str, extension: str, data: bytes, limit_megabytes: int) -> None:
    if not name.strip():
        raise FileRejectedError("file_name")
    if not data:
        raise FileRejectedError("file_empty", name=name)
    if len(data) > limit_megabytes * MEGABYTE:
        size = f"{len(data) / MEGABYTE:.1f}".replace(".", ",")
        raise FileRejectedError("file_too_big", name=name, size=size, limit=str(limit_megabytes))
    if extension in _REFUSED_EXTENSIONS or is_program(data):
        raise FileRejectedError("file_program", name=name)


def _check_pdf(name: str, data: bytes) -> None:
    if b"%%EOF" not in data[-_PDF_TRAILER_WINDOW:] and b"startxref" not in data[-_PDF_TRAILER_WINDOW:]:
        raise FileRejectedError("file_cut_pdf", name=name)
    # The key stands in the trailer or in the cross-reference stream's dictionary, which are never compressed.
    if _ENCRYPT.search(data):
        raise FileRejectedError("file_encrypted", name=name)
