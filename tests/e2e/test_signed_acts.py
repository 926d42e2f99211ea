"""Acts that count when their person has signed them: a resolution and an opinion, each with the PIN, in the browser; seen on the sheet."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flow import ROOT, Office
from person import DESKTOP, PHONE, Album, Person
from playwright.sync_api import Page, expect
from rpc import read_pin

GOVERNOR, DIRECTOR = "Радостина Пейчева Ангелова", "Емил Стефанов Цеков"


@pytest.fixture
def album(screenshots: Path) -> Album:
    return Album(screenshots, "acts")


@pytest.fixture
def signed_work(office: Office) -> Iterator[None]:
    """The administration asks for a qualified signature under resolutions and tasks, as long as the test runs."""
    clerk = office.person("clerk")
    company = clerk.read("res.users", clerk.uid, "company_id")["company_id"][0]
    yield office.administrator.call("res.company", "write", [company], {"docflow_work_level": "qualified"})
    office.administrator.call("res.company", "write", [company], {"docflow_work_level": "logged"})


@pytest.fixture
def signed_opinion(office: Office) -> Iterator[None]:
    """The procedure of certificates asks its first step, the director's, for a qualified signature, as long as the test runs."""
    yield publish_with_level(office, "qualified")
    publish_with_level(office, "logged")


def publish_with_level(office: Office, level: str) -> None:
    administrator = office.administrator
    domain = [("code", "=", "1972"), ("state", "=", "published"), ("company_id.name", "ilike", "Видин")]
    procedure = administrator.call("oa.procedure", "search", domain)
    draft = administrator.call("oa.procedure", "action_new_version", procedure)["res_id"]
    step = administrator.call("oa.procedure.step", "search", [("procedure_id", "=", draft)], order="sequence", limit=1)
    administrator.call("oa.procedure.step", "write", step, {"signature_level": level})
    trial = administrator.call("oa.procedure", "action_publish", [draft])["res_id"]
    while (done := administrator.call("oa.procedure.trial", "action_continue", [trial]))["done"] < done["all"]:
        pass
    administrator.call("oa.procedure.trial", "action_publish", [trial])


def register(office: Office, subject: str, data_dir: Path) -> tuple[int, str]:
    document = office.receive(subject)
    return document, str(office.register(document, (data_dir / "zayavlenie-1972.pdf").read_bytes())["number"])


def test_resolution_waits_for_the_pin_and_the_sheet_shows_whose_signature_it_bears(
    login: Callable[..., Page], album: Album, office: Office, signed_work: None, data_dir: Path
) -> None:
    document, number = register(office, "Заявление, чиято резолюция се подписва", data_dir)
    governor = Person(login("vidin.governor", viewport=PHONE), album)

    governor.open_turn("resolve", number)
    governor.press("action_resolve")
    governor.choose("responsible_id", "Цеков")
    governor.fill("text", "За проверка и отговор.")
    governor.page.locator(".modal button[name=action_confirm]").click()
    governor.wait_until_calm()
    assert read_state(office, document) == "registered", "nothing is done before the signature"
    governor.close_sign_dialog()

    governor.open("unsigned-acts")
    governor.show("governor-finds-what-waits-for-the-signature")
    governor.page.locator("button[name=action_sign_again]:visible").first.click()
    governor.type_pin("000000")
    assert read_state(office, document) == "registered", "a wrong PIN does nothing"
    governor.type_pin(read_pin(ROOT, "vidin.governor"))
    expect(governor.page.locator(".oa_sign_dialog")).to_contain_text("Подписан")
    governor.show("governor-has-signed-the-resolution")

    assert read_state(office, document) == "assigned"
    act = read_last_act(office, document)
    assert (act["act"], act["level"], act["state"]) == ("resolve", "qualified", "signed")
    expect_signature_on_the_sheet(Person(login("vidin.clerk"), album), document, GOVERNOR)
    album.check()


def test_opinion_is_signed_with_the_pin_in_the_same_dialog(
    login: Callable[..., Page], album: Album, office: Office, signed_opinion: None, data_dir: Path
) -> None:
    certificate = office.draft("Заявление, чието съгласуване се подписва", (data_dir / "zayavlenie-1972.pdf").read_bytes())
    office.submit(certificate)
    director = Person(login("vidin.director.akrrds", viewport=DESKTOP), album)

    director.open(f"documents/{certificate}")
    director.press("action_agree")
    director.show("director-is-asked-for-the-pin")
    director.type_pin(read_pin(ROOT, "vidin.director.akrrds"))
    expect(director.page.locator(".oa_sign_dialog")).to_contain_text("Подписан")

    act = read_last_act(office, certificate)
    assert (act["act"], act["state"]) == ("agree", "signed")
    expect_signature_on_the_sheet(Person(login("vidin.lawyer"), album), certificate, DIRECTOR)
    answer = office.person("clerk").call("oa.step.record", "action_verify")
    assert answer["params"]["type"] == "success", answer
    album.check()


def read_state(office: Office, document: int) -> str:
    return str(office.person("clerk").read("oa.document", document, "state")["state"])


def read_last_act(office: Office, document: int) -> dict[str, object]:
    person = office.person("director.akrrds")
    found = person.call("oa.step.record", "search", [("document_id", "=", document), ("position", ">", 0)], order="position desc", limit=1)
    return dict(person.read("oa.step.record", found[0], "act", "level", "state"))


def expect_signature_on_the_sheet(person: Person, document: int, signer: str) -> None:
    person.open(f"documents/{document}")
    person.open_page("page_acts")
    person.press("action_check_acts")
    sheet = person.page.locator(".o_field_widget[name=act_ids]")
    expect(sheet).to_contain_text(re.compile(rf"{signer}, XAdES B-L?T, валиден"))
    sheet.scroll_into_view_if_needed()
    person.show("the-sheet-shows-the-signature")
