"""A head with a phone in one hand: the main lists and an approval at 390 px, nothing pushed sideways."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flow import Office
from person import PHONE, Album, Person
from playwright.sync_api import Page, expect

LISTS = {
    "governor": ("my-work", "for-resolve", "for-sign", "assigned-tasks", "documents", "cases", "who-holds-what"),
    "director.akrrds": ("my-work", "my-tasks", "for-coordinate", "incoming", "outgoing"),
    "clerk": ("incoming", "for-dispatch", "dispatches", "incoming-book", "registers"),
}


@pytest.mark.parametrize("role", LISTS)
def test_main_lists_fit_the_phone(login: Callable[..., Page], screenshots: Path, role: str) -> None:
    person = Person(login(f"vratsa.{role}", viewport=PHONE), Album(screenshots, f"phone-{role}"))
    for path in LISTS[role]:
        person.open(path)
        expect(
            person.page.locator(".o_kanban_record:not(.o_kanban_ghost), .o_data_row, .o_oa_desk_tile, .o_view_nocontent").first
        ).to_be_visible()
        person.show(path)
    person.album.check()


def test_director_agrees_on_the_phone(login: Callable[..., Page], offices: dict[str, Office], screenshots: Path, data_dir: Path) -> None:
    vratsa = offices["vratsa"]
    certificate = vratsa.draft("Заявление за съгласуване по пътя", (data_dir / "zayavlenie-1972.pdf").read_bytes())
    vratsa.submit(certificate)
    subject = vratsa.person("expert.ds").read("oa.document", certificate, "subject")["subject"]
    director = Person(login("vratsa.director.akrrds", viewport=PHONE), Album(screenshots, "phone-approval"))

    director.open_turn("coordinate", subject)
    director.show("before")
    director.press("action_agree")

    assert not director.can("action_agree")
    director.show("after")
    waits_for = vratsa.person("director.akrrds").read("oa.document", certificate, "waiting_for_id")["waiting_for_id"]
    assert waits_for[0] == vratsa.person("lawyer").uid
    director.album.check()
