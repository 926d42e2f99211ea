"""One tree of failures; each has a code that travels over sockets and is turned into a sentence by the models.

SigningError
├── TokenError: WrongPinError (attempts_left), PinLockedError, TokenMissingError, KeyMissingError, TokenClosedError
├── PolicyError: CertificateExpiredError, CertificateNotYetValidError, CertificateRevokedError,
│                CertificateUntrustedError, KeyUsageError, WeakKeyError, WeakCertificateError
├── PayloadError: NotPdfError, EmptyPayloadError, EncryptedPdfError, MalformedPdfError, ActiveContentError,
│                 CertifiedAgainstChangesError, MalformedXmlError, UnsafeXmlError, XmlSignedAlreadyError,
│                 MalformedCmsError, MalformedContainerError, NotSignedError, PayloadTooLargeError, PayloadTooHardError
├── StateError: StateForgedError, StateExpiredError, PayloadChangedError, SignatureMismatchError, NotExtendedError,
│               ReturnedInvalidError
├── TimestampError, RevocationDataMissingError
├── TrustListError, TrustListUnknownError
├── RemoteError: RemoteRefusedError, RemoteTimeoutError, RemoteAccessError, RemoteSettingError
└── ServiceUnavailableError, ProtocolError, ProofError
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


class WrongPinError(TokenError):
    code = "token.wrong_pin"

    @property
    def attempts_left(self) -> int:
        return int(self.data.get("attempts_left", 0))


class PinLockedError(TokenError):
    code = "token.locked"


class TokenMissingError(TokenError):
    code = "token.missing"


class KeyMissingError(TokenError):
    code = "token.key_missing"


class TokenClosedError(TokenError):
    """A key that signs without a PIN each time has not been opened since the service started."""

    code = "token.closed"


class PolicyError(SigningError):
    code = "policy"


class CertificateExpiredError(PolicyError):
    code = "policy.expired"


class CertificateNotYetValidError(PolicyError):
    code = "policy.not_yet_valid"


class CertificateRevokedError(PolicyError):
    code = "policy.revoked"


class CertificateUntrustedError(PolicyError):
    code = "policy.untrusted"


class KeyUsageError(PolicyError):
    code = "policy.key_usage"


class WeakKeyError(PolicyError):
    code = "policy.weak_key"


class WeakCertificateError(PolicyError):
    """The certificate itself is signed with an algorithm that is not safe any more."""

    code = "policy.weak_certificate"


class PayloadError(SigningError):
    code = "payload"


class NotPdfError(PayloadError):
    code = "payload.not_pdf"


class EmptyPayloadError(PayloadError):
    code = "payload.empty"


class EncryptedPdfError(PayloadError):
    code = "payload.encrypted"


class MalformedPdfError(PayloadError):
    code = "payload.malformed"


class ActiveContentError(PayloadError):
    code = "payload.active_content"


class CertifiedAgainstChangesError(PayloadError):
    """An earlier signature certified the PDF and forbids any further one."""

    code = "payload.certified"


class MalformedXmlError(PayloadError):
    code = "payload.malformed_xml"


class UnsafeXmlError(PayloadError):
    """A DTD or entities: what the document says could come from elsewhere."""

    code = "payload.unsafe_xml"


class XmlSignedAlreadyError(PayloadError):
    """A second signature inside the same XML would break the first."""

    code = "payload.xml_signed"


class MalformedCmsError(PayloadError):
    code = "payload.malformed_cms"


class MalformedContainerError(PayloadError):
    code = "payload.malformed_container"


class NotSignedError(PayloadError):
    """There is no signature to complete in this file."""

    code = "payload.not_signed"


class PayloadTooLargeError(PayloadError):
    code = "payload.too_large"


class PayloadTooHardError(PayloadError):
    """The file took more time or memory than one file may take."""

    code = "payload.too_hard"


class StateError(SigningError):
    code = "state"


class StateForgedError(StateError):
    code = "state.forged"


class StateExpiredError(StateError):
    code = "state.expired"


class PayloadChangedError(StateError):
    code = "state.payload_changed"


class SignatureMismatchError(StateError):
    """The raw signature does not belong to the octets or to the certificate."""

    code = "state.signature_mismatch"


class NotExtendedError(StateError):
    """The file that came back does not begin with the bytes that were given out."""

    code = "state.not_extended"


class ReturnedInvalidError(StateError):
    """A file came back with a signature that our own check does not call valid; `data["codes"]` says why."""

    code = "state.returned_invalid"


class TrustListError(SigningError):
    """A trusted list is not believed; the detail says why."""

    code = "trust_list"


class TrustListUnknownError(SigningError):
    """A worker has not seen lists that the request names; `data["digests"]` says which."""

    code = "trust_list.unknown"


class RemoteError(SigningError):
    """The remote service did not sign."""

    code = "remote"


class RemoteRefusedError(RemoteError):
    """The person refused, or the PIN or the code was wrong."""

    code = "remote.refused"


class RemoteTimeoutError(RemoteError):
    code = "remote.timeout"


class RemoteAccessError(RemoteError):
    """The service does not let this server in."""

    code = "remote.access"


class RemoteSettingError(RemoteError):
    """The address or the secret of the service cannot be used."""

    code = "remote.setting"


class TimestampError(SigningError):
    code = "timestamp"


class RevocationDataMissingError(SigningError):
    code = "revocation_data"


class ServiceUnavailableError(SigningError):
    code = "service.unavailable"


class ProtocolError(SigningError):
    code = "service.protocol"


class ProofError(SigningError):
    """The server cannot prove to a local client that it asks."""

    code = "service.proof"
