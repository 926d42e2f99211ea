"""Trust from files: every certificate of a folder, the self-signed ones are roots; and the services of trusted lists."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.registry import SimpleTrustManager, TrustManager

from ..core.errors import CertificateUntrustedError, TrustListUnknownError
from ..core.ports import TrustPort
from ..core.trust_registry import ListedTrustManager, Registry, make_registry

MAX_FILE_SIZE = 1 << 20


_known: dict[str, tuple[object, "FolderTrust"]] = {}
_lists: dict[str, bytes] = {}
_registries: dict[tuple[str, ...], Registry] = {}


def make_trust(folder: str, digests: Sequence[str] = (), given: Mapping[str, bytes] | None = None) -> TrustPort:
    """The folder and the lists with these digests; lists that this process has not seen have to be given."""
    if not digests:
        return read_trust(folder)
    try:
        base = read_trust(folder) if folder else None
    except CertificateUntrustedError:
        # The lists suffice.
        base = None
    return ListedTrust(_find_registry(tuple(digests), given or {}), base)


def _find_registry(digests: tuple[str, ...], given: Mapping[str, bytes]) -> Registry:
    if digests not in _registries:
        _lists.update({name: data for name, data in given.items() if hashlib.sha256(data).hexdigest() == name})
        if missing := [digest for digest in digests if digest not in _lists]:
            raise TrustListUnknownError(digests=missing)
        registry = make_registry([_lists[digest] for digest in digests])
        # An older set is not asked for again once there is a newer one.
        _registries.clear()
        _lists.clear()
        _registries[digests] = registry
    return _registries[digests]


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
        self._manager: TrustManager | None = None
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

    def get_manager(self) -> TrustManager:
        self._manager = self._manager or SimpleTrustManager.build(trust_roots=self._roots)
        return self._manager

    def get_registry(self) -> Registry | None:
        return None

    def _read(self, data: bytes) -> None:
        blocks = [der for _type, _headers, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for der in blocks:
            certificate = x509.Certificate.load(der)
            is_root = certificate.self_signed in ("maybe", "yes")
            (self._roots if is_root else self._intermediates).append(certificate)


class ListedTrust:
    """Services of trusted lists, each in its time, beside the certificates of a folder."""

    def __init__(self, registry: Registry, base: TrustPort | None = None) -> None:
        self._registry, self._base = registry, base
        self._manager: TrustManager | None = None

    def get_roots(self) -> list[x509.Certificate]:
        return self._base.get_roots() if self._base else []

    def get_intermediates(self) -> list[x509.Certificate]:
        listed = {*self._registry.known_certificate_authorities, *self._registry.known_timestamp_authorities}
        certificates = [authority.certificate for authority in listed if isinstance(authority, AuthorityWithCert)]
        if self._base is None:
            return certificates
        # Whoever judges by the lists does not look at the roots of a folder by itself.
        return [*certificates, *self._base.get_roots(), *self._base.get_intermediates()]

    def get_manager(self) -> TrustManager:
        others = self._base.get_intermediates() if self._base else []
        self._manager = self._manager or ListedTrustManager(self._registry, self.get_roots(), others)
        return self._manager

    def get_registry(self) -> Registry | None:
        return self._registry
