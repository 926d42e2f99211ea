"""One tree of failures; each has a code that travels over sockets and is turned into a sentence by the models.

SigningError
├── TokenError: WrongPin(attempts_left), PinLocked, TokenMissing, KeyMissing
├── PolicyError: CertificateExpired, CertificateNotYetValid, CertificateRevoked, CertificateUntrusted, KeyUsageError,
│                WeakKey
├── PayloadError: NotPdf, EmptyPayload, EncryptedPdf, MalformedPdf, ActiveContent, PayloadTooLarge, PayloadTooHard
├── StateError: StateForged, StateExpired, PayloadChanged, SignatureMismatch
├── TimestampError, RevocationDataMissing
└── ServiceUnavailable, ProtocolError
"""

from typing import Any, ClassVar


class SigningError(Exception):
    """Base of all failures; `data` holds what a sentence about it needs."""

    code: ClassVar[str] = "signing"
    _by_code: ClassVar[dict[str, type["SigningError"]]] = {}

    def __init_subclass__(cls) -> None:
        SigningError._by_code[cls.code] = cls

    def __init__(self, detail: str = "", **data: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.data = data

    def to_wire(self) -> dict[str, Any]:
        return {"code": self.code, "detail": self.detail, "data": self.data}

    @staticmethod
    def from_wire(message: dict[str, Any]) -> "SigningError":
        error_class = SigningError._by_code.get(str(message.get("code")), SigningError)
        return error_class(str(message.get("detail", "")), **dict(message.get("data") or {}))


class TokenError(SigningError):
    code = "token"


class WrongPin(TokenError):
    code = "token.wrong_pin"

    @property
    def attempts_left(self) -> int:
        return int(self.data.get("attempts_left", 0))


class PinLocked(TokenError):
    code = "token.locked"


class TokenMissing(TokenError):
    code = "token.missing"


class KeyMissing(TokenError):
    code = "token.key_missing"


class PolicyError(SigningError):
    code = "policy"


class CertificateExpired(PolicyError):
    code = "policy.expired"


class CertificateNotYetValid(PolicyError):
    code = "policy.not_yet_valid"


class CertificateRevoked(PolicyError):
    code = "policy.revoked"


class CertificateUntrusted(PolicyError):
    code = "policy.untrusted"


class KeyUsageError(PolicyError):
    code = "policy.key_usage"


class WeakKey(PolicyError):
    code = "policy.weak_key"


class PayloadError(SigningError):
    code = "payload"


class NotPdf(PayloadError):
    code = "payload.not_pdf"


class EmptyPayload(PayloadError):
    code = "payload.empty"


class EncryptedPdf(PayloadError):
    code = "payload.encrypted"


class MalformedPdf(PayloadError):
    code = "payload.malformed"


class ActiveContent(PayloadError):
    code = "payload.active_content"


class PayloadTooLarge(PayloadError):
    code = "payload.too_large"


class PayloadTooHard(PayloadError):
    """The file took more time or memory than one file may take."""

    code = "payload.too_hard"


class StateError(SigningError):
    code = "state"


class StateForged(StateError):
    code = "state.forged"


class StateExpired(StateError):
    code = "state.expired"


class PayloadChanged(StateError):
    code = "state.payload_changed"


class SignatureMismatch(StateError):
    """The raw signature does not belong to the octets or to the certificate."""

    code = "state.signature_mismatch"


class TimestampError(SigningError):
    code = "timestamp"


class RevocationDataMissing(SigningError):
    code = "revocation_data"


class ServiceUnavailable(SigningError):
    code = "service.unavailable"


class ProtocolError(SigningError):
    code = "service.protocol"
