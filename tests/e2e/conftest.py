"""The whole product in a real browser: an Odoo of our own on a copy of the demo, pages, mail, screenshots.

`./oa test e2e` gives the services, the database and the paths through the environment.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flow import ROOT, Office
from odoo_server import OdooServer
from person import DESKTOP, PHONE, WATCH_REQUESTS
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

HARMLESS = re.compile(
    r"favicon|localhost:5395|127\.0\.0\.1:(?:8089|8090|2312[45]|5395[01])|ResizeObserver|net::ERR_ABORTED"
    r"|VideoFrame was garbage collected|pdf\.sandbox\.js"
    r"|status of 4(?:04|29) .*/check/"
)
"""localhost: the page looks for signing programs that may not be there. The last one: Odoo's viewer asks for a part that it does
not ship when a PDF has a field, as every signed one does. /check/: a code that is unknown, or tried too often, has such a status."""

HAS_FAILED = pytest.StashKey[bool]()

Login = Callable[..., Page]


@pytest.fixture(scope="session")
def server() -> Iterator[OdooServer]:
    """A server that tests may also stop, kill and start again."""
    with OdooServer(os.environ["OA_DATABASE"], Path(os.environ["OA_HOME"]) / "test/log/odoo-e2e.log") as odoo:
        yield odoo


@pytest.fixture(scope="session")
def base_url(server: OdooServer) -> str:
    return server.url


@pytest.fixture(scope="session")
def offices(server: OdooServer) -> dict[str, Office]:
    """The three administrations, each with its people at the other end of an RPC."""
    return {name: Office(server.url, server.database, name) for name in ("vidin", "vratsa", "montana")}


@pytest.fixture
def office(offices: dict[str, Office]) -> Office:
    return offices["vidin"]


@pytest.fixture(scope="session")
def database(server: OdooServer) -> str:
    return server.database


@pytest.fixture(scope="session")
def mail_dir() -> Path:
    """Where the mail catcher puts what is sent; letters of earlier runs are gone."""
    folder = Path(os.environ["OA_MAIL_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("*.eml"):
        earlier.unlink()
    return folder


@pytest.fixture(scope="session")
def pki_dir() -> Path:
    return Path(os.environ["OA_PKI_DIR"])


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return ROOT / "tests/data"


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = Path(os.environ["OA_HOME"]) / "reports/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=os.environ["OA_BROWSER"], args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    )
    yield browser
    browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know how the test ended."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    item.stash.setdefault(HAS_FAILED, False)
    item.stash[HAS_FAILED] |= report.failed


@pytest.fixture
def open_page(browser: Browser, base_url: str, screenshots: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open a page of a visitor of its own; what the console complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(viewport: dict[str, int] = DESKTOP, **options: bool) -> Page:
        context = browser.new_context(
            base_url=base_url, locale="bg-BG", timezone_id="Europe/Sofia", viewport=viewport, has_touch=viewport == PHONE, **options
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH_REQUESTS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(f"{message.text} {message.location['url']}") if message.type == "error" else None
        )
        return page

    yield open_page
    for number, context in enumerate(contexts):
        if request.node.stash.get(HAS_FAILED, False):
            context.pages[0].screenshot(path=screenshots / f"failed-{request.node.name}-{number}.png")
        context.close()
    assert not [complaint for complaint in complaints if not HARMLESS.search(complaint)]


@pytest.fixture
def login(open_page: Callable[..., Page]) -> Login:
    """Enter as a person of the demo, whose password is the login: `login("vidin.clerk")`."""

    def login(name: str, password: str | None = None, viewport: dict[str, int] = DESKTOP, **options: bool) -> Page:
        page = open_page(viewport, **options)
        page.goto("/web/login")
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", password or name)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector(".o_main_navbar, .o_navbar")
        return page

    return login


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page(PHONE)
