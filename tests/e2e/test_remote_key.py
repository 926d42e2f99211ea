"""A key kept by a provider, in a real browser: the person types the provider's PIN, the provider signs exactly these digests."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flow import ROOT, Office
from odoo_server import find_free_port
from own_card import PYTHON
from person import PHONE, Album, Person
from playwright.sync_api import Page, expect

FILES = "action-oa_signing.oa_signing_file_action"
NAME = "Радостина Пейчева Ангелова"
PIN = "730001"
PATIENCE = 60_000
Login = Callable[..., Page]


class Provider:
    """The remote service of the demo in a process of its own, which may be stopped in the middle."""

    def __init__(self, pki: Path) -> None:
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [os.environ["OA_CSC_PYTHON"], ROOT / "tools/demo_pki/keep_keys.py", "--pki", pki, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < until, "the provider did not start"
                time.sleep(0.1)

    def fall_asleep(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake_up(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.wake_up()
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def provider(offices: dict[str, Office], pki_dir: Path) -> Iterator[Provider]:
    """Its address takes the place of the demo's for a while."""
    client = offices["vidin"].administrator
    (row,) = client.search("oa.signing.provider", [("name", "ilike", "демонстрация")], ["url", "timeout"])
    provider = Provider(pki_dir)
    client.call("oa.signing.provider", "write", [row["id"]], {"url": provider.url, "timeout": 4})
    yield provider
    provider.end()
    client.call("oa.signing.provider", "write", [row["id"]], {"url": row["url"], "timeout": row["timeout"]})


@pytest.fixture
def files(office: Office, data_dir: Path) -> list[int]:
    data = base64.b64encode((data_dir / "zayavlenie-1972.pdf").read_bytes()).decode()
    vals = [{"file_name": f"Заповед № {place + 1}.pdf", "data": data} for place in range(3)]
    return [int(office.person("governor").call("oa.signing.file", "create", one)) for one in vals]


@pytest.fixture
def forget_way(office: Office) -> Iterator[None]:
    yield
    # Other tests sign with the key on the server.
    office.administrator.call("res.users", "write", [office.person("governor").uid], {"signing_way": False})


@pytest.fixture
def governor(login: Login, screenshots: Path, forget_way: None) -> Person:
    return Person(login("vidin.governor"), Album(screenshots, "remote"))


def open_dialog(person: Person, files: list[int]) -> None:
    person.open(FILES)
    for row in person.page.locator(".o_data_row").all()[: len(files)]:
        row.locator("input[type=checkbox]").check()
    person.page.locator("button[name=action_sign]").first.click()
    person.page.locator(".oa_sign_ways [data-way=remote]").click()


def confirm(person: Person, pin: str) -> None:
    person.page.locator("#oa_sign_remote_pin").fill(pin)
    person.page.locator(".oa_sign_confirm").click()


def count_signatures(office: Office, files: list[int]) -> list[int]:
    return [row["signature_count"] for row in office.person("governor").call("oa.signing.file", "read", files, ["signature_count"])]


def test_administrator_sees_that_the_provider_answers_and_whose_keys_it_has(
    login: Login, screenshots: Path, office: Office, provider: Provider
) -> None:
    person = Person(login("vidin.admin"), Album(screenshots, "remote"))
    client = office.person("admin")
    (row,) = client.search("oa.signing.provider", [("url", "=", provider.url)], ["id"])
    person.open(f"oa.signing.provider/{row['id']}")

    person.press("action_check")

    expect(person.page.locator(".o_notification")).to_contain_text(re.compile("отговаря.*3"))
    expect(person.form).to_contain_text(NAME)
    person.show("provider")
    # Names of keys are the provider's own words.
    assert not person.album.too_wide


