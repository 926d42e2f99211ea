"""A person whose key lies at a provider: the demo PKI with one more certificate, whose private key the provider has."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from signing_pki import Pki

REMOTE_PERSON = "remote.person"


def make_remote_person(pki: Pki, folder: Path) -> tuple[Path, int]:
    """Configuration for the provider's dummy and a free port."""
    own = folder / "csc"
    shutil.copytree(pki.folder, own)
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (own / "keys" / f"{REMOTE_PERSON}.pem").write_bytes(key)
    path = own / "certomancer.yml"
    configuration = yaml.safe_load(path.read_text(encoding="utf-8"))
    configuration["keysets"]["demo"]["keys"][REMOTE_PERSON] = {"path": f"{REMOTE_PERSON}.pem"}
    architecture = configuration["pki-architectures"]["demo"]
    architecture["entities"][REMOTE_PERSON] = {
        "country-name": "BG",
        "common-name": "Огнян Облаков Далечен",
        "serial-number": "PNOBG-8001019999",
    }
    # The list of revoked certificates is asked for; OCSP of the demo does not know this person.
    governor = architecture["certs"]["vidin.governor"]
    extensions = [item for item in governor["extensions"] if item["id"] != "authority_information_access"]
    architecture["certs"][REMOTE_PERSON] = {**governor, "extensions": extensions}
    path.write_text(yaml.safe_dump(configuration, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return path, int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("localhost", port), 1).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < until, "the provider did not start"
            time.sleep(0.1)
