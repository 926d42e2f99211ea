"""A visitor with a signed document in hand: the page behind its code says whose it is, whether it holds, and whether a file is the same."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flow import Office
from person import PHONE, Album
from playwright.sync_api import Page, expect
from rpc import wait_for

SUBJECT = "Заявление за проверка от непознат"
UNKNOWN = "2222-2222-2222-2222-2222"
MANY = 200
"""More pages than one address is shown in a window, even when a new window begins meanwhile."""


@dataclass(frozen=True)
class Issued:
    """A certificate of the administration as it left it."""

    number: str
    code: str
    signed: Path
    before: Path
    """The same document without its signature."""


@pytest.fixture(scope="module")
def issued(offices: dict[str, Office], data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    office = offices["vidin"]
    certificate = office.prepare_for_signature(SUBJECT, (data_dir / "zayavlenie-1972.pdf").read_bytes())
    office.sign(certificate)
    clerk = office.person("clerk")
    folder = tmp_path_factory.mktemp("check")

    def find_checked() -> bool:
        (signature,) = clerk.read("oa.document", certificate, "signature_ids")["signature_ids"]
        said = clerk.read("oa.signature", signature, "verdict", "level")
        return bool(said["verdict"] == "valid" and said["level"] != "B-B")

    wait_for(find_checked, "the verdict on the own signature")
    (row,) = office.person("admin").search("oa.signature.code", [("res_model", "=", "oa.document"), ("res_id", "=", certificate)], ["code"])
    files = clerk.search(
        "oa.document.file", [("document_id", "=", certificate), ("role", "in", ("signed", "signing_copy"))],
        ["role", "attachment_id"], order="version desc",
    )  # fmt: skip
    paths = {}
    for file in reversed(files):
        paths[file["role"]] = folder / f"{file['role']}.pdf"
        paths[file["role"]].write_bytes(clerk.download(f"/web/content/{file['attachment_id'][0]}?download=1"))
    number = clerk.read("oa.document", certificate, "number")["number"]
    return Issued(number, row["code"], paths["signed"], paths["signing_copy"])


@pytest.fixture
def visit(open_page: Callable[..., Page], issued: Issued) -> Callable[..., Page]:
    """Open the page as somebody who never logged in; what it asks of other addresses fails the test."""

    def visit(code: str | None = None, **options: object) -> Page:
        page = open_page(**options)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
        page.asked = asked  # type: ignore[attr-defined]
        page.goto(f"/check/{issued.code if code is None else code}")
        return page

    return visit


def choose(page: Page, path: Path) -> None:
    page.set_input_files("#file", path)


def see(page: Page) -> list[str]:
    """The sentences about the file that are seen now."""
    return [str(item.get_attribute("data-outcome")) for item in page.locator("[data-outcome]:visible").all()]


def test_visitor_finds_number_date_issuer_and_the_grade_of_a_valid_signature(
    visit: Callable[..., Page], issued: Issued, screenshots: Path
) -> None:
    page, album = visit(), Album(screenshots, "check")

    facts = page.locator("dl").inner_text()
    for word in (issued.number, "Областна администрация Видин"):
        assert word in facts
    assert re.search(r"\d\d\.\d\d\.\d{4}", facts.replace(issued.number, ""))
    expect(page.locator(".sentence.good").first).to_have_text("Подписът е валиден.")
    expect(page.locator("li")).to_contain_text(re.compile("(Усъвършенстван|Квалифициран) електронен подпис"))
    album.add(page, "valid")
    album.check()


def test_same_file_is_the_same_and_any_other_is_not_and_nothing_is_sent(visit: Callable[..., Page], issued: Issued, tmp_path: Path) -> None:
    page = visit()
    before = len(page.asked)  # type: ignore[attr-defined]
    changed = tmp_path / "променен.pdf"
    data = bytearray(issued.signed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)

    for path, outcome in ((issued.signed, "current"), (changed, "different"), (issued.before, "different"), (issued.signed, "current")):
        choose(page, path)
        expect(page.locator(f"[data-outcome={outcome}]")).to_be_visible()
        assert see(page) == [outcome]
    # The browser may fetch the icon of the page when it likes.
    assert [asked for asked in page.asked[before:] if not asked.endswith("icon.png")] == []  # type: ignore[attr-defined]


def test_page_tells_nothing_of_the_content(visit: Callable[..., Page]) -> None:
    page = visit()

    everything = page.content()
    for secret in (SUBJECT, "удостоверение", "Захари", "Радостина", "PNOBG", "oa.document", "http://", "https://www"):
        assert secret not in everything, secret


def test_unknown_code_is_answered_and_the_right_one_may_be_typed(visit: Callable[..., Page], issued: Issued, screenshots: Path) -> None:
    page, album = visit("нещо-друго", viewport=PHONE), Album(screenshots, "check")
    expect(page.get_by_role("alert")).to_contain_text("Няма документ с този код")
    album.add(page, "unknown")

    page.fill("#typed", issued.code.lower())
    page.locator("button").click()

    expect(page.locator("dl")).to_contain_text(issued.number)
    album.check()


def test_page_fits_the_phone(visit: Callable[..., Page], issued: Issued, screenshots: Path) -> None:
    page, album = visit(viewport=PHONE, is_mobile=True), Album(screenshots, "check")

    choose(page, issued.signed)
    expect(page.locator("[data-outcome=current]")).to_be_visible()

    album.add(page, "phone")
    album.check()
    size = page.locator("label[for=file]").bounding_box()
    assert size and size["height"] >= 44, "a finger needs room"


def test_address_that_tries_many_codes_is_refused_in_words(visit: Callable[..., Page], base_url: str, screenshots: Path) -> None:
    """The last one here: this address sees nothing more for ten minutes."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answers = []
    while 429 not in answers and len(answers) < MANY:
        try:
            opener.open(f"{base_url}/check/{UNKNOWN}").close()
        except urllib.error.HTTPError as error:
            answers.append(error.code)
            error.close()

    page, album = visit(viewport=PHONE), Album(screenshots, "check")

    assert set(answers) == {404, 429}
    expect(page.get_by_role("alert")).to_contain_text("десет минути")
    expect(page.locator("dl")).to_have_count(0)
    album.add(page, "refused")
    album.check()
