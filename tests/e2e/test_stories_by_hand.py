"""What only a person does in the stories of the demo: a signature on paper, and a package for the exchange system."""

from collections.abc import Callable
from pathlib import Path

from person import PHONE, Album, Person
from playwright.sync_api import Page, expect

MESSAGE = "{5F0C8A52-7D14-4A56-9B1E-2F4F6D1C9A11}"


def test_governor_signs_an_apostille_on_paper_with_the_phone_at_hand(login: Callable[..., Page], screenshots: Path, data_dir: Path) -> None:
    governor = Person(login("montana.governor", viewport=PHONE), Album(screenshots, "on-paper"))
    governor.open_turn("sign", "Апостил")
    assert not governor.can("action_sign")
    governor.show("governor-is-asked-to-sign-by-hand")
    governor.press("action_sign_on_paper")
    governor.form.locator("input[type=file]").set_input_files(data_dir / "zayavlenie-1972.pdf")
    governor.press_in_dialog("action_confirm")

    governor.expect_stage("Подписан")
    assert not governor.can("action_sign_on_paper")
    governor.show("governor-has-signed-by-hand")


def test_clerk_hands_an_order_over_to_the_exchange_system(login: Callable[..., Page], screenshots: Path) -> None:
    clerk = Person(login("montana.clerk"), Album(screenshots, "exchange"))
    clerk.open_turn("dispatch", "№ 219")
    clerk.press("action_dispatch")
    expect(clerk.page.locator(".o_notification")).to_contain_text("СЕОС не е свързана")
    clerk.expect_stage("Подписан")
    clerk.reload()
    clerk.open_page("page_dispatches")
    row = clerk.page.locator("[name=dispatch_ids] .o_data_row").first
    expect(row).to_contain_text("За предаване")
    clerk.show("package-waits")
    with clerk.page.expect_download() as download:
        clerk.press("action_download_package")
    assert download.value.suggested_filename.endswith(".zip")
    row.locator("td[name=tracking_number]").click()
    clerk.page.locator("[name=dispatch_ids] [name=tracking_number] input").fill(MESSAGE)
    clerk.save()
    clerk.press("action_hand_over")

    clerk.expect_stage("Изпратен")
    expect(row).to_contain_text("Изпратен")
    clerk.album.check()
