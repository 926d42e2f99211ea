"""What is asked for and what comes back: frozen values, checked when built, without behaviour of their own."""

import base64
import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from .errors import PolicyError

DIGEST_ALGORITHM = "sha256"
DIGEST_ALGORITHMS = ("sha256", "sha384", "sha512")


class SignatureFormat(StrEnum):
    """Where the signature goes and in which language it is written."""

    PADES = "pades"
    """Inside the PDF."""
    XADES = "xades"
    """Inside the XML document (enveloped)."""
    XADES_DETACHED = "xades_detached"
    """In an XML file beside the signed one."""
    CADES = "cades"
    """In a `.p7s` file beside the signed one."""
    ASIC_XADES = "asic_xades"
    """In an ASiC-E container together with the signed file, as XAdES."""
    ASIC_CADES = "asic_cades"
    """In an ASiC-E container together with the signed file, as CAdES."""

    @property
    def is_detached(self) -> bool:
        """The result is the signature alone; the signed file stays beside it as it is."""
        return self in (SignatureFormat.CADES, SignatureFormat.XADES_DETACHED)

    @property
    def highest_level(self) -> "Level":
        """The highest level that is made in this format."""
        return Level.LTA if self == SignatureFormat.PADES else Level.T


class Mechanism(StrEnum):
    """How a key makes a signature of octets."""

    RSA = "rsa"
    """PKCS #1 v1.5; the signature is as long as the modulus."""
    ECDSA = "ecdsa"
    """The signature travels as DER (r and s in a SEQUENCE), whatever the maker of the key gives."""


class Level(StrEnum):
    """Baseline levels of a signature; later ones include the earlier."""

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
class ToBeSigned:
    """What a key signs, the same for every format and every kind of key: token, card in the browser, remote service."""

    octets: bytes
    digest_algorithm: str = DIGEST_ALGORITHM
    mechanism: Mechanism = Mechanism.RSA

    @property
    def digest(self) -> bytes:
        """For keys that are given a digest instead of the octets."""
        return hashlib.new(self.digest_algorithm, self.octets).digest()

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The octets of a prepared signature whose state was kept."""
        return cls(base64.b64decode(state["octets"]), str(state["digest_algorithm"]), Mechanism(state["mechanism"]))

    def to_state(self) -> dict[str, str]:
        octets = base64.b64encode(self.octets).decode()
        return {"octets": octets, "digest_algorithm": self.digest_algorithm, "mechanism": str(self.mechanism)}


@dataclass(frozen=True)
class SignatureSpec:
    """How a file is to be signed."""

    format: SignatureFormat = SignatureFormat.PADES
    file_name: str = ""
    """Name of the signed file; containers and detached signatures call it by this name."""
    level: Level = Level.LT
    """The level aimed at; from B-T on a timestamp is asked for at once."""
    claimed_roles: tuple[str, ...] = ()
    """In what capacity the person signs, by mandate of whom; signed attributes, claimed and not proved."""

    stamp_lines: tuple[str, ...] = ()
    """Lines of the visible stamp under the signer's name."""
    title: str = ""
    """First line of the stamp, for example what kind of signature it is."""
    placement: str = "last:bottom_left"
    """Where the visible stamp goes, see stamp_place.py; empty: there is none."""
    stamp_url: str = ""
    """Address behind the QR code of the stamp; empty: there is no code."""
    stamp_logo: str = ""
    """Base64 of a picture in the stamp."""
    reason: str = ""
    location: str = ""
    lifetime: int = 3600
    """Seconds in which the prepared signature may be finished."""
    signer_count: int = 0
    """How many people sign this PDF: the first signature makes the fields of all."""
    is_certification: bool = False
    """The first signature of a PDF certifies it: afterwards it may only be signed."""
    digest_algorithm: str = ""
    """Empty: the one that fits the key."""

    def __post_init__(self) -> None:
        if self.digest_algorithm and self.digest_algorithm not in DIGEST_ALGORITHMS:
            raise PolicyError(f"digest algorithm not allowed: {self.digest_algorithm}")

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in message.items()}
        values |= {"format": SignatureFormat(values["format"]), "level": Level(values["level"])}
        return cls(**values)


