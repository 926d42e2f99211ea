"""Ports for tests: keys in memory, an authority invented on the spot, no network. They warn when they are used."""

import datetime
import hashlib
import warnings
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper
from pyhanko.sign.validation.qualified.tsp import TSPRegistry
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers
from pyhanko_certvalidator.registry import SimpleTrustManager, TrustManager

from ..core import raw_signatures
from ..core.errors import PinLockedError, TokenClosedError, TokenMissingError, WrongPinError
from ..core.remote import RemoteAnswer, RemoteCredential, RemoteOutcome
from ..core.specs import KeyReference, ToBeSigned, TokenKey
from .document_engine import DocumentEngine
from .pin_counter import MAX_ATTEMPTS
from .revocation import AllowListCrl, AllowListOcsp, AnyCertificate, NoCertificates

PIN = "123456"
PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_YEAR = datetime.timedelta(days=365)
_CRL_URL = "http://dummy.example/crl"


class DummyAuthority:
    """One root that issues everything; its list of revoked certificates is empty."""

    def __init__(self) -> None:
        warnings.warn("dummy signing ports are in use: nothing signed now is worth anything", stacklevel=2)
        self._key = rsa.generate_private_key(65537, 2048)
        self._name = _make_name("Dummy authority")
        self._serial = 1
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self._root = self._issue(self._name, self._key, _make_usage("key_cert_sign", "crl_sign"), constraints, life=20 * _YEAR)
        self.timestamp_key = rsa.generate_private_key(65537, 2048)
        self.renew_timestamps()

    def get_roots(self) -> list[asn1_x509.Certificate]:
        return [asn1_x509.Certificate.load(self._root)]

    def get_intermediates(self) -> list[asn1_x509.Certificate]:
        return []

    def get_manager(self) -> TrustManager:
        return SimpleTrustManager.build(trust_roots=self.get_roots())

    def get_registry(self) -> TSPRegistry | None:
        return None

    def issue_person(self, common_name: str, key: PrivateKey, identifier: str = "") -> bytes:
        return self._issue(_make_name(common_name, identifier), key, _make_usage("content_commitment"))

    def make_crl(self) -> asn1_crl.CertificateList:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateRevocationListBuilder(
            self._name, now - datetime.timedelta(hours=1), now + datetime.timedelta(days=1)
        ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        return asn1_crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))

    def renew_timestamps(self, life: datetime.timedelta = _YEAR) -> None:
        """Another certificate for the authority of timestamps, as all get one from time to time."""
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.timestamp_certificate = self._issue(
            _make_name("Dummy time"), self.timestamp_key, _make_usage("digital_signature"), purpose, life=life
        )

    def _issue(self, name: x509.Name, key: PrivateKey, *extensions: x509.ExtensionType, life: datetime.timedelta = _YEAR) -> bytes:
        self._serial += 1
        now = datetime.datetime.now(datetime.UTC)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(_CRL_URL)], None, None, None)
        builder = x509.CertificateBuilder(
            self._name,
            name,
            key.public_key(),
            self._serial,
            now - datetime.timedelta(days=1),
            now + life,
        )
        shared = (
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            authority,
            x509.CRLDistributionPoints([point]),
        )
        for extension in (*extensions, *shared):
            builder = builder.add_extension(extension, critical=extension in extensions)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


class DummyTokens:
    """One token per person named, PIN 123456, key label `sign`."""

    def __init__(self, authority: DummyAuthority) -> None:
        self._authority = authority
        self._keys: dict[str, tuple[PrivateKey, bytes]] = {}
        self._failures: dict[str, int] = {}
        self._opened: set[str] = set()
        self.logins = 0

    def add(self, token_label: str, common_name: str, identifier: str = "", curve: ec.EllipticCurve | None = None) -> TokenKey:
        key = ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, 2048)
        self._keys[token_label] = (key, self._authority.issue_person(common_name, key, identifier))
        return TokenKey(token_label, "sign", self._keys[token_label][1])

    def ping(self) -> int:
        return len(self._keys)

    def get_keys(self) -> list[TokenKey]:
        return [TokenKey(label, "sign", certificate) for label, (_key, certificate) in self._keys.items()]

    def sign(self, key: KeyReference, pin: str, items: Sequence[ToBeSigned]) -> list[bytes]:
        label = key.token_label
        if label not in self._keys:
            raise TokenMissingError(token=label)
        if not pin and label not in self._opened:
            raise TokenClosedError(token=label)
        if not pin:
            return [sign_with(self._keys[label][0], item) for item in items]
        if not self.get_attempts_left(label):
            raise PinLockedError(token=label)
        if pin != PIN:
            self._failures[label] = self._failures.get(label, 0) + 1
            raise WrongPinError(token=label, attempts_left=self.get_attempts_left(label))
        self.unlock(label)
        self.logins += 1
        private_key = self._keys[label][0]
        return [sign_with(private_key, item) for item in items]

    def open(self, token_label: str, pin: str) -> None:
        self.sign(KeyReference(token_label, "sign"), pin or "-", [])
        self._opened.add(token_label)

    def close(self, token_label: str) -> None:
        self._opened.discard(token_label)

    def is_open(self, token_label: str) -> bool:
        return token_label in self._opened

    def get_attempts_left(self, token_label: str) -> int:
        return MAX_ATTEMPTS - self._failures.get(token_label, 0)

    def unlock(self, token_label: str) -> None:
        self._failures.pop(token_label, None)


