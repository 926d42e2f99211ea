#!/usr/bin/env python3
"""Make the demo PKI: `build.py --out DIR --softhsm DIR [--port N]`.

Everything is made under temporary names and renamed when it is whole; a second run with the same data does nothing.
DIR gets root.pem, chain.pem, holders.csv, people/<login>.pem, certomancer.yml and the keys of the authorities;
the keys of people go to their SoftHSM tokens and are written nowhere else. The remote service of the demo keeps some
more keys, with their PINs, in keys/; remote.csv says whose they are.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import yaml
from architecture import AUTHORITIES, compose
from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from holders import USUAL_KEY, Holder, read_holders
from tokens import KEY_LABEL, create_tokens, fill_tokens, find_module, write_configuration

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[1] / "config"
CURVES: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}
PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def main(arguments: list[str] | None = None) -> None:
    options = _parse(arguments)
    out, softhsm = options.out.resolve(), options.softhsm.resolve()
    stamp = _compute_stamp(options.people, options.pki, options.port, softhsm)
    if _is_current(out, softhsm, stamp):
        print(f"The demo PKI in {out} is up to date.")
        return
    for folder in (out.parent, softhsm):
        folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    tokens = Path(tempfile.mkdtemp(prefix=".tokens.", dir=softhsm))
    try:
        holders = read_holders(options.people, options.pki / "holders.yml")
        _build(work, tokens, holders, compose(options.pki / "architecture.yml", holders, options.port))
        # Without the stamp an interrupted exchange is made anew.
        (out / "stamp.json").unlink(missing_ok=True)
        _exchange(tokens, softhsm / "tokens")
        write_configuration(softhsm, softhsm / "tokens")
        (work / "stamp.json").write_text(json.dumps({"stamp": stamp, "port": options.port}))
        _exchange(work, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(tokens, ignore_errors=True)
    print(f"{len(holders)} certificates and tokens were made in {out} and {softhsm}.")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for certificates and authority keys")
    parser.add_argument("--softhsm", type=Path, required=True, help="folder for softhsm2.conf and tokens/")
    parser.add_argument("--port", type=int, default=9080, help="loopback port written into AIA and CDP (9080)")
    parser.add_argument("--people", type=Path, default=CONFIG / "demo_people.csv")
    parser.add_argument("--pki", type=Path, default=CONFIG / "pki")
    return parser.parse_args(arguments)


def _compute_stamp(people: Path, pki: Path, port: int, softhsm: Path) -> str:
    digest = hashlib.sha256(f"{port} {softhsm}".encode())
    for path in [people, *sorted(pki.glob("*.yml")), *sorted(HERE.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current(out: Path, softhsm: Path, stamp: str) -> bool:
    try:
        recorded = json.loads((out / "stamp.json").read_text())["stamp"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(recorded == stamp and (softhsm / "softhsm2.conf").exists() and (softhsm / "tokens").is_dir())


def _exchange(made: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    made.rename(target)


def _build(work: Path, tokens: Path, holders: list[Holder], configuration: dict[str, object]) -> None:
    remote = {holder.login: holder.pin for holder in holders if holder.is_remote}
    private_keys = _make_keys(dict.fromkeys(AUTHORITIES, USUAL_KEY) | {holder.login: holder.key_kind for holder in holders})
    (work / "keys").mkdir(mode=0o700)
    for label, key in private_keys.items():
        _write_key(work / "keys", label, key, is_kept=label in AUTHORITIES or label in remote)
    path = work / "certomancer.yml"
    path.write_text(yaml.safe_dump(configuration, allow_unicode=True, sort_keys=False), encoding="utf-8")
    demo = CertomancerConfig.from_file(str(path), str(work)).get_pki_arch(ArchLabel("demo"))
    certificates = {label: demo.get_cert(CertLabel(label)) for label in private_keys}
    armoured = {label: pem.armor("CERTIFICATE", certificate.dump()) for label, certificate in certificates.items()}
    (work / "root.pem").write_bytes(armoured["root"])
    (work / "chain.pem").write_bytes(armoured["issuing"])
    (work / "people").mkdir()
    for holder in holders:
        (work / "people" / f"{holder.login}.pem").write_bytes(armoured[holder.login])
    holders = [holder for holder in holders if not holder.is_remote]
    _write_list(work / "holders.csv", holders)
    _write_remote(work, remote)

    os.environ["SOFTHSM2_CONF"] = str(write_configuration(work / "softhsm", tokens))
    module = find_module()
    create_tokens({holder.login: holder.pin for holder in holders}, module)
    bundles = {
        holder.login: (
            holder.pin,
            _to_asn1(private_keys[holder.login]),
            [certificates[holder.login], certificates["issuing"]],
        )
        for holder in holders
    }
    fill_tokens(bundles, module)
    shutil.rmtree(work / "softhsm")


def _make_keys(kinds: dict[str, str]) -> dict[str, PrivateKey]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(kinds, pool.map(_make_key, kinds.values()), strict=True))


def _make_key(kind: str) -> PrivateKey:
    if curve := CURVES.get(kind):
        return ec.generate_private_key(curve)
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _to_asn1(key: PrivateKey) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _write_key(folder: Path, label: str, key: PrivateKey, *, is_kept: bool) -> None:
    if is_kept:
        path, data = folder / f"{label}.key.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    else:
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        path, data = folder / f"{label}.pub.pem", public
    path.touch(mode=0o600)
    path.write_bytes(data)


def _write_list(path: Path, holders: list[Holder]) -> None:
    """Who owns which token; no PIN is written."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["login", "token_label", "key_label", "is_seal", "organisation"])
        for holder in holders:
            row = [holder.login, holder.login, KEY_LABEL, int(holder.is_seal), holder.subject["organization-name"]]
            writer.writerow(row)


def _write_remote(work: Path, pins: dict[str, str]) -> None:
    """The keys at the remote service by name, and their PINs for that service alone."""
    (work / "remote.csv").write_text("\n".join(["login", *pins, ""]), encoding="utf-8")
    path = work / "keys/remote.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(pins))


if __name__ == "__main__":
    sys.exit(main())
