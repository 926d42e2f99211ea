"""A file leaves the house, is signed by a program that is not ours on a token, and comes back through the dialog."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evidence import ask_pdfsig
from flow import Office
from own_card import PYTHON, Computer
from person import Album, Person
from playwright.sync_api import Page, expect

FILES = "action-oa_signing.oa_signing_file_action"
NAME = "Заповед навън.pdf"
PATIENCE = 60_000
Login = Callable[..., Page]


@pytest.fixture
def computer(pki_dir: Path, office: Office) -> Iterator[Computer]:
    governor = office.person("governor")
    number = governor.search("oa.certificate", [("user_id", "=", governor.uid)], ["identifier"])[0]["identifier"]
    # Not pytest's folder: the paths of tokens have to be short.
    folder = Path(tempfile.mkdtemp(prefix="card"))
    yield Computer(folder, pki_dir, "Радостина Пейчева Ангелова", str(number))
    shutil.rmtree(folder)


@pytest.fixture
def file(office: Office, data_dir: Path) -> int:
    data = base64.b64encode((data_dir / "zayavlenie-1972.pdf").read_bytes()).decode()
    return int(office.person("governor").call("oa.signing.file", "create", {"file_name": NAME, "data": data}))


@pytest.fixture
def governor(login: Login, screenshots: Path, office: Office) -> Iterator[Person]:
    yield Person(login("vidin.governor"), Album(screenshots, "signed-outside"))
    # Other tests sign with the key on the server.
    office.administrator.call("res.users", "write", [office.person("governor").uid], {"signing_way": False})


def sign_with_pyhanko(computer: Computer, source: Path) -> Path:
    """What the person does at home: pyHanko's own command asks the token."""
    setup = {"module-path": os.environ["OA_PKCS11_MODULE"], "token-label": "card", "cert-label": "sign", "user-pin": computer.pin}
    configuration, target = computer.folder / "pyhanko.yml", source.with_name("signed.pdf")
    # JSON is YAML, too.
    configuration.write_text(json.dumps({"pkcs11-setups": {"card": setup}}))
    command = [
        Path(PYTHON).with_name("pyhanko"),
        "--config",
        configuration,
        "sign",
        "addsig",
        "--field",
        "Outside",
        "--use-pades",
        "--no-strict-syntax",
    ]
    env = {**os.environ, "SOFTHSM2_CONF": str(computer.folder / "softhsm2.conf")}
    subprocess.run([*command, "pkcs11", "--p11-setup", "card", source, target], env=env, check=True, capture_output=True)
    return target


def test_file_signed_outside_comes_back_through_the_dialog(
    office: Office, governor: Person, file: int, computer: Computer, tmp_path: Path
) -> None:
    page, person = governor.page, office.person("governor")
    governor.open(FILES)
    page.locator(".o_data_row").filter(has_text=NAME).first.locator("input[type=checkbox]").check()
    page.locator("button[name=action_sign]").first.click()
    page.locator(".oa_sign_ways [data-way=upload]").click()
    with page.expect_download() as download:
        page.locator(".oa_sign_download").click()
    frozen = tmp_path / "frozen.pdf"
    download.value.save_as(frozen)
    governor.show("given-out")

    page.locator("#oa_sign_upload").set_input_files(frozen)
    expect(page.locator(".oa_sign_dialog .alert-danger")).to_contain_text("без нов подпис", timeout=PATIENCE)
    assert person.read("oa.signing.file", file, "signature_count")["signature_count"] == 0

    signed = sign_with_pyhanko(computer, frozen)
    page.locator("#oa_sign_upload").set_input_files(signed)
    expect(page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    governor.show("signed")

    domain = [("res_model", "=", "oa.signing.file"), ("res_id", "=", file)]
    (signature,) = person.search("oa.signature", domain, ["signer_name", "format", "field_name"])
    assert (signature["signer_name"], signature["format"], signature["field_name"]) == ("Радостина Пейчева Ангелова", "pades", "Outside")
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(base64.b64decode(person.read("oa.signing.file", file, "signed_data")["signed_data"]))
    assert kept.read_bytes().startswith(signed.read_bytes())
    assert "Signature is Valid" in ask_pdfsig(kept)
    governor.album.check()