def sign_with(key: PrivateKey, item: ToBeSigned) -> bytes:
    """What a token does, by a key in memory."""
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[item.digest_algorithm]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(item.octets, ec.ECDSA(digest))
    return key.sign(item.octets, padding.PKCS1v15(), digest)


class DummyCard:
    """A person's own card behind a local signing client."""

    def __init__(self, authority: DummyAuthority, common_name: str, identifier: str = "", curve: ec.EllipticCurve | None = None) -> None:
        self._key: PrivateKey = ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, 2048)
        self.certificate = authority.issue_person(common_name, self._key, identifier)

    def sign_digest(self, digest: bytes) -> bytes:
        algorithm = {32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}[len(digest)]
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(digest, ec.ECDSA(Prehashed(algorithm)))
        return self._key.sign(digest, padding.PKCS1v15(), Prehashed(algorithm))

    def sign(self, octets: bytes) -> bytes:
        algorithm = raw_signatures.choose_digest(asn1_x509.Certificate.load(self.certificate))
        return self.sign_digest(hashlib.new(algorithm, octets).digest())


class DummyRemote:
    """A provider that accepts and is asked again; the person confirms or refuses in an application of its own."""

    def __init__(self, card: DummyCard) -> None:
        self._card = card
        self._orders: dict[str, list[ToBeSigned]] = {}
        self.decisions: dict[int, str] = {}
        """What the person said of each document of an order: signed, refused or expired; nothing means waiting."""

    def list_credentials(self) -> list[RemoteCredential]:
        return [RemoteCredential("cloud-1", self._card.certificate)]

    def send_code(self, credential_id: str) -> None:
        self.decisions.clear()

    def sign(self, credential_id: str, pin: str, code: str, items: Sequence[ToBeSigned]) -> RemoteAnswer:
        handle = f"order-{len(self._orders) + 1}"
        self._orders[handle] = list(items)
        return self.poll(handle)

    def poll(self, handle: str) -> RemoteAnswer:
        outcomes = []
        for place, item in enumerate(self._orders[handle]):
            state = self.decisions.get(place, "waiting")
            outcomes.append(RemoteOutcome(state, self._card.sign(item.octets) if state == "signed" else b""))
        return RemoteAnswer(handle, tuple(outcomes))


class DummyTimestamps:
    """Timestamps by the invented authority; `is_down` plays a service that does not answer."""

    def __init__(self, authority: DummyAuthority) -> None:
        self._authority = authority
        self.is_down = False

    def get_timestamper(self) -> TimeStamper | None:
        if self.is_down:
            return None
        key = self._authority.timestamp_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate = asn1_x509.Certificate.load(self._authority.timestamp_certificate)
        return DummyTimeStamper(certificate, asn1_keys.PrivateKeyInfo.load(key), None)


class DummyRevocation:
    """Nobody is revoked; `is_down` plays a provider that does not answer."""

    def __init__(self, authority: DummyAuthority) -> None:
        self._authority = authority
        self.is_down = False

    def get_fetchers(self) -> FetcherBackend | None:
        return None if self.is_down else _DummyBackend(self._authority)

    def get_remembering_fetchers(self) -> FetcherBackend | None:
        return self.get_fetchers()


class _DummyCrl(AllowListCrl):
    def __init__(self, authority: DummyAuthority) -> None:
        super().__init__(())
        self._by_url = {_CRL_URL: authority.make_crl()}

    async def fetch(self, cert: AnyCertificate, *, use_deltas: bool = True) -> Iterable[asn1_crl.CertificateList]:
        return await super().fetch(cert, use_deltas=False)


class _DummyBackend(FetcherBackend):
    def __init__(self, authority: DummyAuthority) -> None:
        self._authority = authority

    def get_fetchers(self) -> Fetchers:
        return Fetchers(AllowListOcsp(()), _DummyCrl(self._authority), NoCertificates())

    async def close(self) -> None:
        """Nothing is held open."""


class DummyDocuments(DocumentEngine):
    """The document port in this very process."""

    def ping(self) -> int:
        return 1


def _make_name(common_name: str, identifier: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "BG"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if identifier:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, identifier))
    return x509.Name(parts)


def _make_usage(*purposes: str) -> x509.KeyUsage:
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
    names += " key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**{name: name in purposes for name in names.split()})
