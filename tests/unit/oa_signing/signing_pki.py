"""The demo PKI of a test run: where it is and what it offers."""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem
from oa_signing.adapters.document_engine import DocumentEngine, WatchfulEngine
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust
from oa_signing.adapters.validation_client import ServiceSettings
from oa_signing.core.specs import SignerIdentity

ROOT = Path(__file__).resolve().parents[3]
SERVE = ROOT / "addons/oa_signing/serve.py"
LOGINS = ("vidin.governor", "vidin.sg", "vidin.lawyer", "vidin.deputy")
DEAD_URL = "http://127.0.0.1:9/"


@dataclass(frozen=True)
class Pki:
    folder: Path
    port: int
    pins: dict[str, str]

    @property
    def timestamp_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/demo/tsa/tsa"

    def get_identity(self, login: str) -> SignerIdentity:
        ders = [pem.unarmor((self.folder / name).read_bytes())[2] for name in (f"people/{login}.pem", "chain.pem")]
        return SignerIdentity(ders[0], (ders[1],))

    def get_settings(self, timestamp_url: str | None = None) -> ServiceSettings:
        return ServiceSettings(str(self.folder), timestamp_url or self.timestamp_url, ("127.0.0.1",))

    def make_engine(self, timestamp_url: str | None = None, hosts: tuple[str, ...] = ("127.0.0.1",)) -> DocumentEngine:
        stamps = HttpTimestamps(timestamp_url or self.timestamp_url)
        return WatchfulEngine(FolderTrust(str(self.folder)), stamps, HttpRevocation(hosts))
