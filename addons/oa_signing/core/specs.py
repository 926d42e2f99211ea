"""What is asked for and what comes back: frozen values, checked when built, without behaviour of their own."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from .errors import PolicyError

DIGEST_ALGORITHM = "sha256"


class Level(StrEnum):
    """Baseline levels of a PAdES signature; later ones include the earlier."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Outcome(StrEnum):
    """The three answers that EN 319 102-1 knows."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True)
class KeyReference:
    """Where a key is: the label of its token and its label there."""

    token_label: str
    key_label: str


@dataclass(frozen=True)
class TokenKey:
    """A key that a token offers, with its certificates; nothing secret."""

    token_label: str
    key_label: str
    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class SignatureSpec:
    """How a file is to be signed."""

    stamp_lines: tuple[str, ...] = ()
    """Lines of the visible stamp under the signer's name; the stamp is always drawn."""
    title: str = ""
    """First line of the stamp, for example what kind of signature it is."""
    reason: str = ""
    location: str = ""
    lifetime: int = 3600
    """Seconds in which the prepared signature may be finished."""
    digest_algorithm: str = DIGEST_ALGORITHM

    def __post_init__(self) -> None:
        if self.digest_algorithm not in ("sha256", "sha384", "sha512"):
            raise PolicyError(f"digest algorithm not allowed: {self.digest_algorithm}")


@dataclass(frozen=True)
class SignerIdentity:
    """The certificate that the signature will name, with what leads to a root."""

    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A file ready to be signed: the octets for the key and the state to finish it with."""

    octets: bytes
    document_digest: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Signed:
    """A file after finish or augment: its bytes and the level of each signature field."""

    data: bytes
    field_name: str
    level: Level
    levels: dict[str, Level] = field(default_factory=dict)
    timestamp_at: datetime | None = None
    pending: str = ""
    """Code of the reason why the next level is not there yet; empty when nothing is missing."""


@dataclass(frozen=True)
class SignatureVerdict:
    """The verdict on one signature field."""

    field_name: str
    outcome: Outcome
    codes: tuple[str, ...] = ()
    signer_name: str = ""
    signer_serial: str = ""
    issuer_name: str = ""
    fingerprint: str = ""
    level: str = ""
    claimed_at: str = ""
    timestamp_at: str = ""

    def to_wire(self) -> dict[str, Any]:
        return {**asdict(self), "outcome": str(self.outcome), "codes": list(self.codes)}

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        values = {**message, "outcome": Outcome(message["outcome"]), "codes": tuple(message["codes"])}
        return cls(**values)


@dataclass(frozen=True)
class DocumentVerdict:
    """The verdict on a whole file: never better than its worst signature."""

    outcome: Outcome
    codes: tuple[str, ...] = ()
    signatures: tuple[SignatureVerdict, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        return {
            "outcome": str(self.outcome),
            "codes": list(self.codes),
            "signatures": [signature.to_wire() for signature in self.signatures],
        }

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        signatures = tuple(SignatureVerdict.from_wire(item) for item in message["signatures"])
        return cls(Outcome(message["outcome"]), tuple(message["codes"]), signatures)


@dataclass(frozen=True)
class CertificateFacts:
    """What people read about a certificate."""

    subject: str
    common_name: str
    issuer: str
    serial: str
    identifier: str
    organisation: str
    valid_from: datetime
    valid_to: datetime
    fingerprint: str
    is_qualified: bool
    is_seal: bool
