"""Holders of certificates of every kind, good and bad, with keys in memory; one authority with a list of who is revoked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from oa_signing.adapters.dummy import DummyAuthority, DummyDocuments, DummyRevocation, DummyTimestamps, PrivateKey, sign_with
from oa_signing.core.specs import Level, SignatureFormat, SignatureSpec, SignerIdentity
from oa_signing.core.xml_opinions import OPINIONS

_YEAR = timedelta(days=365)
_URL = "http://dummy.example/crl"


@dataclass(frozen=True)
class Holder:
    """A certificate and the key that belongs to it."""

    key: PrivateKey
    certificate: bytes


class CorpusAuthority(DummyAuthority):
    """Issues what no authority should, and revokes it."""

    def __init__(self) -> None:
        super().__init__()
        self._revoked: dict[int, datetime] = {}

    def make_holder(
        self, kind: str = "rsa2048", *, begins: timedelta = -_YEAR, ends: timedelta = _YEAR, can_sign: bool = True, is_revoked: bool = False
    ) -> Holder:
        key = _make_key(kind)
        self._serial += 1
        now = datetime.now(UTC).replace(tzinfo=None)
        names = [
            (NameOID.COUNTRY_NAME, "BG"),
            (NameOID.COMMON_NAME, f"Държател {self._serial}"),
            (NameOID.SERIAL_NUMBER, "PNOBG-8001014509"),
        ]
        subject = x509.Name([x509.NameAttribute(*pair) for pair in names])
        builder = x509.CertificateBuilder(self._name, subject, key.public_key(), self._serial, now + begins, now + ends)
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False
        )
        builder = builder.add_extension(x509.KeyUsage(digital_signature=True, content_commitment=can_sign, **usage), critical=True)
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(_URL)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(authority, critical=False)
        if is_revoked:
            self._revoked[self._serial] = now - timedelta(days=2)
        return Holder(key, builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))

    def revoke(self, holder: Holder, at: datetime) -> None:
        self._revoked[x509.load_der_x509_certificate(holder.certificate).serial_number] = at.replace(tzinfo=None)

    def make_ocsp(self, holder: Holder) -> asn1_ocsp.OCSPResponse:
        """An answer of the authority itself that the certificate is good."""
        now = datetime.now(UTC).replace(tzinfo=None)
        issuer = x509.load_der_x509_certificate(self.get_roots()[0].dump())
        certificate = x509.load_der_x509_certificate(holder.certificate)
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate, issuer, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, now, now + timedelta(days=1), None, None
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, issuer)
        answer = builder.sign(self._key, hashes.SHA256())
        return asn1_ocsp.OCSPResponse.load(answer.public_bytes(serialization.Encoding.DER))

    def make_crl(self) -> asn1_crl.CertificateList:
        now = datetime.now(UTC).replace(tzinfo=None)
        builder = x509.CertificateRevocationListBuilder(self._name, now, now + timedelta(days=1))
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(authority, critical=False)
        for serial, moment in self._revoked.items():
            entry = x509.RevokedCertificateBuilder(serial, moment).build()
            builder = builder.add_revoked_certificate(entry)
        return asn1_crl.CertificateList.load(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


class CorpusEngine(DummyDocuments):
    """The engine as the workers have it, with ports in memory."""

    xml_opinions = OPINIONS


class Signers:
    """Signs anything in any format with any holder."""

    def __init__(self) -> None:
        self.authority = CorpusAuthority()
        self.stamps = DummyTimestamps(self.authority)
        self.engine = CorpusEngine(self.authority, self.stamps, DummyRevocation(self.authority))
        self.person = self.authority.make_holder()

    def sign(
        self,
        data: bytes,
        kind: SignatureFormat = SignatureFormat.PADES,
        *,
        holder: Holder | None = None,
        level: Level = Level.T,
        digest: str = "",
    ) -> bytes:
        holder = holder or self.person
        spec = SignatureSpec(format=kind, level=level, placement="", file_name="letter.pdf", digest_algorithm=digest)
        prepared = self.engine.prepare(data, spec, SignerIdentity(holder.certificate))
        signed = self.engine.finish(data, prepared.state, sign_with(holder.key, prepared.to_be_signed))
        if level.rank > Level.T.rank:
            signed = self.engine.augment(signed.data, signed.field_name, level)
        return signed.data


def _make_key(kind: str) -> PrivateKey:
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
