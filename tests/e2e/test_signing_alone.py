"""oa_signing without any other addon of ours: the file of a plain contact is signed, validated and countersigned."""

import base64
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alone import make_database
from evidence import ask_pdfsig
from odoo_server import OdooServer
from person import PHONE, Album, Person
from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas
from rpc import Client, link_tokens, read_pin

ROOT = Path(os.environ["OA_ROOT"])
FIRST, SECOND = "vidin.registrar", "vidin.archivist"
NAMES = {FIRST: "Венцислава Борисова Кръстева", SECOND: "Ангел Димитров Шишманов"}
"""Ordinary users here; their personal numbers stand in the certificates on the demo's tokens."""
FILE, SIGNED = "Dogovor.pdf", "Dogovor-signed.pdf"
PATIENCE = 60_000

Login = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[OdooServer]:
    log = Path(os.environ["OA_HOME"]) / "test/log/odoo-alone.log"
    with make_database(f"{os.environ['OA_DATABASE']}_alone") as database, OdooServer(database, log) as odoo:
        yield odoo


@pytest.fixture(scope="module")
def base_url(server: OdooServer) -> str:
    return server.url


@pytest.fixture(scope="module")
def administrator(server: OdooServer) -> Client:
    """Makes the two people, gives them the right to sign and links their tokens."""
    client = Client(server.url, server.database, "admin")
    client.call("res.company", "write", [1], {"name": "Община Димово"})
    groups = [find(client, "base", "group_partner_manager"), find(client, "oa_signing", "oa_signing_group_signer")]
    client.call(
        "res.users", "create",
        [{"name": name, "login": login, "password": login, "lang": "bg_BG", "tz": "Europe/Sofia",
          # Odoo's bot would greet them in a chat window that lies over the page of a phone.
          "odoobot_state": "disabled", "group_ids": [[4, group, 0] for group in groups]} for login, name in NAMES.items()],
    )  # fmt: skip
    link_tokens(client, ROOT, NAMES)
    return client


@pytest.fixture(scope="module")
def contact(administrator: Client) -> int:
    return int(administrator.call("res.partner", "create", [{"name": "Община Белоградчик", "is_company": True}])[0])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / FILE
    canvas = Canvas(str(path))
    canvas.drawString(100, 700, "Lease of state property")
    canvas.save()
    return path


def find(client: Client, module: str, name: str) -> int:
    return int(client.search("ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"])[0]["res_id"])


def open_files(person: Person, contact: int) -> None:
    """From the contact through the menu with the cogwheel to its files."""
    person.open(f"contacts/{contact}")
    person.page.locator(".o_cp_action_menus .fa-cog").first.click()
    item = person.page.locator(".oa_sign_attachments:visible")
    expect(item).to_be_visible()
    # On a phone the menu is a sheet that is still rising and may have to be scrolled.
    item.dispatch_event("click")
    expect(person.page.locator(".o_breadcrumb, .o_control_panel").first).to_contain_text("Файлове на")
    person.wait_until_calm()


def press_beside(person: Person, name: str, button: str) -> None:
    row = person.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=name)
    row.locator(f"button[name={button}], a[name={button}]").click()


def sign(person: Person, contact: int, login: str, name: str) -> None:
    open_files(person, contact)
    person.show("files")
    press_beside(person, name, "action_oa_sign")
    expect(person.page.locator(".oa_sign_confirm")).to_be_enabled(timeout=PATIENCE)
    person.show("dialog")
    person.type_pin(read_pin(ROOT, login))
    expect(person.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    person.show("signed")


def test_nothing_else_of_ours_is_installed(administrator: Client) -> None:
    domain = [("name", "=like", "oa_%"), ("state", "=", "installed")]

    assert [module["name"] for module in administrator.search("ir.module.module", domain, ["name"])] == ["oa_signing"]


def test_file_of_a_contact_is_signed_validated_and_countersigned(
    administrator: Client, contact: int, login: Login, draft: Path, screenshots: Path, tmp_path: Path
) -> None:
    album = Album(screenshots, "alone")
    first = Person(login(FIRST), album)
    first.open(f"contacts/{contact}")
    first.page.locator(".o-mail-Chatter input[type=file]").first.set_input_files(draft)
    expect(first.page.locator(".o-mail-Chatter")).to_contain_text(FILE)
    sign(first, contact, FIRST, FILE)
    second = Person(login(SECOND), album)
    sign(second, contact, SECOND, SIGNED)

    open_files(first, contact)
    press_beside(first, SIGNED, "action_oa_check")
    expect(first.field("outcome")).to_contain_text(re.compile("^Валид"), timeout=PATIENCE)
    for name in NAMES.values():
        expect(first.form).to_contain_text(name)
    first.show("checked")

    (signed,) = administrator.search(
        "ir.attachment", [("res_model", "=", "res.partner"), ("res_id", "=", contact), ("name", "=", SIGNED)], ["id"]
    )
    path = tmp_path / SIGNED
    path.write_bytes(administrator.download(f"/web/content/{signed['id']}"))
    assert path.read_bytes().startswith(draft.read_bytes())
    assert ask_pdfsig(path).count("Signature is Valid") == len(NAMES)
    album.check()


def test_phone_finds_the_files_of_a_contact_and_signs_one(
    administrator: Client, contact: int, login: Login, draft: Path, screenshots: Path
) -> None:
    name = "Telefon.pdf"
    vals = {"name": name, "datas": base64.b64encode(draft.read_bytes()).decode(), "res_model": "res.partner", "res_id": contact}
    administrator.call("ir.attachment", "create", [vals])
    album = Album(screenshots, "alone-phone")
    person = Person(login(FIRST, viewport=PHONE), album)

    sign(person, contact, FIRST, name)

    domain = [("res_model", "=", "res.partner"), ("res_id", "=", contact), ("name", "=", "Telefon-signed.pdf")]
    assert administrator.call("ir.attachment", "search_count", domain) == 1
    album.check()
