"""Formats besides PAdES through the product, with keys on curves, verified by tools that are not ours."""

import base64
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from evidence import ask_openssl, ask_xmlsec
from odoo_server import OdooServer
from rpc import Client, link_tokens, read_pin

ROOT = Path(os.environ["OA_ROOT"])
XML = '<?xml version="1.0" encoding="UTF-8"?><заявление><номер>12-00-345</номер></заявление>'.encode()
TEXT = "Приложение към заповед".encode()
ROLE = "за областния управител, Заповед № РД-12 / 01.11.2026 г."
SIGNERS = {"vidin.lawyer": "P-256", "vidin.deputy": "P-384"}


@pytest.fixture(scope="module")
def administrator(server: OdooServer) -> Client:
    """Gives the right to sign and links the tokens."""
    client = Client(server.url, server.database, "admin")
    group = client.search("ir.model.data", [("module", "=", "oa_signing"), ("name", "=", "oa_signing_group_signer")], ["res_id"])[0][
        "res_id"
    ]
    users = client.search("res.users", [("login", "in", list(SIGNERS))], ["id"])
    client.call("res.users", "write", [user["id"] for user in users], {"group_ids": [[4, group, 0]]})
    link_tokens(client, ROOT, SIGNERS)
    return client


class Signer:
    def __init__(self, server: OdooServer, login: str) -> None:
        self.client, self.pin = Client(server.url, server.database, login), read_pin(ROOT, login)

    def sign(self, name: str, data: bytes, format_code: str = "") -> dict[str, Any]:
        """Upload, choose the format if one is given, say in whose place, sign; gives the signature."""
        (file_id,) = self.client.call("oa.signing.file", "create", [{"file_name": name, "data": base64.b64encode(data).decode()}])
        request = self.client.call("oa.signing.file", "action_sign", [file_id])["params"]["request_id"]
        dialog = self.client.call("oa.signature.request", "get_dialog_data", [request])
        line = dialog["lines"][0]["id"]
        if format_code:
            self.client.call("oa.signature.request", "action_set_format", [request], line, format_code)
        self.client.call("oa.signature.request", "action_set_role", [request], line, ROLE)
        self.client.call("oa.signature.request", "action_prepare", [request], dialog["key_id"])
        (signed,) = self.client.call("oa.signature.request", "action_sign_with_pin", [request], self.pin)["lines"]
        assert signed["state"] == "signed", signed["message"]
        domain = [("res_model", "=", "oa.signing.file"), ("res_id", "=", file_id)]
        return self.client.search("oa.signature", domain, ["format", "level", "state", "claimed_roles", "attachment_id"])[0]

    def download(self, signature: dict[str, Any]) -> bytes:
        return self.client.download(f"/web/content/{signature['attachment_id'][0]}")


@pytest.mark.parametrize("login", SIGNERS)
def test_signature_beside_a_file_is_believed_by_openssl(
    server: OdooServer, administrator: Client, pki_dir: Path, tmp_path: Path, login: str
) -> None:
    signer = Signer(server, login)

    signature = signer.sign("Приложение.txt", TEXT)

    assert (signature["format"], signature["level"], signature["claimed_roles"]) == ("cades", "B-T", ROLE)
    assert signature["attachment_id"][1] == "Приложение.txt.p7s"
    assert ask_openssl(signer.download(signature), TEXT, pki_dir, tmp_path) == "successful"


@pytest.mark.parametrize("login", SIGNERS)
def test_signature_inside_an_xml_is_believed_by_xmlsec(server: OdooServer, administrator: Client, tmp_path: Path, login: str) -> None:
    signer = Signer(server, login)

    signature = signer.sign("Заявление.xml", XML)

    assert (signature["format"], signature["level"]) == ("xades", "B-T")
    data = signer.download(signature)
    assert ask_xmlsec(data, tmp_path) == "valid"
    assert ask_xmlsec(data.replace(b"12-00-345", b"12-00-346"), tmp_path) == "invalid"


def test_container_opens_with_any_zip_program_and_our_check_calls_it_valid(
    server: OdooServer, administrator: Client, tmp_path: Path
) -> None:
    signer = Signer(server, "vidin.deputy")
    signature = signer.sign("Приложение.txt", TEXT, "asic_xades")
    path = tmp_path / "container.asice"
    path.write_bytes(signer.download(signature))

    signer.client.call("oa.signature", "action_check", [signature["id"]])

    assert "META-INF/signatures001.xml" in subprocess.run(["python3", "-m", "zipfile", "-l", path], capture_output=True, text=True).stdout
    assert signer.client.read("oa.signature", signature["id"], "verdict")["verdict"] == "valid"
