"""A person of the demo in the web client: does what people do and waits until it is seen, never for a time."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

FOREIGN = re.compile(r"[A-Za-z]{4,}")
KNOWN_WORDS = re.compile(
    r"SHA-\d+|https?://\S+|\S+@\S+|\S+\.(pdf|PDF|eml|csv)|PNOBG-\d+|Odoo|ClamAV|OCSP|[PXC]AdES|B-Trust BISS|[0-9a-f]{8,}[0-9a-f…]*"
)
"""What is no word of our interface: addresses, file names, digests, names of signature formats and of the platform."""


WATCH_REQUESTS = """
    window.oaAsking = 0;
    window.oaCalmSince = performance.now();
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...args) {
        window.oaAsking++;
        this.addEventListener("loadend", () => {
            window.oaAsking--;
            window.oaCalmSince = performance.now();
        });
        return send.apply(this, args);
    };
"""
"""Counts what the web client asks of the server; an open bus or a viewer of PDFs is never quite at rest."""
IS_CALM = """() =>
    document.readyState === "complete" && !window.oaAsking && performance.now() - window.oaCalmSince > 120
    && document.querySelector(".o_action_manager > *, .oe_login_form") && !document.querySelector(".o_blockUI, .fa-spinner")
"""


class Album:
    """Screenshots in the order of the story, and the foreign words that were seen on them."""

    def __init__(self, folder: Path, story: str) -> None:
        self.folder, self.story = folder, story
        self.numbers = itertools.count(1)
        self.foreign_words: dict[str, list[str]] = {}
        self.too_wide: list[str] = []

    def add(self, page: Page, name: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        title = f"{self.story}-{next(self.numbers):02d}-{name}-{width}"
        page.screenshot(path=self.folder / f"{title}.png")
        if found := find_foreign_words(page):
            self.foreign_words[title] = found
        if is_too_wide(page):
            self.too_wide.append(title)

    def check(self) -> None:
        """Everything was Bulgarian and nothing had to be pushed sideways."""
        assert not self.foreign_words, self.foreign_words
        assert not self.too_wide, self.too_wide


def find_foreign_words(page: Page) -> list[str]:
    """Words of the visible page that are neither Bulgarian nor names."""
    text = page.locator("body").inner_text()
    return sorted(set(FOREIGN.findall(KNOWN_WORDS.sub(" ", text))))


def is_too_wide(page: Page) -> bool:
    """Has to be pushed sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


