"""SoftHSM tokens of the demo: one per holder, labelled with the login, key label `sign`."""

import os
import shutil
import subprocess
from pathlib import Path

import pkcs11
from asn1crypto import keys, x509
from certomancer.integrations.alchemist import DefaultAlchemistBackend

KEY_LABEL = "sign"
SO_PIN = "01234567"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


def find_module() -> str:
    for candidate in (os.environ.get("OA_PKCS11_MODULE"), *_MODULES):
        if candidate and Path(candidate).exists():
            return candidate
    raise SystemExit("SoftHSM was not found. Install the package softhsm2 or set OA_PKCS11_MODULE to libsofthsm2.so.")


def write_configuration(folder: Path, tokens: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "softhsm2.conf"
    path.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return path


def create_tokens(pins: dict[str, str], module: str) -> None:
    tool = shutil.which("softhsm2-util")
    if not tool:
        raise SystemExit("softhsm2-util was not found on PATH. Install the package softhsm2.")
    for label, pin in pins.items():
        command = [tool, "--module", module, "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", SO_PIN]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def fill_tokens(bundles: dict[str, tuple[str, keys.PrivateKeyInfo, list[x509.Certificate]]], module: str) -> None:
    """Put the key and certificate of each login on its token; `bundles` has pin, key and [leaf, issuer]."""
    tokens = {token.label: token for token in pkcs11.lib(module).get_tokens()}
    for login, (pin, key, (leaf, *chain)) in bundles.items():
        with tokens[login].open(user_pin=pin, rw=True) as session:
            backend = DefaultAlchemistBackend(session)
            backend.private_key_to_token(key, KEY_LABEL, KEY_LABEL.encode())
            backend.cert_to_token(leaf, KEY_LABEL, KEY_LABEL.encode())
            for number, certificate in enumerate(chain, 1):
                backend.cert_to_token(certificate, f"issuer-{number}", f"issuer-{number}".encode())
