"""The server's proof for local signing clients: this server, and no foreign page, asks for this signature.

The key is a file that only the server's user reads; the database holds its path, never the key.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..core.errors import ProofError


class FileProof:
    """RSA key and certificate in PEM files."""

    def __init__(self, key_file: str, certificate_file: str) -> None:
        try:
            key = serialization.load_pem_private_key(Path(key_file).read_bytes(), None)
            self._certificate = x509.load_pem_x509_certificate(Path(certificate_file).read_bytes())
        except (OSError, ValueError, TypeError) as error:
            # Not the text of the error: it could quote the file.
            raise ProofError("unreadable") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ProofError("algorithm")
        if key.public_key() != self._certificate.public_key():
            raise ProofError("pair")
        if not self._certificate.not_valid_before_utc <= datetime.now(UTC) <= self._certificate.not_valid_after_utc:
            raise ProofError("expired")
        self._key = key

    def prove(self, content: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256 over the SHA-256 of what the client is asked to sign, as BISS wants it."""
        return self._key.sign(hashlib.sha256(content).digest(), padding.PKCS1v15(), hashes.SHA256())

    def get_certificate(self) -> bytes:
        return self._certificate.public_bytes(serialization.Encoding.DER)

    def get_name(self) -> str:
        return self._certificate.subject.rfc4514_string()
