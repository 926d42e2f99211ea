"""The state between prepare and finish, as every format keeps it; a format adds what only it needs."""

import base64
import hashlib
import secrets
import time
from datetime import datetime
from typing import Any

from asn1crypto import x509

from . import raw_signatures
from .errors import PayloadChangedError, ProtocolError
from .specs import Level, SignatureFormat, SignatureSpec, Signed, SignerIdentity, ToBeSigned

VERSION = 2


def make_state(data: bytes, spec: SignatureSpec, identity: SignerIdentity, to_be_signed: ToBeSigned) -> dict[str, Any]:
    return make_state_of(hashlib.sha256(data).hexdigest(), spec, identity, to_be_signed)


def make_state_of(digest: str, spec: SignatureSpec, identity: SignerIdentity, to_be_signed: ToBeSigned) -> dict[str, Any]:
    """The same for a file whose SHA-256 is known already."""
    return {
        "version": VERSION,
        "id": secrets.token_hex(24),
        "format": str(spec.format),
        "level": str(spec.level),
        "file_name": spec.file_name,
        "expires_at": time.time() + spec.lifetime,
        "base_sha256": digest,
        "certificate": encode(identity.certificate),
        "chain": [encode(item) for item in identity.chain],
        **to_be_signed.to_state(),
    }


def check_finish(data: bytes, state: dict[str, Any], raw_signature: bytes) -> None:
    """The file is the one that was prepared, and the raw signature is over its octets by the key of its certificate."""
    check_version(state)
    if hashlib.sha256(data).hexdigest() != state["base_sha256"]:
        raise PayloadChangedError()
    to_be_signed = ToBeSigned.from_state(state)
    raw_signatures.verify(read_certificate(state), to_be_signed.octets, raw_signature, to_be_signed.digest_algorithm)


def check_version(state: dict[str, Any]) -> None:
    if state.get("version") != VERSION:
        raise ProtocolError(f"state version {state.get('version')}")


def read_format(state: dict[str, Any]) -> SignatureFormat:
    check_version(state)
    return SignatureFormat(state["format"])


def read_identity(state: dict[str, Any]) -> SignerIdentity:
    return SignerIdentity(decode(state["certificate"]), tuple(map(decode, state["chain"])))


def read_certificate(state: dict[str, Any]) -> x509.Certificate:
    return x509.Certificate.load(decode(state["certificate"]))


def wants_timestamp(state: dict[str, Any]) -> bool:
    return Level(state["level"]).rank >= Level.T.rank


def describe_signed(data: bytes, state: dict[str, Any], name: str, moment: datetime | None) -> Signed:
    """A finished signature: with a timestamp it is a B-T already; why it is less than was wanted is said."""
    level = Level.T if moment else Level.B
    pending = "" if moment or not wants_timestamp(state) else "timestamp"
    return Signed(data, name, level, {name: level}, moment, pending, {name: moment} if moment else {})


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    return base64.b64decode(text)
