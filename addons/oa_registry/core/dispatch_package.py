"""What is handed over when a document goes through an exchange system that is not connected: its files, and a sheet of what to type."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from .case_package import make_file_name, write_digests

SHEET = "danni.txt"
DIGESTS = "digests.sha256"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The same document gives the same package: no moment of packing is in it."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file that goes along."""

    name: str
    data: bytes


def make_package(facts: Sequence[tuple[str, str]], files: Sequence[PackageFile], advice: str = "") -> bytes:
    """A ZIP with the files in their order, the facts of the message as a text for people, and the digests of everything."""
    members = [
        (f"{place:02}_{make_file_name(file.name.rpartition('.')[0] or file.name, _get_suffix(file.name))}", file.data)
        for place, file in enumerate(files, 1)
    ]
    members.append((SHEET, _write_sheet(facts, [name for name, _data in members], advice)))
    members.append((DIGESTS, write_digests([(hashlib.sha256(data).hexdigest(), name) for name, data in members])))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, _BEGINNING), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _get_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix}" if dot and stem else ""


def _write_sheet(facts: Sequence[tuple[str, str]], names: Sequence[str], advice: str) -> bytes:
    lines = [f"{label}: {value}" for label, value in facts if value]
    # The byte order mark lets every editor read the Cyrillic.
    return "\r\n".join(("\ufeff" + lines[0], *lines[1:], "", *names, "", advice)).encode() if lines else advice.encode()
