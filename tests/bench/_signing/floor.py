"""What no signer can do without: SHA-256 of the file and one C_Sign in an open session."""

import csv
import hashlib
import os
import sys
import time
from pathlib import Path

import pkcs11
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "addons/oa_signing"))

import serve

ROOT = Path(__file__).resolve().parents[3]
# From here on the core of the product is importable, in this file's neighbours too.
serve.load_package()

OCTETS = bytes(200)


class Floor:
    """A session that stays open."""

    def __init__(self, login: str) -> None:
        token = pkcs11.lib(os.environ["OA_PKCS11_MODULE"]).get_token(token_label=login)
        self._session = token.open(user_pin=read_pin(login))
        self._key = self._session.get_key(label="sign", object_class=pkcs11.ObjectClass.PRIVATE_KEY)

    def measure(self, files: list[Path]) -> float:
        """Seconds of CPU for one file; reading it is part of nobody's measure."""
        contents = [file.read_bytes() for file in files]
        began = time.process_time()
        for content in contents:
            hashlib.sha256(content).digest()
            self._key.sign(OCTETS, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
        return (time.process_time() - began) / len(files)


def read_pin(login: str) -> str:
    with (ROOT / "config/demo_people.csv").open(encoding="utf-8", newline="") as stream:
        pins = {row["login"]: row["pin"] for row in csv.DictReader(stream)}
    seals = yaml.safe_load((ROOT / "config/pki/holders.yml").read_text(encoding="utf-8"))["seals"]
    return (pins | {row["login"]: row["pin"] for row in seals})[login]
