#!/usr/bin/env python3
"""A small local signing client for tests: speaks the protocol of B-Trust BISS over a PKCS#11 token.

It is what stands on a person's computer: TLS on 127.0.0.1, one page origin allowed, its own way to ask for the PIN (here a
file that the test fills; `cancel` in it plays a person who closes the window). Standard library, python-pkcs11 and, for the
server's proof, cryptography. Runs in the signing environment: SOFTHSM2_CONF says where the card is.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PORTS = (53952, 53953, 53954, 53955)
MAX_BODY = 4 << 20
# DER of DigestInfo up to the digest itself (RFC 8017): the client signs digests, the token adds the padding.
DIGEST_INFO = {
    "SHA256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "SHA384": bytes.fromhex("3041300d060960864801650304020205000430"),
}
VERSION_ANSWERS = {
    "biss": {
        "httpMethods": "GET, POST",
        "contentTypes": "data, digest",
        "signatureTypes": "signature",
        "selectorAvailable": True,
        "hashAlgorithms": "SHA1, SHA256, SHA384, SHA512",
    },
    # The Finnish relative at the same port.
    "mpollux": {"httpMethods": "GET, POST", "contentTypes": "data, digest", "signatureTypes": "signature, cms", "selectorAvailable": True},
}


class RefusedError(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass
class Card:
    """The token in the reader; one at a time speaks with it, the PIN is asked for each use and forgotten."""

    module: str
    label: str
    pin_file: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read_chain(self) -> list[bytes]:
        with self.lock, self._find().open() as session:
            wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
            found = [bytes(item[pkcs11.Attribute.VALUE]) for item in session.get_objects(wanted)]
        own = [der for der in found if _may_sign(der)]
        if not own:
            raise RefusedError(404, "Няма подходящо удостоверение")
        return [*own, *(der for der in found if der not in own)]

    def sign(self, digests: list[bytes], algorithm: str) -> list[bytes]:
        pin = self.pin_file.read_text().strip()
        if pin == "cancel":
            raise RefusedError(401, "Отказано от потребителя")
        with self.lock:
            try:
                with self._find().open(user_pin=pin) as session:
                    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY)
                    return [bytes(key.sign(DIGEST_INFO[algorithm] + digest, mechanism=pkcs11.Mechanism.RSA_PKCS)) for digest in digests]
            except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked) as error:
                raise RefusedError(401, "Грешен ПИН") from error

    def _find(self) -> Any:
        try:
            return pkcs11.lib(self.module).get_token(token_label=self.label)
        except pkcs11.NoSuchToken as error:
            raise RefusedError(404, "Няма карта в четеца") from error


@dataclass(frozen=True)
class Settings:
    card: Card
    origin: str
    version: str
    kind: str
    proof: bytes
    journal: Path


class Agent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "BISS", ""
    settings: Settings

    def do_OPTIONS(self) -> None:
        self._answer(204 if self._is_allowed() else 403, None)

    def do_GET(self) -> None:
        if not self._is_allowed():
            self._answer(403, {"status": "error", "reasonCode": "403"})
        elif self.path == "/version":
            self._answer(200, {"version": self.settings.version, **VERSION_ANSWERS[self.settings.kind]})
        else:
            self._answer(404, {"status": "error", "reasonCode": "404"})

    def do_POST(self) -> None:
        if not self._is_allowed():
            self._answer(403, {"status": "error", "reasonCode": "403"})
            return
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Content-Type") != "application/json" or not 0 < length <= MAX_BODY:
            self._answer(415, {"status": "error", "reasonCode": "400"})
            return
        message = json.loads(self.rfile.read(length))
        try:
            answer = {"/getsigner": self._get_signer, "/sign": self._sign}[self.path](message)
        except KeyError:
            answer = {"status": "error", "reasonCode": "400", "reasonText": "Непознато искане"}
        except RefusedError as error:
            answer = {"status": "error", "reasonCode": str(error.code), "reasonText": error.text}
        with self.settings.journal.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"path": self.path, "message": message, "answer": answer}, ensure_ascii=False) + "\n")
        self._answer(200, answer)

    def _get_signer(self, message: dict[str, Any]) -> dict[str, Any]:
        chain = [base64.b64encode(der).decode() for der in self.settings.card.read_chain()]
        return {"status": "ok", "reasonCode": "200", "reasonText": "OK", "chain": chain}

    def _sign(self, message: dict[str, Any]) -> dict[str, Any]:
        contents = [base64.b64decode(item, validate=True) for item in message["contents"]]
        algorithm = message["hashAlgorithm"]
        if message["contentType"] == "digest":
            self._check_proof(contents, message)
            digests = contents
        else:
            digests = [hashlib.new(algorithm, content).digest() for content in contents]
        if any(len(digest) != hashlib.new(algorithm).digest_size for digest in digests):
            raise RefusedError(400, "Дължина на отпечатъка")
        if base64.b64decode(message["signerCertificateB64"]) != self.settings.card.read_chain()[0]:
            raise RefusedError(404, "Удостоверението не е върху картата")
        signatures = [base64.b64encode(item).decode() for item in self.settings.card.sign(digests, algorithm)]
        # The number is theirs: a text after /getsigner, a number here.
        return {
            "status": "ok", "reasonCode": 200, "reasonText": "OK", "signatures": signatures,
            "signatureType": "signature", "signatureAlgorithm": f"{algorithm}withRSA",
        }  # fmt: skip

    def _check_proof(self, contents: list[bytes], message: dict[str, Any]) -> None:
        """The page's server asks, nobody else: each digest is signed by the certificate that was installed with the agent."""
        try:
            proofs = [base64.b64decode(item) for item in message["signedContents"]]
            (der,) = [base64.b64decode(item) for item in message["signedContentsCert"]]
            key = x509.load_der_x509_certificate(der).public_key()
            if der != self.settings.proof or not isinstance(key, rsa.RSAPublicKey):
                raise RefusedError(401, "Непознат сървър")
            for content, proof in zip(contents, proofs, strict=True):
                key.verify(proof, hashlib.sha256(content).digest(), padding.PKCS1v15(), hashes.SHA256())
        except (KeyError, ValueError, InvalidSignature) as error:
            raise RefusedError(401, "Сървърът не доказа искането") from error

    def _is_allowed(self) -> bool:
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        return host in ("localhost", "127.0.0.1") and self.headers.get("Origin") == self.settings.origin

    def _answer(self, status: int, message: dict[str, Any] | None) -> None:
        body = json.dumps(message, ensure_ascii=False).encode() if message is not None else b""
        self.send_response(status)
        if self._is_allowed():
            self.send_header("Access-Control-Allow-Origin", self.settings.origin)
            self.send_header("Access-Control-Allow-Headers", "content-type, accept-language")
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        # What was not read of a refused request must not be taken for the next one.
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """The journal says what was asked."""


