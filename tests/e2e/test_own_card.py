"""The person's own card in a real browser: page, local signing program and server, each seeing what is theirs only."""

from __future__ import annotations

import base64
import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flow import Office
from own_card import Computer
from person import Album, Person
from playwright.sync_api import Error, Page, Request, expect

FILES = "action-oa_signing.oa_signing_file_action"
PATIENCE = 60_000
"""Five files are prepared, signed and stamped with the time on a machine that may be busy."""
Login = Callable[..., Page]


@pytest.fixture(scope="module")
def number(offices: dict[str, Office]) -> str:
    """The governor's personal identifier, as the certificate on the server has it."""
    governor = offices["vidin"].person("governor")
    return str(governor.search("oa.certificate", [("user_id", "=", governor.uid)], ["identifier"])[0]["identifier"])


@pytest.fixture(scope="module")
def computer(pki_dir: Path, number: str) -> Iterator[Computer]:
    # Not pytest's folder: the paths of tokens have to be short.
    folder = Path(tempfile.mkdtemp(prefix="card"))
    yield Computer(folder, pki_dir, "Радостина Пейчева Ангелова", number)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def files(office: Office, data_dir: Path) -> list[int]:
    """Five files of the governor that wait for a signature."""
    data = base64.b64encode((data_dir / "zayavlenie-1972.pdf").read_bytes()).decode()
    vals = [{"file_name": f"Заповед № {place + 1}.pdf", "data": data} for place in range(5)]
    return [int(office.person("governor").call("oa.signing.file", "create", one)) for one in vals]


@pytest.fixture
def governor(login: Login, screenshots: Path, office: Office) -> Iterator[Person]:
    yield Person(login("vidin.governor", ignore_https_errors=True), Album(screenshots, "own-card"))
    # Other tests sign with the key on the server.
    office.administrator.call("res.users", "write", [office.person("governor").uid], {"signing_way": False})


def open_dialog(person: Person, files: list[int]) -> None:
    """Choose the files in the list and press the button that signs."""
    person.open(FILES)
    for row in itertools.islice(person.page.locator(".o_data_row").all(), len(files)):
        row.locator("input[type=checkbox]").check()
    person.page.locator("button[name=action_sign]").first.click()
    person.page.locator(".oa_sign_ways [data-way=local]").click()


def get_states(office: Office, files: list[int]) -> set[int]:
    found = office.person("governor").call("oa.signing.file", "read", files, ["signature_count"])
    return {item["signature_count"] for item in found}


def record_traffic(page: Page) -> list[tuple[str, str]]:
    """Whatever the page sends, with the answers: address and text."""
    traffic: list[tuple[str, str]] = []

    def keep(request: Request) -> None:
        # What is on its way when the page is left has no answer any more.
        with suppress(Error):
            answer = request.response()
            if answer and ("/call_kw/" in request.url or "localhost:" in request.url):
                traffic.append((request.url, f"{request.post_data or ''}\n{answer.text()}"))

    page.on("requestfinished", keep)
    return traffic


def test_five_documents_are_signed_by_the_own_card_with_one_pin(
    office: Office, governor: Person, files: list[int], computer: Computer, base_url: str
) -> None:
    traffic = record_traffic(governor.page)
    with computer.agent(base_url):
        open_dialog(governor, files)
        expect(governor.page.locator(".oa_sign_client_found")).to_contain_text("B-Trust BISS 2.31")
        governor.show("found")
        governor.page.locator(".oa_sign_confirm").click()
        expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
        governor.show("signed")

    assert get_states(office, files) == {1}
    (asked,) = computer.read_journal("/sign")
    assert len(asked["message"]["contents"]) == 5
    assert asked["message"]["contentType"] == "data"
    to_server = [text for url, text in traffic if url.startswith(base_url)]
    to_agent = [text for url, text in traffic if "localhost:5395" in url]
    assert len(to_agent) >= 3
    assert any("action_finish_local" in text for text in to_server)
    assert not [text for text in (*to_server, *to_agent) if computer.pin in text or "PRIVATE KEY" in text]
    assert computer.pin not in computer.journal.read_text()
    governor.album.check()


def test_server_proves_each_digest_to_the_program(
    office: Office, governor: Person, files: list[int], computer: Computer, base_url: str
) -> None:
    values = {"proof_key_file": computer.folder / "proof.key.pem", "proof_certificate_file": computer.folder / "proof.pem"}
    set_parameters(office, values)
    try:
        with computer.agent(base_url, proof=True):
            open_dialog(governor, files)
            governor.page.locator(".oa_sign_confirm").click()
            expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    finally:
        set_parameters(office, dict.fromkeys(values, False))

    message = computer.read_journal("/sign")[-1]["message"]
    assert message["contentType"] == "digest"
    assert {len(base64.b64decode(item)) for item in message["contents"]} == {32}
    assert get_states(office, files) == {1}


def set_parameters(office: Office, values: dict[str, object]) -> None:
    for name, value in values.items():
        office.administrator.call("ir.config_parameter", "set_param", f"oa_signing.{name}", str(value) if value else False)