class Person:
    def __init__(self, page: Page, album: Album) -> None:
        self.page, self.album = page, album

    # ------------------------------------------------------------ getting about
    def open(self, path: str) -> None:
        self.page.goto(f"/odoo/{path}")
        self.wait_until_calm()

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_calm()

    def open_desk(self) -> None:
        """Through the menu, which is quicker than loading everything anew; on a phone by the address."""
        section = self.page.locator(".o_menu_sections [data-menu-xmlid='oa_docflow.oa_docflow_menu_work']")
        if not section.count():
            self.open("my-work")
            return
        section.click()
        self.page.locator(".o-dropdown--menu [data-menu-xmlid='oa_docflow.oa_docflow_desk_menu']").click()
        expect(self.page.locator(".o_oa_desk")).to_be_visible()
        self.wait_until_calm()

    def open_turn(self, act: str, text: str) -> None:
        """From the first screen through the tile of this act to the record that waits."""
        self.open_desk()
        self.page.locator(f".o_oa_desk_tile[data-act={act}]").click()
        self.wait_until_calm()
        self.open_row(text)

    def open_row(self, text: str) -> None:
        """Open the record of a list or of cards that shows this text."""
        shown = self.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=text).first
        (shown.locator("td.o_data_cell[name=name]") if "o_data_row" in (shown.get_attribute("class") or "") else shown).click()
        expect(self.page.locator(".o_form_view")).to_be_visible()
        self.wait_until_calm()

    def open_page(self, name: str) -> None:
        """Open a page of the form's notebook."""
        self.page.locator(f".o_notebook_headers a[name={name}]").click()

    def wait_until_calm(self) -> None:
        """Nothing is asked of the server any more and no blocking layer lies over the page."""
        self.page.wait_for_function(IS_CALM)

    # ------------------------------------------------------------ forms
    @property
    def form(self) -> Locator:
        """The form on top: a dialog when one is open."""
        dialog = self.page.locator(".modal:not(.o_inactive_modal) .o_form_view")
        return dialog.last if dialog.count() else self.page.locator(".o_form_view").last

    def field(self, name: str) -> Locator:
        return self.form.locator(f".o_field_widget[name={name}]").first

    def fill(self, name: str, value: str) -> None:
        box = self.field(name).locator("input, textarea").first
        box.fill(value)
        box.dispatch_event("change")

    def append_to(self, name: str, text: str) -> None:
        """Write one more paragraph at the end of a text."""
        page = self.field(name).locator(".odoo-editor-editable")
        page.locator("p").last.click()
        page.press("Control+End")
        page.press("Enter")
        page.press_sequentially(text)

    def choose(self, name: str, text: str) -> None:
        """Choose a record by typing a part of its name."""
        box = self.field(name).locator("input").first
        box.click()
        if box.get_attribute("readonly") is not None:
            self._choose_card(text)
            return
        box.fill(text)
        self.page.locator(".o-autocomplete--dropdown-menu .o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)").filter(
            has_text=text
        ).first.click()

    def _choose_card(self, text: str) -> None:
        """On a phone the choice opens as a page of cards."""
        dialogs = self.page.locator(".modal")
        dialogs.last.locator(".o_kanban_record").filter(has_text=text).first.click()
        expect(dialogs.locator(".o_kanban_view")).to_have_count(0)
        self.wait_until_calm()

    def select(self, name: str, label: str) -> None:
        """Choose an answer of a list of answers."""
        box = self.field(name)
        if box.locator("select").count():
            box.locator("select").select_option(label=label)
            return
        box.locator("input").first.click()
        self.page.locator(".o_select_menu_item").filter(has_text=label).first.click()

    def add_row(self, name: str) -> Locator:
        """Begin a new row of a list in the form."""
        rows = self.field(name)
        rows.locator(".o_field_x2many_list_row_add a, .o_field_x2many_list_row_add button").first.click()
        return rows.locator(".o_selected_row")

    def choose_new(self, field: Locator, text: str) -> None:
        """Type a name that is not there yet and open its form."""
        field.locator("input").fill(text)
        self.page.locator(".o_m2o_dropdown_option_create_edit").click()
        expect(self.page.locator(".modal .o_form_view")).to_be_visible()
        self.wait_until_calm()

    def give_files(self, *paths: Path) -> None:
        """Choose files for the document beside its form."""
        self.form.locator(".o_oa_drop input[type=file]").set_input_files(paths)
        self.wait_until_calm()

    def type_pin(self, pin: str) -> None:
        """Sign in the dialog, which stays open and says what came of it."""
        dialog = self.page.locator(".oa_sign_dialog")
        expect(dialog.locator(".oa_sign_confirm")).to_be_enabled()
        dialog.locator("#oa_sign_pin").fill(pin)
        dialog.locator(".oa_sign_confirm").click()
        self.wait_until_calm()

    def close_sign_dialog(self) -> None:
        self.page.locator(".modal .btn-close, .modal header .oi-arrow-left").last.click()
        expect(self.page.locator(".oa_sign_dialog")).to_have_count(0)
        self.wait_until_calm()

    def add_files(self, *paths: Path) -> None:
        """Choose files that are taken."""
        self.give_files(*paths)
        for path in paths:
            expect(self.form.locator(".o_oa_file_list")).to_contain_text(path.name)

    def press(self, name: str) -> None:
        """Press a button of the form by the name of its method, on a phone also when it hides behind the three dots."""
        button = self.form.locator(f"button[name={name}]:visible")
        if not button.count() and self.form.locator(".o_statusbar_buttons .oi-ellipsis-v").count():
            self.form.locator(".o_statusbar_buttons .oi-ellipsis-v").click()
            button = self.page.locator(f".o-dropdown--menu button[name={name}]")
        button.first.click()
        self.wait_until_calm()

    def press_in_dialog(self, name: str) -> None:
        """Press a button of the dialog on top, which then closes."""
        self._click_in_dialog(f"button[name={name}]")

    def save_dialog(self) -> None:
        self._click_in_dialog(".o_form_button_save")

    def agree_to_question(self) -> None:
        self._click_in_dialog(".modal-footer .btn-primary")

    def _click_in_dialog(self, button: str) -> None:
        dialogs = self.page.locator(".modal")
        before = dialogs.count()
        dialogs.last.locator(button).click()
        expect(dialogs).to_have_count(before - 1)
        self.wait_until_calm()

    def save(self) -> None:
        self.page.locator(".o_form_button_save:visible").first.click()
        expect(self.page.locator(".o_form_button_save:visible")).to_have_count(0)

    def can(self, name: str) -> bool:
        return self.form.locator(f"button[name={name}]:visible").count() > 0

    def expect_field(self, name: str, text: str | re.Pattern[str]) -> None:
        """The field says so, whether it can be changed now or is only read."""
        field = self.field(name)
        if field.locator("input").count():
            expect(field.locator("input").first).to_have_value(re.compile(re.escape(text)) if isinstance(text, str) else text)
        else:
            expect(field).to_contain_text(text)

    def read(self, name: str) -> str:
        return self.field(name).inner_text().strip()

    def expect_stage(self, label: str) -> None:
        expect(self.page.locator(".o_oa_stage_now, .o_oa_stage_bad").first).to_have_text(label, ignore_case=True)

    def read_sentence(self) -> str:
        """The sentence of a refusal, read and closed."""
        dialog = self.page.locator(".modal:not(.o_inactive_modal)").last
        text = dialog.locator(".modal-body").inner_text()
        dialog.locator(".modal-footer button").first.click()
        return text

    # ------------------------------------------------------------ what is kept
    def show(self, name: str) -> None:
        self.wait_until_calm()
        self.album.add(self.page, name)

    def show_on_phone(self, name: str) -> None:
        """Look at the same page once more on a phone."""
        browser = self.page.context.browser
        assert browser
        context = browser.new_context(
            storage_state=self.page.context.storage_state(), viewport=PHONE, has_touch=True, is_mobile=True,
            locale="bg-BG", timezone_id="Europe/Sofia",
        )  # fmt: skip
        context.add_init_script(WATCH_REQUESTS)
        page = context.new_page()
        page.goto(self.page.url)
        Person(page, self.album).show(name)
        context.close()