@dataclass(frozen=True)
class SignerIdentity:
    """The certificate that the signature will name, with what leads to a root."""

    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A file ready to be signed: what the key signs and the state to finish it with."""

    to_be_signed: ToBeSigned
    document_digest: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Signed:
    """A file after finish or augment: its bytes and the level of each signature in it."""

    data: bytes
    field_name: str
    level: Level
    levels: dict[str, Level] = field(default_factory=dict)
    timestamp_at: datetime | None = None
    pending: str = ""
    """Code of the reason why the next level is not there yet; empty when nothing is missing."""
    moments: dict[str, datetime] = field(default_factory=dict)
    """Proved time of each signature that has one."""

    def speak_of(self, name: str) -> Self:
        """The same file from the side of one of its signatures."""
        return replace(self, field_name=name, level=self.levels[name], timestamp_at=self.moments.get(name))


@dataclass(frozen=True)
class Returned:
    """The one new signature of a file that came back."""

    format: SignatureFormat
    field_name: str
    level: Level
    document_digest: str
    identity: SignerIdentity
    timestamp_at: datetime | None = None

    def to_wire(self) -> dict[str, Any]:
        return {
            "format": str(self.format),
            "field_name": self.field_name,
            "level": str(self.level),
            "document_digest": self.document_digest,
            "timestamp_at": self.timestamp_at.isoformat() if self.timestamp_at else "",
        }

    @classmethod
    def from_wire(cls, message: dict[str, Any], blobs: list[bytes]) -> Self:
        moment = message["timestamp_at"]
        return cls(
            SignatureFormat(message["format"]),
            str(message["field_name"]),
            Level(message["level"]),
            str(message["document_digest"]),
            SignerIdentity(blobs[0], tuple(blobs[1:])),
            datetime.fromisoformat(moment) if moment else None,
        )


_LISTS = ("codes", "claimed_roles", "changes", "notes")


@dataclass(frozen=True)
class ValidationPolicy:
    """What a check insists on."""

    name: str = "oa-2"
    """Changes whenever the same file may be judged differently."""
    is_revocation_hard: bool = True
    """Nobody says whether a certificate is revoked: hard means that the verdict is indeterminate, soft that it is noted."""
    moment: datetime | None = None
    """Judge as if it were this moment; nothing is asked from the network then."""

    def to_wire(self) -> dict[str, Any]:
        return {**asdict(self), "moment": self.moment.isoformat() if self.moment else ""}

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        moment = message["moment"]
        return cls(**{**message, "moment": datetime.fromisoformat(moment) if moment else None})


@dataclass(frozen=True)
class SignatureVerdict:
    """The verdict on one signature; its name is a field of a PDF, an Id of XML, a member of a container."""

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
    format: str = ""
    algorithm: str = ""
    """Digest and key, for example "SHA-256, RSA 2048"."""
    claimed_roles: tuple[str, ...] = ()
    kind: str = ""
    """`signature`, `seal`, `timestamp` or `countersignature`."""
    grade: str = ""
    """`qualified`, `advanced_qc` (qualified certificate, no proof of a qualified device) or `advanced`; empty unless valid."""
    has_qscd: bool = False
    listed_service: str = ""
    """The service of a trusted list that vouches for the certificate."""
    claims_qualified: bool = False
    """The certificate calls itself qualified."""
    time_source: str = ""
    """`timestamp` in the signature, `document_timestamp` over the file, or `claimed` by the signer."""
    is_time_qualified: bool = False
    revocation_source: str = ""
    """`ocsp` or `crl`, with `_file` when it came with the signature."""
    revocation_at: str = ""
    changes: tuple[str, ...] = ()
    """What came into the file after this signature, as codes."""
    notes: tuple[str, ...] = ()
    """Codes of what people should know and the outcome does not hang on; some have a word of their own behind a space."""

    def to_wire(self) -> dict[str, Any]:
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        return {**asdict(self), "outcome": str(self.outcome), **lists}

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        lists = {name: tuple(message.get(name, ())) for name in _LISTS}
        return cls(**{**message, "outcome": Outcome(message["outcome"]), **lists})


@dataclass(frozen=True)
class DocumentVerdict:
    """The verdict on a whole file: never better than its worst signature."""

    outcome: Outcome
    codes: tuple[str, ...] = ()
    signatures: tuple[SignatureVerdict, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()
    """Digests (algorithm, hex) of the file that a signature beside it was made for, when it was not given."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "outcome": str(self.outcome),
            "codes": list(self.codes),
            "wanted": [list(item) for item in self.wanted],
            "signatures": [signature.to_wire() for signature in self.signatures],
        }

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Self:
        signatures = tuple(SignatureVerdict.from_wire(item) for item in message["signatures"])
        wanted = tuple((str(algorithm), str(digest)) for algorithm, digest in message.get("wanted", ()))
        return cls(Outcome(message["outcome"]), tuple(message["codes"]), signatures, wanted)


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
    has_qscd: bool = False
    """The certificate says that its key is in a qualified device."""