def test_cancelled_pin_signs_nothing_and_may_be_repeated(
    office: Office, governor: Person, files: list[int], computer: Computer, base_url: str
) -> None:
    with computer.agent(base_url):
        for answer in ("cancel", "000000"):
            computer.type(answer)
            open_dialog(governor, files)
            governor.page.locator(".oa_sign_confirm").click()
            expect(governor.page.locator(".oa_sign_dialog .alert-danger")).to_contain_text(
                "отказано или ПИН кодът е грешен", timeout=PATIENCE
            )
            assert get_states(office, files) == {0}

        computer.type(computer.pin)
        governor.page.locator(".oa_sign_confirm").click()
        expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible(timeout=PATIENCE)
    assert get_states(office, files) == {1}


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [("Чужда Карта Незнайна", 30, "не е свързано с вас"), ("", -2, "изтекло")],
)
def test_useless_card_is_refused_by_name(
    office: Office, governor: Person, files: list[int], pki_dir: Path, number: str, base_url: str,
    name: str, days: int, sentence: str,
) -> None:  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="card"))
    other = Computer(folder, pki_dir, name or "Радостина Пейчева Ангелова", "PNOBG-9901019999" if name else number, days)
    with other.agent(base_url):
        open_dialog(governor, files)
        governor.page.locator(".oa_sign_confirm").click()
        expect(governor.page.locator(".oa_sign_dialog .alert-danger")).to_contain_text(sentence, timeout=PATIENCE)

    assert not other.read_journal("/sign")
    assert get_states(office, files) == {0}
    shutil.rmtree(folder)


def test_program_that_does_not_run_is_named_and_found_when_started(
    governor: Person, files: list[int], computer: Computer, base_url: str
) -> None:
    asked: list[str] = []
    governor.page.on("request", lambda request: asked.append(request.url))

    open_dialog(governor, files)

    problem = governor.page.locator(".oa_sign_client_problem")
    expect(problem).to_contain_text("Стартирайте B-Trust BISS")
    assert {port for port in range(53952, 53956) if any(f":{port}/version" in url for url in asked)} == set(range(53952, 53956))
    expect(governor.page.locator(".oa_sign_confirm")).to_be_disabled()
    governor.show("not-running")
    with computer.agent(base_url):
        governor.page.locator(".oa_sign_client_again").click()
        expect(governor.page.locator(".oa_sign_client_found")).to_be_visible()
        expect(governor.page.locator(".oa_sign_confirm")).to_be_enabled()


def test_old_program_is_refused_with_both_versions(governor: Person, files: list[int], computer: Computer, base_url: str) -> None:
    with computer.agent(base_url, "--version", "2.9"):
        open_dialog(governor, files)
        expect(governor.page.locator(".oa_sign_client_problem")).to_contain_text(re.compile(r"2\.9.*2\.20"))


def test_foreign_program_at_the_port_is_told_apart(governor: Person, files: list[int], computer: Computer, base_url: str) -> None:
    with computer.agent(base_url, "--kind", "mpollux", "--version", "4.3.1", "--port", "53952"):
        open_dialog(governor, files)
        expect(governor.page.locator(".oa_sign_client_problem")).to_contain_text("Друга програма отговаря")
        with computer.agent(base_url, "--port", "53953"):
            governor.page.locator(".oa_sign_client_again").click()
            expect(governor.page.locator(".oa_sign_client_found")).to_be_visible()


def test_page_of_another_site_gets_nothing_from_the_program(governor: Person, files: list[int], computer: Computer) -> None:
    with computer.agent("https://docs.elsewhere.example"):
        open_dialog(governor, files)
        expect(governor.page.locator(".oa_sign_client_problem")).to_contain_text("Стартирайте B-Trust BISS")


def test_help_desk_page_tells_what_is_wrong_and_what_is_in_order(governor: Person, computer: Computer, base_url: str) -> None:
    page = governor.page
    page.goto("/oa/signing/selftest")
    expect(page.locator("[data-name=agent][data-state=bad]")).to_contain_text("Стартирайте B-Trust BISS", timeout=PATIENCE)
    expect(page.locator("[data-name=documents][data-state=good]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".oa_selftest_card")).to_be_disabled()

    with computer.agent(base_url):
        page.locator(".oa_selftest_again").click()
        page.locator(".oa_selftest_card:enabled").click(timeout=PATIENCE)
        expect(page.locator("[data-name=holder][data-state=good]")).to_be_visible(timeout=PATIENCE)
        computer.type("000000")
        page.locator(".oa_selftest_trial:enabled").click(timeout=PATIENCE)
        expect(page.locator("[data-name=trial][data-state=bad]")).to_contain_text("ПИН кодът е грешен", timeout=PATIENCE)
        computer.type(computer.pin)
        page.locator(".oa_selftest_trial:enabled").click(timeout=PATIENCE)
        expect(page.locator("[data-name=trial][data-state=good]")).to_be_visible(timeout=PATIENCE)

    names = {step.get_attribute("data-name") for step in page.locator(".oa_selftest_step").all()}
    assert {"agent", "version", "certificates", "holder", "term", "chain", "trial", "clock", "documents", "timestamps", "token"} <= names
    governor.show("selftest")
    governor.album.check()
