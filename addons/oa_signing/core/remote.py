"""What a remote service is asked and what it answers: at once, or "accepted" with a handle to ask again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import RemoteSettingError
from .specs import ToBeSigned

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class ProviderSettings:
    """How a provider is reached; the secret is named, not told."""

    protocol: str
    url: str
    client_id: str = ""
    secret_name: str = ""
    user_id: str = ""
    timeout: float = 30.0

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class RemoteCredential:
    """A key that a provider offers."""

    credential_id: str
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    needs_pin: bool = False
    needs_code: bool = False


@dataclass(frozen=True)
class RemoteOutcome:
    """What became of one document: signed, waiting, refused or expired."""

    state: str
    signature: bytes = b""


@dataclass(frozen=True)
class RemoteAnswer:
    """Outcomes in the order of the documents; `handle` asks again while some wait."""

    handle: str
    outcomes: tuple[RemoteOutcome, ...]


class RemotePort(Protocol):
    """Keys kept by a provider; PIN and code are passed on and kept nowhere."""

    def list_credentials(self) -> list[RemoteCredential]: ...

    def send_code(self, credential_id: str) -> None: ...

    def sign(self, credential_id: str, pin: str, code: str, items: Sequence[ToBeSigned]) -> RemoteAnswer: ...

    def poll(self, handle: str) -> RemoteAnswer: ...


def check_address(url: str) -> None:
    """Only https, and plain http to this machine; no user, no password, no fragment in the address."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_secure or not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise RemoteSettingError("address")
