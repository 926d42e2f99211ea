"""The least a visitor may expect: the door opens and the books are behind it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page


def test_clerk_enters_without_a_complaint_in_the_console(login: Callable[..., Page], screenshots: Path) -> None:
    page = login("vidin.clerk")
    page.wait_for_selector(".o_action_manager > *")
    page.screenshot(path=screenshots / "first_screen.png")


def test_visitor_sees_the_door_in_bulgarian(page: Page) -> None:
    page.goto("/web/login")
    page.get_by_text("Парола").first.wait_for()
