"""A clerk registers a document with keys only, in under a minute, and no field is out of their reach."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from person import Album, Person
from playwright.sync_api import Page, expect

PER_SECOND = 3
"""Keys that a clerk presses in a second; a trained one is twice as quick."""

WHERE = """() => {
    const field = document.activeElement.closest(".o_field_widget");
    return field ? field.getAttribute("name") : "";
}"""
FIELDS = """() => [...document.querySelectorAll(".o_form_sheet .o_field_widget")]
    .filter((field) => field.offsetParent && !field.closest(".o_field_x2many .o_list_renderer"))
    .filter((field) => field.querySelector("input:not([disabled]), textarea, .o_field_x2many_list_row_add a"))
    .map((field) => field.getAttribute("name"))
"""


class Keys:
    """A keyboard that counts what is pressed; there is no mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def begin(self) -> None:
        """A new form, which waits for the kind."""
        self.press("Alt+c")
        self.page.wait_for_function(f"({WHERE})() === 'kind_id'")

    def where(self) -> str:
        return str(self.page.evaluate(WHERE))

    def go_to(self, name: str) -> None:
        """Tab until the field has the focus, as somebody does who looks where they are."""
        for _step in range(40):
            if self.where() == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} is not reached with Tab")

    def choose(self, text: str) -> None:
        """Type a part of a name and take the first that is offered."""
        self.type(text)
        offered = self.page.locator(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)").filter(has_text=text)
        expect(offered.first).to_be_visible()
        self.press("Enter")
        self.page.wait_for_function("text => document.activeElement.value?.includes(text)", arg=text)


@pytest.fixture
def clerk(login, screenshots: Path) -> Iterator[Person]:
    yield Person(login("vidin.clerk"), Album(screenshots, "keyboard"))


def test_a_clerk_registers_with_keys_only_in_under_a_minute(clerk: Person) -> None:
    clerk.open("incoming")
    keys, began = Keys(clerk.page), time.monotonic()

    keys.begin()
    keys.choose("Сигнал")
    keys.go_to("subject")
    keys.type("Сигнал за незаконно сметище")
    keys.go_to("correspondent_ids")
    keys.press("Enter")
    keys.page.wait_for_function("document.activeElement.closest('.o_selected_row')")
    keys.press("Tab")
    keys.choose("Община Видин")
    keys.press("Escape")
    keys.page.wait_for_function("!document.querySelector('.o_selected_row')")
    keys.go_to("sender_number")
    keys.type("12-44/2026")
    clerk.show("filled")
    keys.press("Alt+r")

    expect(clerk.page.locator(".o_breadcrumb, .o_oa_number").first).to_contain_text(re.compile(r"\d+.*\d{2}\.\d{2}\.\d{4}"))
    took = time.monotonic() - began
    clerk.show("registered")
    assert keys.pressed / PER_SECOND < 60, f"{keys.pressed} keys"
    assert took < 60
    clerk.album.check()


def test_every_field_of_the_form_is_reached_with_tab(clerk: Person) -> None:
    clerk.open("incoming")
    keys = Keys(clerk.page)
    keys.begin()
    keys.choose("Заявление")
    wanted, reached = set(clerk.page.evaluate(FIELDS)), set()
    for _step in range(60):
        reached.add(keys.where())
        keys.press("Tab")

    assert {"kind_id", "subject", "correspondent_ids", "received_at", "carrier", "register_id", "case_id", "file_ids"} <= reached
    assert not wanted - reached
