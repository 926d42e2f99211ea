"""Signing with real tokens and live services through the product, verified by tools that are not ours."""

import base64
import os
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from evidence import ask_pdfsig, ask_pyhanko
from odoo_server import OdooServer
from reportlab.pdfgen.canvas import Canvas
from rpc import Client, Refusal, link_tokens, read_pin, wait_for

ROOT = Path(os.environ["OA_ROOT"])
SIGNER, LOCKED = "vidin.expert.tsu", "vidin.expert.rr"
PINS = {"revoked": "720001", "expired": "720002"}
DEAD_URL = "http://127.0.0.1:9/"


def make_pdf(text: str) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=0)
    canvas.drawString(100, 700, text)
    canvas.save()
    return buffer.getvalue()


class Signer:
    """A person who signs files of their own over RPC."""

    def __init__(self, server: OdooServer, login: str) -> None:
        self.client = Client(server.url, server.database, login)
        self.pin = PINS.get(login) or read_pin(ROOT, login)

    def upload(self, name: str) -> int:
        data = base64.b64encode(make_pdf(name.encode("ascii", "ignore").decode() or "x")).decode()
        return int(self.client.call("oa.signing.file", "create", [{"file_name": name, "data": data}])[0])

    def open_dialog(self, file_id: int) -> int:
        request = int(self.client.call("oa.signing.file", "action_sign", [file_id])["params"]["request_id"])
        key = self.client.call("oa.signature.request", "get_dialog_data", [request])["key_id"]
        self.client.call("oa.signature.request", "action_prepare", [request], key)
        return request

    def enter_pin(self, request: int, pin: str | None = None) -> dict[str, Any]:
        data = self.client.call("oa.signature.request", "action_sign_with_pin", [request], pin or self.pin)
        return dict(data["lines"][0])

    def get_signature(self, file_id: int) -> dict[str, Any]:
        domain = [("res_model", "=", "oa.signing.file"), ("res_id", "=", file_id)]
        return self.client.search("oa.signature", domain, ["level", "state", "verdict", "signer_name"])[0]

    def get_signed(self, file_id: int) -> bytes:
        return base64.b64decode(self.client.read("oa.signing.file", file_id, "signed_data")["signed_data"] or "")


@pytest.fixture(scope="module")
def administrator(server: OdooServer) -> Client:
    """Gives the right to sign, links the tokens, makes the two people whose certificates are dead."""
    client = Client(server.url, server.database, "admin")
    group = client.search("res.groups", [("full_name", "!=", ""), ("id", "in", _find(client, "oa_signing_group_signer"))], ["id"])[0]["id"]
    for login in PINS:
        if not client.search("res.users", [("login", "=", login)], ["id"]):
            client.call("res.users", "create", [{"name": login, "login": login, "password": login}])
    users = client.search("res.users", [("login", "in", [SIGNER, LOCKED, *PINS])], ["id"])
    client.call("res.users", "write", [user["id"] for user in users], {"group_ids": [[4, group, 0]]})
    link_tokens(client, ROOT, [SIGNER, LOCKED, *PINS])
    return client


def _find(client: Client, name: str) -> list[int]:
    rows = client.search("ir.model.data", [("module", "=", "oa_signing"), ("name", "=", name)], ["res_id"])
    return [row["res_id"] for row in rows]


@pytest.fixture
def signer(server: OdooServer, administrator: Client) -> Signer:
    return Signer(server, SIGNER)


@pytest.fixture
def silent_timestamps(administrator: Client) -> Iterator[None]:
    administrator.call("ir.config_parameter", "set_param", "oa_signing.timestamp_url", DEAD_URL)
    yield
    administrator.call("ir.config_parameter", "set_param", "oa_signing.timestamp_url", "")


def complete(administrator: Client, signature: dict[str, Any]) -> None:
    administrator.call("oa.signature", "action_augment", [signature["id"]])


def is_completed(administrator: Client, signature: dict[str, Any]) -> bool:
    """Bring the timestamps back and ask; the queue's own attempt may still hold the dead address it began with."""
    for address in (os.environ["OA_TSA_URL"], ""):
        administrator.call("ir.config_parameter", "set_param", "oa_signing.timestamp_url", address)
    with suppress(Refusal):
        complete(administrator, signature)
        return True
    return False


