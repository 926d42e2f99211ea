"""Which certificates and keys may sign, and why not."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import algos, keys, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import FetcherBackend

from .errors import (
    CertificateExpiredError,
    CertificateNotYetValidError,
    CertificateRevokedError,
    CertificateUntrustedError,
    KeyUsageError,
    WeakCertificateError,
    WeakKeyError,
)
from .ports import TrustPort
from .specs import CertificateFacts, SignerIdentity

MIN_RSA_BITS = 2048
MIN_EC_BITS = 256
WEAK_DIGESTS = ("md2", "md5", "sha1", "sha224")
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
# OIDs as they stand in the DER of the extension: QcCompliance and the seal type (ETSI EN 319 412-5).
_QC_COMPLIANCE = bytes.fromhex("0606 04008e460101")
_QC_TYPE_SEAL = bytes.fromhex("0607 04008e46010602")
_QC_DEVICE = bytes.fromhex("0606 04008e460104")


def check_key(certificate: x509.Certificate) -> None:
    public_key: keys.PublicKeyInfo = certificate.public_key
    if public_key.algorithm == "rsa":
        minimum = MIN_RSA_BITS
    elif public_key.algorithm == "ec":
        minimum = MIN_EC_BITS
    else:
        raise WeakKeyError(public_key.algorithm)
    if public_key.bit_size < minimum:
        raise WeakKeyError(f"{public_key.algorithm} {public_key.bit_size}")


@lru_cache(maxsize=256)
def check_strength(identity: SignerIdentity) -> None:
    """Neither the key nor the signature on the certificate or its issuers is weak; a root vouches for itself."""
    certificate = x509.Certificate.load(identity.certificate)
    check_key(certificate)
    issuers = [x509.Certificate.load(item) for item in identity.chain]
    for item in (certificate, *(issuer for issuer in issuers if issuer.self_signed == "no")):
        if digest := find_weak_digest(item["signature_algorithm"]):
            raise WeakCertificateError(digest)


def find_weak_digest(algorithm: algos.SignedDigestAlgorithm) -> str:
    """Name of the digest that is not safe any more, or an empty text."""
    try:
        digest = str(algorithm.hash_algo)
    except ValueError:
        # Algorithms without a digest of their own, such as Ed25519.
        return ""
    return digest if digest in WEAK_DIGESTS else ""


def check_validity(certificate: x509.Certificate, now: datetime) -> None:
    if now > certificate.not_valid_after:
        raise CertificateExpiredError(valid_to=certificate.not_valid_after.isoformat())
    if now < certificate.not_valid_before:
        raise CertificateNotYetValidError(valid_from=certificate.not_valid_before.isoformat())


def check_usage(certificate: x509.Certificate) -> None:
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        raise KeyUsageError()


async def check_certificate(
    identity: SignerIdentity,
    trust: TrustPort,
    fetchers: FetcherBackend | None,
    now: datetime | None = None,
    context: ValidationContext | None = None,
) -> list[str]:
    """Refuse a certificate that may not sign now; codes of what could not be found out come back.

    A context that several certificates share is used alone: what it cannot tell makes the certificate an untrusted one.
    """
    certificate = x509.Certificate.load(identity.certificate)
    check_strength(identity)
    check_validity(certificate, now or datetime.now(UTC))
    check_usage(certificate)
    others = [x509.Certificate.load(item) for item in identity.chain] + trust.get_intermediates()
    notes: list[str] = []
    # First ask for proof; when nobody answers, a certificate that is not known to be revoked may sign:
    # the proof is fetched later anyway and the signature is checked again then.
    modes = ("hard-fail", "soft-fail") if fetchers and not context else ("soft-fail",)
    for mode in modes:
        try:
            await _build_path(certificate, others, context or make_context(others, trust, mode, fetcher_backend=fetchers))
            break
        except RevokedError as error:
            raise CertificateRevokedError(str(error)) from error
        except ExpiredError as error:
            raise CertificateExpiredError(str(error)) from error
        except NotYetValidError as error:
            raise CertificateNotYetValidError(str(error)) from error
        except (PathError, ValidationError) as error:
            if mode == modes[-1]:
                raise CertificateUntrustedError(str(error)) from error
            notes.append("revocation_unknown")
    return notes


def make_context(others: list[x509.Certificate], trust: TrustPort, mode: str, **sources: Any) -> ValidationContext:
    """Whom to trust and, by `fetchers` or `fetcher_backend`, whom to ask what is revoked."""
    context = ValidationContext(
        trust_manager=trust.get_manager(),
        other_certs=others,
        allow_fetching=any(sources.values()),
        revocation_mode=mode,
        **sources,
    )
    # Intermediates come from the token or the trust folder, never from an address in a certificate.
    context.certificate_registry.fetcher = None
    return context


async def _build_path(certificate: x509.Certificate, others: list[x509.Certificate], context: ValidationContext) -> None:
    validator = CertificateValidator(certificate, intermediate_certs=others, validation_context=context)
    await validator.async_validate_usage({"non_repudiation"})


def read_facts(data: bytes) -> CertificateFacts:
    certificate = x509.Certificate.load(data)
    subject = certificate.subject.native
    statements = _read_statements(certificate)
    return CertificateFacts(
        subject=certificate.subject.human_friendly,
        common_name=_text(subject.get("common_name")),
        issuer=_text(certificate.issuer.native.get("common_name")) or certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        identifier=_text(subject.get("serial_number")) or _text(subject.get("organization_identifier")),
        organisation=_text(subject.get("organization_name")),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        fingerprint=certificate.sha256.hex(),
        is_qualified=_QC_COMPLIANCE in statements,
        is_seal=_QC_TYPE_SEAL in statements,
        has_qscd=_QC_DEVICE in statements,
    )


def mask_identifier(identifier: str) -> str:
    """A personal number without its last four digits; numbers of organisations are public."""
    if not identifier.startswith(("PNO", "PI:", "IDC", "PAS", "TIN")) or len(identifier) < 10:
        return identifier
    return f"{identifier[:-4]}****"


def _read_statements(certificate: x509.Certificate) -> bytes:
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == _QC_STATEMENTS:
            return bytes(extension["extn_value"].contents)
    return b""


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
