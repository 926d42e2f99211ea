"""Who is asked: the signing core knows these five interfaces and none of their makers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asn1crypto import x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.fetchers import FetcherBackend
from pyhanko_certvalidator.registry import TrustManager

from .errors import SigningError
from .life import Life
from .specs import (
    DocumentVerdict,
    KeyReference,
    Level,
    Prepared,
    Returned,
    SignatureSpec,
    Signed,
    SignerIdentity,
    ToBeSigned,
    TokenKey,
    ValidationPolicy,
)
from .trust_registry import Registry


class TokenPort(Protocol):
    """Keys that sign octets after a PIN; it is passed on and kept nowhere, but for tokens that were opened."""

    def get_keys(self) -> list[TokenKey]: ...

    def sign(self, key: KeyReference, pin: str, items: Sequence[ToBeSigned]) -> list[bytes]: ...

    def get_attempts_left(self, token_label: str) -> int: ...

    def unlock(self, token_label: str) -> None: ...

    def open(self, token_label: str, pin: str) -> None: ...

    def close(self, token_label: str) -> None: ...

    def is_open(self, token_label: str) -> bool: ...


class DocumentPort(Protocol):
    """Everything that opens a file: it may be foreign, so it is done where it can be stopped."""

    def check_certificate(self, identity: SignerIdentity) -> list[str]: ...

    def check_certificates(self, identities: Sequence[SignerIdentity]) -> list[list[str] | SigningError]: ...

    def inspect(self, data: bytes) -> int: ...

    def prepare(self, data: bytes, spec: SignatureSpec, identity: SignerIdentity) -> Prepared: ...

    def finish(self, data: bytes, state: dict[str, object], raw_signature: bytes) -> Signed: ...

    def augment(self, data: bytes, field_name: str, level: Level = Level.LT) -> Signed: ...

    def add_archive_timestamp(self, data: bytes) -> Signed: ...

    def measure(self, data: bytes) -> Life: ...

    def examine(self, base: bytes, data: bytes) -> Returned: ...

    def validate(self, data: bytes, original: bytes | None = None, policy: ValidationPolicy | None = None) -> DocumentVerdict: ...


class TimestampPort(Protocol):
    """A source of RFC 3161 timestamps; None when none is set."""

    def get_timestamper(self) -> TimeStamper | None: ...


class RevocationPort(Protocol):
    """Fetches CRLs and OCSP answers from allowed hosts; None means: only what is in the file."""

    def get_fetchers(self) -> FetcherBackend | None: ...

    def get_remembering_fetchers(self) -> FetcherBackend | None:
        """For checks: an answer of a while ago that is still fresh will do."""
        ...


class TrustPort(Protocol):
    """Who is trusted."""

    def get_roots(self) -> list[x509.Certificate]: ...

    def get_intermediates(self) -> list[x509.Certificate]: ...

    def get_manager(self) -> TrustManager: ...

    def get_registry(self) -> Registry | None: ...


@dataclass(frozen=True)
class Helpers:
    """Who helps with one operation: whom to trust, who proves the time, who knows what is revoked."""

    trust: TrustPort
    timestamper: TimeStamper | None = None
    fetchers: FetcherBackend | None = None
    xml_opinions: tuple[Callable[..., bool | None], ...] = ()
    """Foreign engines that must agree with us on XML; the workers have two, tests inside Odoo none."""
    policy: ValidationPolicy = field(default_factory=ValidationPolicy)
