"""A timestamp service of the demo authority that answers after a pause and takes next to no time itself."""

from __future__ import annotations

import datetime
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding


class _Server(ThreadingHTTPServer):
    # Sixteen knock at once; the usual five places turn some away when the machine is busy.
    request_queue_size = 64


class SlowTimestamps:
    """Give `url` to whoever wants timestamps; `count` says how many were given."""

    def __init__(self, pki: Path, pause: float) -> None:
        self.count, self._pause = 0, pause
        self._key = serialization.load_pem_private_key((pki / "keys/tsa.key.pem").read_bytes(), None)
        self._certificate = read_certificate(pki)
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(owner._pause)
                body = owner.answer(request)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Nobody reads it."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> SlowTimestamps:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: tsp.TimeStampReq) -> bytes:
        self.count += 1
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4",
                "message_imprint": request["message_imprint"],
                "serial_number": secrets.randbits(63),
                "gen_time": datetime.datetime.now(datetime.UTC).replace(microsecond=0),
                "nonce": request["nonce"],
            }
        )
        digest = core.OctetString(hash_of(info.dump()))
        binding = tsp.SigningCertificateV2({"certs": [{"cert_hash": hash_of(self._certificate.dump())}]})
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [binding]}),
            ]
        )
        signature = self._key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256())
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number},
                ),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_rsa"},
                "signature": signature,
            }
        )
        content = {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())}
        signed = {
            "version": "v3",
            "digest_algorithms": [sha256],
            "encap_content_info": content,
            "certificates": [self._certificate],
            "signer_infos": [signer],
        }
        token = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def hash_of(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def read_certificate(pki: Path) -> x509.Certificate:
    """The certificate of the demo's authority of time, as its own service gives it away."""
    from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig

    config = CertomancerConfig.from_file(str(pki / "certomancer.yml"), str(pki))
    return config.get_pki_arch(ArchLabel("demo")).get_cert(CertLabel("tsa"))
