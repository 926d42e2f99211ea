#!/usr/bin/env python3
"""Verifies the package of a case: python3 verify_case.py [package.zip or folder]. Needs Python 3.8 and nothing else."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

DIGESTS = "digests.sha256"
INDEX = "index.xml"
_CHUNK = 1 << 20


class Package:
    """The files of a package by name, from a ZIP or from the folder into which it was unpacked."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path) if path.is_file() else None
        self.folder = path

    def list_names(self) -> set[str]:
        if self.archive:
            return {name for name in self.archive.namelist() if not name.endswith("/")}
        return {place.relative_to(self.folder).as_posix() for place in self.folder.rglob("*") if place.is_file()}

    def open(self, name: str) -> BinaryIO:
        return self.archive.open(name) if self.archive else (self.folder / name).open("rb")  # type: ignore[return-value]

    def hash(self, name: str) -> str:
        digest = hashlib.sha256()
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


def verify(package: Package) -> list[str]:
    """Say what is altered, missing or added; nothing when the package is whole."""
    names = package.list_names()
    if DIGESTS not in names or INDEX not in names:
        return [f"липсва {DIGESTS if DIGESTS not in names else INDEX}"]
    with package.open(DIGESTS) as stream:
        lines = stream.read().decode("utf-8").splitlines()
    listed = {path: digest for digest, _space, path in (line.partition("  ") for line in lines if line)}
    findings = [f"липсва {path}" for path in sorted(set(listed) - names)]
    findings += [f"добавен е {path}" for path in sorted(names - set(listed) - {DIGESTS})]
    findings += [f"променен е {path}" for path in sorted(names & set(listed)) if package.hash(path) != listed[path]]
    with package.open(INDEX) as stream:
        # Its digest is checked above, and expat itself limits what entities may grow to.
        root = ElementTree.parse(stream).getroot()  # noqa: S314
    for file in (node for node in root.iter() if node.tag.endswith("}file")):
        path, digest = file.get("path", ""), file.get("sha256", "")
        if not file.get("finding") and listed.get(path) != digest:
            findings.append(f"описът и списъкът се различават за {path}")
        if file.get("finding"):
            findings.append(f"{path}: {file.get('finding')} още при съставянето на пакета")
    return findings


def main() -> int:
    # Beside the script when it is started from the unpacked package.
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    findings = verify(Package(path))
    verdict = "ПАКЕТЪТ НЕ Е ЦЯЛ" if findings else "ПАКЕТЪТ Е ЦЯЛ"
    sys.stdout.write("".join(f"{line}\n" for line in [*(f"  {finding}" for finding in findings), verdict]))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