def _may_sign(der: bytes) -> bool:
    certificate = asn1_x509.Certificate.load(der)
    return not certificate.ca and "non_repudiation" in (certificate.key_usage_value.native if certificate.key_usage_value else ())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--label", default="card")
    parser.add_argument("--pin-file", type=Path, required=True)
    parser.add_argument("--tls", type=Path, required=True, help="PEM with key and certificate for localhost")
    parser.add_argument("--origin", required=True)
    parser.add_argument("--proof", type=Path, help="certificate (PEM) of the server that may ask")
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--version", default="2.31")
    parser.add_argument("--kind", choices=sorted(VERSION_ANSWERS), default="biss")
    parser.add_argument("--port", type=int, choices=PORTS, help="this one instead of the first free one")
    options = parser.parse_args()

    proof = ssl.PEM_cert_to_DER_cert(options.proof.read_text()) if options.proof else b""
    card = Card(os.environ["OA_PKCS11_MODULE"], options.label, options.pin_file)
    Agent.settings = Settings(card, options.origin, options.version, options.kind, proof, options.journal)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(options.tls)
    for port in (options.port,) if options.port else PORTS:
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), Agent)
        except OSError:
            continue
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print(port, flush=True)
        server.serve_forever()
    raise SystemExit("no free port")


if __name__ == "__main__":
    main()