def test_three_documents_are_signed_by_the_provider_with_one_pin(
    office: Office, governor: Person, files: list[int], provider: Provider
) -> None:
    sent: list[str] = []
    governor.page.on("request", lambda request: sent.append(request.post_data or ""))
    open_dialog(governor, files)
    expect(governor.page.locator("#oa_sign_remote_key")).to_contain_text(NAME)
    governor.show("asked")

    confirm(governor, PIN)

    expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    governor.show("signed")
    assert count_signatures(office, files) == [1, 1, 1]
    assert sum("action_sign_remote" in text for text in sent) == 1
    domain = [("res_model", "=", "oa.signing.file"), ("res_id", "in", files)]
    signatures = office.person("governor").search("oa.signature", domain, ["signer_name", "certificate_id"])
    assert {row["signer_name"] for row in signatures} == {NAME}
    # A certificate of its own: not the one on the token of the server.
    keys = office.administrator.search("oa.signing.key", [("user_id.login", "=", "vidin.governor")], ["certificate_id", "provider_id"])
    assert {row["certificate_id"][0] for row in signatures} == {key["certificate_id"][0] for key in keys if key["provider_id"]}
    governor.album.check()


def test_wrong_pin_at_the_provider_is_a_sentence_and_signs_nothing(
    office: Office, governor: Person, files: list[int], provider: Provider
) -> None:
    open_dialog(governor, files)

    confirm(governor, "000000")

    expect(governor.page.locator(".oa_sign_dialog .alert-danger")).to_contain_text("ПИН кодът", timeout=PATIENCE)
    assert governor.page.locator("#oa_sign_remote_pin").input_value() == ""
    governor.show("refused")
    assert count_signatures(office, files) == [0, 0, 0]
    confirm(governor, PIN)
    expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    assert count_signatures(office, files) == [1, 1, 1]
    governor.album.check()


def test_silent_provider_is_given_up_with_a_sentence_and_signs_when_it_answers_again(
    office: Office, governor: Person, files: list[int], provider: Provider
) -> None:
    open_dialog(governor, files)
    provider.fall_asleep()

    confirm(governor, PIN)

    expect(governor.page.locator(".oa_sign_dialog .alert-danger")).to_contain_text("не отговори навреме", timeout=PATIENCE)
    governor.show("silent")
    assert count_signatures(office, files) == [0, 0, 0]
    provider.wake_up()
    confirm(governor, PIN)
    expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    governor.album.check()


def test_governor_signs_on_a_phone(
    login: Login, screenshots: Path, forget_way: None, office: Office, files: list[int], provider: Provider
) -> None:
    person = Person(login("vidin.governor", viewport=PHONE), Album(screenshots, "remote-phone"))
    person.open(f"oa.signing.file/{files[0]}")
    person.press("action_sign")
    person.page.locator(".oa_sign_ways [data-way=remote]").click()
    person.show("asked")

    confirm(person, PIN)

    expect(person.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    person.show("signed")
    assert count_signatures(office, files) == [1, 0, 0]
    person.album.check()


def test_provider_signs_only_the_digests_that_were_authorised(pki_dir: Path, provider: Provider) -> None:
    """What the authorisation names is what is signed: the provider refuses a digest that was put in afterwards."""
    code = """
import base64, hashlib, json, sys, urllib.error, urllib.request
def ask(path, **values):
    data = json.dumps(values).encode()
    request = urllib.request.Request(f"{sys.argv[1]}/csc/v1/{path}", data, {"Content-Type": "application/json"})
    try:
        return json.load(urllib.request.urlopen(request, timeout=10))
    except urllib.error.HTTPError as error:
        return {"status": error.code}
one, other = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"one", b"other"))
name = "demo/vidin.governor.remote"
sad = ask("credentials/authorize", credentialID=name, numSignatures=1, hash=[one], PIN=sys.argv[2])["SAD"]
words = {"credentialID": name, "SAD": sad, "hashAlgo": "2.16.840.1.101.3.4.2.1", "signAlgo": "1.2.840.113549.1.1.11"}
print(json.dumps([ask("signatures/signHash", hash=[item], **words) for item in (one, other)]))
"""
    done = subprocess.run([PYTHON, "-c", code, provider.url, PIN], capture_output=True, text=True, check=True)

    first, second = json.loads(done.stdout)
    assert first["signatures"] and second == {"status": 400}
