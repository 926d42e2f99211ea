#!/usr/bin/env python3
"""Make what stands on a person's computer in a test: `make_card.py --pki DIR --out DIR --name NAME --number PNOBG-…`.

OUT gets softhsm2.conf with one token `card` (key and certificate of the demo's issuer), card.pem, tls.pem for localhost, and
proof.key.pem with proof.pem, the pair by which the server proves itself to the agent. Runs in the signing environment.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from ipaddress import IPv4Address
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools/demo_pki"))
from tokens import create_tokens, fill_tokens, find_module, write_configuration

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
QC_STATEMENTS = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"),
    bytes.fromhex("30293008060604008e4601013008060604008e4601043013060604008e4601063009060704008e46010601"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pki", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--number", required=True)
    parser.add_argument("--pin", required=True)
    parser.add_argument("--days", type=int, default=30, help="how long the certificate is still valid; negative: has expired")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    key = rsa.generate_private_key(65537, 2048)
    leaf, issuer = issue_card(options, key)
    (options.out / "card.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    tokens = options.out / "tokens"
    tokens.mkdir(exist_ok=True)
    os.environ["SOFTHSM2_CONF"] = str(write_configuration(options.out, tokens))
    create_tokens({"card": options.pin}, find_module())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [asn1_x509.Certificate.load(item.public_bytes(Encoding.DER)) for item in (leaf, issuer)]
    fill_tokens({"card": (options.pin, asn1_keys.PrivateKeyInfo.load(der), chain)}, find_module())
    write_pair(options.out, "tls", "localhost", together=True)
    write_pair(options.out, "proof", "docs.vidin.example")


def issue_card(options: argparse.Namespace, key: rsa.RSAPrivateKey) -> tuple[x509.Certificate, x509.Certificate]:
    issuer = x509.load_pem_x509_certificate((options.pki / "chain.pem").read_bytes())
    issuer_key = serialization.load_pem_private_key((options.pki / "keys/issuing.key.pem").read_bytes(), None)
    # Revocation is asked where the demo's own people are asked for; the list does not name this card.
    person = x509.load_pem_x509_certificate((options.pki / "people/vidin.governor.pem").read_bytes())
    lists = person.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    others = ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    usage = dict.fromkeys(others, False)
    begin = min(NOW - DAY, NOW + (options.days - 30) * DAY)
    builder = (
        x509.CertificateBuilder(issuer.subject, make_name(options.name, options.number), key.public_key(), x509.random_serial_number(),
                                begin, NOW + options.days * DAY)
        .add_extension(x509.KeyUsage(content_commitment=True, encipher_only=False, decipher_only=False, **usage), critical=True)
        .add_extension(QC_STATEMENTS, critical=False)
        .add_extension(lists, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )  # fmt: skip
    return builder.sign(issuer_key, hashes.SHA256()), issuer  # type: ignore[arg-type]


def make_name(name: str, number: str = "") -> x509.Name:
    parts = [x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "BG"), x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]
    if number:
        parts.append(x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, number))
    return x509.Name(parts)


def write_pair(out: Path, title: str, host: str, *, together: bool = False) -> None:
    key = rsa.generate_private_key(65537, 2048)
    names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(
        make_name(host), make_name(host), key.public_key(), x509.random_serial_number(), NOW - DAY, NOW + 30 * DAY
    )
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (out / f"{title}.pem").write_bytes(private + certificate if together else certificate)
    if not together:
        (out / f"{title}.key.pem").write_bytes(private)


if __name__ == "__main__":
    main()