def test_signed_file_is_complete_and_foreign_tools_agree(signer: Signer, administrator: Client, pki_dir: Path, tmp_path: Path) -> None:
    file_id = signer.upload("Удостоверение.pdf")
    assert signer.enter_pin(signer.open_dialog(file_id))["state"] == "signed"
    complete(administrator, signer.get_signature(file_id))

    path = tmp_path / "signed.pdf"
    path.write_bytes(signer.get_signed(file_id))

    signature = signer.get_signature(file_id)
    assert (signature["level"], signature["state"], signature["verdict"]) == ("B-LT", "complete", "valid")
    assert "Signature is Valid" in ask_pdfsig(path)
    assert "judged VALID" in ask_pyhanko(path, pki_dir)


def test_wrong_pins_lock_the_key_until_an_administrator_unlocks_it(server: OdooServer, administrator: Client) -> None:
    signer = Signer(server, LOCKED)
    file_id = signer.upload("Становище.pdf")
    request = signer.open_dialog(file_id)

    for sentence in ("заключване на ключа: 2", "заключване на ключа: 1", "последният опит"):
        with pytest.raises(Refusal, match=sentence):
            signer.enter_pin(request, "000000")
    with pytest.raises(Refusal, match="заключен"):
        signer.enter_pin(request)
    assert not signer.get_signed(file_id)
    keys = administrator.search("oa.signing.key", [("token_label", "=", LOCKED)], ["id"])
    administrator.call("oa.signing.key", "action_unlock", [keys[0]["id"]])

    assert signer.enter_pin(request)["state"] == "signed"


@pytest.mark.parametrize(("login", "words"), [("revoked", "revoked|прекратено"), ("expired", "Expired|Изтекло")])
def test_dead_certificate_does_not_sign(server: OdooServer, administrator: Client, login: str, words: str) -> None:
    signer = Signer(server, login)
    file_id = signer.upload("Писмо.pdf")

    with pytest.raises(Refusal, match=words):
        signer.enter_pin(signer.open_dialog(file_id))
    assert not signer.get_signed(file_id)


def test_signature_without_timestamp_service_is_healed_later(
    signer: Signer, administrator: Client, silent_timestamps: None, pki_dir: Path, tmp_path: Path
) -> None:
    file_id = signer.upload("Отговор.pdf")
    line = signer.enter_pin(signer.open_dialog(file_id))
    assert (line["state"], line["level"]) == ("signed", "B-B")
    assert "автоматично" in line["message"]

    wait_for(lambda: is_completed(administrator, signer.get_signature(file_id)), "the completed signature")

    path = tmp_path / "healed.pdf"
    path.write_bytes(signer.get_signed(file_id))
    # Evidence and a document timestamp over both: more than was aimed at, because one timestamp serves for all.
    assert signer.get_signature(file_id)["level"] == "B-LTA"
    assert "judged VALID" in ask_pyhanko(path, pki_dir)


def test_tampered_file_is_found_invalid(signer: Signer, administrator: Client) -> None:
    file_id = signer.upload("Certificate.pdf")
    signer.enter_pin(signer.open_dialog(file_id))
    tampered = signer.get_signed(file_id).replace(b"(Certificate.pdf)", b"(Certlficate.pdf)")
    upload = {"file_name": "Получен.pdf", "data": base64.b64encode(tampered).decode()}
    (upload_id,) = signer.client.call("oa.signature.check.upload", "create", [upload])

    action = signer.client.call("oa.signature.check.upload", "action_confirm", [upload_id])

    check = signer.client.read("oa.signature.check", action["res_id"], "outcome", "reasons")
    assert check["outcome"] == "invalid"
    assert "променен след подписването" in check["reasons"]


def test_server_killed_before_the_pin_leaves_a_request_that_is_continued(server: OdooServer, signer: Signer) -> None:
    file_id = signer.upload("Заповед.pdf")
    request = signer.open_dialog(file_id)

    server.kill()
    server.start()

    assert signer.enter_pin(request)["state"] == "signed"
    assert signer.get_signature(file_id)["level"] in ("B-T", "B-LT")
