"""What a file is, told by its first bytes; the name is only a promise that is compared with them."""

import re

OOXML = "application/vnd.openxmlformats-officedocument."
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "application/xml"),
    (b"\xef\xbb\xbf<?xml", "application/xml"),
    (b"{\\rtf", "application/rtf"),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_IN_ZIP = (
    (b"word/document.xml", f"{OOXML}wordprocessingml.document"),
    (b"xl/workbook.xml", f"{OOXML}spreadsheetml.sheet"),
    (b"ppt/presentation.xml", f"{OOXML}presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    (b"mimetypeapplication/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-e+zip"),
    (b"mimetypeapplication/vnd.etsi.asic-s+zip", "application/vnd.etsi.asic-s+zip"),
)
_ZIP_NAMES = {
    ".docx": f"{OOXML}wordprocessingml.document",
    ".xlsx": f"{OOXML}spreadsheetml.sheet",
    ".pptx": f"{OOXML}presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".asice": "application/vnd.etsi.asic-e+zip",
    ".asics": "application/vnd.etsi.asic-s+zip",
}
_OLE_NAMES = {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".msg": "application/vnd.ms-outlook"}
_PICTURES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".tif": "image/tiff", ".tiff": "image/tiff", ".gif": "image/gif",
}  # fmt: skip
_WORDS = {".txt", ".csv", ".eml", ".html", ".htm", ".xml", ".json"}
_OLD_WORDS = {"application/rtf", "application/xml", "text/html", "text/plain"}
"""What old programs save under the names of Word and Excel."""
_MAIL_FIELD = re.compile(
    rb"^(From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Delivered-To|Content-Type): ?", re.I | re.M
)
_MAIL_LINE = re.compile(rb"^(From |[!-9;-~]{2,60}:)")
_HEAD = 16_384
_PDF_WINDOW = 1024


def is_pdf(data: bytes) -> bool:
    return data[:_PDF_WINDOW].find(b"%PDF-") != -1


def is_program(data: bytes) -> bool:
    return data.startswith(_PROGRAMS)


def guess_type(extension: str, data: bytes) -> str:
    """The type by content; the name decides only between those that look the same."""
    if is_pdf(data):
        return "application/pdf"
    found = next((mimetype for magic, mimetype in _SIGNATURES if data.startswith(magic)), "")
    if found == "application/zip":
        return _look_into_zip(data) or _ZIP_NAMES.get(extension, found)
    if found == "application/x-ole-storage":
        return _OLE_NAMES.get(extension, found)
    return found or _guess_text(extension, data)


def keeps_promise(extension: str, mimetype: str) -> bool:
    """Say whether the content is what the name says."""
    if extension in _PICTURES:
        return mimetype == _PICTURES[extension]
    if extension in _ZIP_NAMES:
        return mimetype == _ZIP_NAMES[extension]
    if extension in _OLE_NAMES:
        return mimetype == _OLE_NAMES[extension] or (extension != ".msg" and mimetype in _OLD_WORDS)
    if extension == ".zip":
        return mimetype == "application/zip" or mimetype in _ZIP_NAMES.values()
    return (
        extension not in _WORDS or mimetype.startswith(("text/", "message/")) or mimetype in {"application/xml", "application/octet-stream"}
    )


def _look_into_zip(data: bytes) -> str:
    # The list of an archive stands at its end; opening it would cost what a hostile one wants it to cost.
    places = data[:200], data[-65_536:], data[:65_536]
    return next((mimetype for mark, mimetype in _IN_ZIP if any(mark in place for place in places)), "")


def _guess_text(extension: str, data: bytes) -> str:
    if b"\x00" in data[:_HEAD]:
        return "application/octet-stream"
    if _is_mail(data):
        return "message/rfc822"
    head = data[:_HEAD].lstrip()[:200].lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if _is_utf8(data) or extension in _WORDS:
        return "text/csv" if extension == ".csv" else "text/plain"
    return "application/octet-stream"


def _is_mail(data: bytes) -> bool:
    header = data[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    fields = {name.lower() for name in _MAIL_FIELD.findall(header)}
    return bool(_MAIL_LINE.match(header)) and len(fields) >= 2 and bool(fields & {b"from", b"received", b"message-id", b"return-path"})


def _is_utf8(data: bytes) -> bool:
    try:
        data[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 4090
    return b"\x00" not in data
