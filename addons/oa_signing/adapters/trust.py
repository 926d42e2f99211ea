"""Trust from files: every certificate of a folder; the self-signed ones are roots."""

import os
from pathlib import Path

from asn1crypto import pem, x509

from ..core.errors import CertificateUntrustedError

MAX_FILE_SIZE = 1 << 20


_known: dict[str, tuple[object, "FolderTrust"]] = {}


def read_trust(folder: str) -> "FolderTrust":
    """The folder as it is now; it is read anew only when something in it changed."""
    try:
        state = tuple((entry.name, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in os.scandir(folder))
    except OSError:
        state = None
    if folder not in _known or state is None or _known[folder][0] != state:
        _known[folder] = state, FolderTrust(folder)
    return _known[folder][1]


class FolderTrust:
    """Roots and intermediates of the `*.pem`, `*.crt` and `*.cer` files right in one folder."""

    def __init__(self, folder: str) -> None:
        self._roots: list[x509.Certificate] = []
        self._intermediates: list[x509.Certificate] = []
        if not folder or not Path(folder).is_dir():
            raise CertificateUntrustedError("trust folder", folder=folder)
        for path in sorted(Path(folder).iterdir()):
            if path.suffix in (".pem", ".crt", ".cer") and path.stat().st_size <= MAX_FILE_SIZE:
                self._read(path.read_bytes())
        if not self._roots:
            raise CertificateUntrustedError("no root", folder=folder)

    def get_roots(self) -> list[x509.Certificate]:
        return list(self._roots)

    def get_intermediates(self) -> list[x509.Certificate]:
        return list(self._intermediates)

    def _read(self, data: bytes) -> None:
        blocks = [der for _type, _headers, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for der in blocks:
            certificate = x509.Certificate.load(der)
            is_root = certificate.self_signed in ("maybe", "yes")
            (self._roots if is_root else self._intermediates).append(certificate)
