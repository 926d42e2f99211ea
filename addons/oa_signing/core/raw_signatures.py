"""Raw signatures, the one thing that comes from outside: which algorithm a key wants, and does the answer fit?

Inside, an ECDSA signature is DER as in certificates and CMS. Tokens and XML put r and s side by side (IEEE P1363);
they are turned at the border.
"""

from asn1crypto import algos, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from .errors import SignatureMismatchError, WeakKeyError
from .specs import Mechanism

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_NAMES = {"rsa": "RSA", "ec": "EC"}


def get_mechanism(certificate: x509.Certificate) -> Mechanism:
    algorithm = certificate.public_key.algorithm
    if algorithm not in ("rsa", "ec"):
        raise WeakKeyError(algorithm)
    return Mechanism.RSA if algorithm == "rsa" else Mechanism.ECDSA


def choose_digest(certificate: x509.Certificate) -> str:
    """A digest as strong as the key: a curve of 384 bits wants SHA-384."""
    bits = int(certificate.public_key.bit_size)
    if get_mechanism(certificate) == Mechanism.RSA or bits <= 256:
        return "sha256"
    return "sha384" if bits <= 384 else "sha512"


def get_size(certificate: x509.Certificate) -> int:
    """The longest signature of this key in bytes."""
    bits = int(certificate.public_key.bit_size)
    return (bits + 7) // 8 if get_mechanism(certificate) == Mechanism.RSA else 2 * ((bits + 7) // 8) + 9


def describe_key(certificate: x509.Certificate) -> str:
    key = certificate.public_key
    return f"{_NAMES.get(key.algorithm, key.algorithm)} {key.bit_size}"


def verify(certificate: x509.Certificate, octets: bytes, signature: bytes, digest_algorithm: str) -> None:
    """A signature by another key, over other octets or of a broken token never gets into a file."""
    if digest_algorithm not in _HASHES:
        raise SignatureMismatchError("digest")
    try:
        verify_any(certificate, octets, signature, digest_algorithm)
    except InvalidSignature as error:
        raise SignatureMismatchError() from error


def verify_any(certificate: x509.Certificate, octets: bytes, signature: bytes, digest_algorithm: str) -> None:
    """As above, for judging: also algorithms that nobody may sign with any more."""
    key = serialization.load_der_public_key(certificate.public_key.dump())
    digest = hashes.SHA1() if digest_algorithm == "sha1" else _HASHES[digest_algorithm]  # noqa: S303
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, octets, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, octets, ec.ECDSA(digest))
    else:
        raise SignatureMismatchError("algorithm")


def normalise(certificate: x509.Certificate, signature: bytes) -> bytes:
    """What a signing program answered, as DER; of an ECDSA signature r and s at the full width of the curve do as well."""
    if get_mechanism(certificate) == Mechanism.RSA or _is_der(signature):
        return signature
    if len(signature) != 2 * _get_width(certificate):
        raise SignatureMismatchError("encoding")
    return to_der(signature)


def _is_der(signature: bytes) -> bool:
    try:
        values = algos.DSASignature.load(signature, strict=True).native
        return bytes(algos.DSASignature(values).dump()) == signature
    except (ValueError, TypeError):
        return False


def to_side_by_side(signature: bytes, certificate: x509.Certificate) -> bytes:
    """r and s of a DER signature at the full width of the curve, as XML wants them."""
    width = _get_width(certificate)
    values = algos.DSASignature.load(signature, strict=True).native
    return b"".join(int(values[name]).to_bytes(width, "big") for name in ("r", "s"))


def _get_width(certificate: x509.Certificate) -> int:
    return (int(certificate.public_key.bit_size) + 7) // 8


def to_der(side_by_side: bytes) -> bytes:
    """DER of a signature whose r and s come side by side."""
    return bytes(algos.DSASignature.from_p1363(side_by_side).dump())
