"""A morning of a clerk who has read the help page: ten mixed items through the screens, and nothing of them is lost."""

from __future__ import annotations

import io
import os
import re
import subprocess
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from flow import ROOT
from person import Album, Person
from PIL import Image
from playwright.sync_api import Locator, expect
from rpc import read_pin

A4 = (1654, 2339)
RUN = str(time.time_ns())[-8:]
"""Letters of another run are no duplicates of these."""
LOCKED = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R /Encrypt 5 0 R >>\nstartxref\n9\n%%EOF\n"
PATIENCE = 90_000


def write_letter(folder: Path, name: str, subject: str, files: tuple[tuple[str, bytes], ...] = (), **headers: str) -> Path:
    """A letter that somebody has saved as a file."""
    message = EmailMessage()
    message["From"], message["To"] = f"Подател <{name}@example.com>", "delovodstvo@vidin.example"
    message["Subject"], message["Message-ID"] = f"{subject} {RUN}", f"<{name}-{RUN}@intake.example>"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(f"Моля за отговор {RUN}.")
    for file_name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=file_name)
    path = folder / f"{name}.eml"
    path.write_bytes(bytes(message))
    return path


def write_old_letter(folder: Path, pdf: bytes) -> Path:
    """As old programs write: windows-1251 that nobody declares, also in the name of the file."""
    path = folder / "old.eml"
    path.write_bytes(
        f"From: old@example.com\r\nTo: delovodstvo@vidin.example\r\nMessage-ID: <old-{RUN}@intake.example>\r\nSubject: ".encode()
        + f"Молба в стара кодировка {RUN}".encode("cp1251")
        + b'\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n'
        + f"Моля за справка {RUN}.".encode("cp1251")
        + b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
        + 'filename="молба.pdf"'.encode("cp1251") + b"\r\n\r\n" + pdf + b"\r\n--b--\r\n"
    )  # fmt: skip
    return path


def draw(pdf: Path, folder: Path) -> Image.Image:
    """The first page as a scanner sees it."""
    target = folder / "page"
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", "-singlefile", str(pdf), str(target)], check=True)
    with Image.open(f"{target}.png") as image:
        return image.convert("L")


@pytest.fixture
def clerk(login, screenshots: Path) -> Person:
    return Person(login("vidin.clerk"), Album(screenshots, "intake"))


def register_at_desk(clerk: Person, subject: str, sheets: int) -> int:
    """Register paper at the desk; gives the id of the document."""
    clerk.open("desk")
    clerk.choose("kind_id", "Писмо")
    clerk.fill("subject", subject)
    row = clerk.add_row("correspondent_ids")
    row.locator("[name=partner_id] input").fill("Община Видин")
    clerk.page.locator(".o-autocomplete--dropdown-item").filter(has_text="Община Видин").first.click()
    clerk.fill("sheet_count", str(sheets))
    clerk.page.keyboard.press("Alt+r")
    expect(clerk.field("number")).to_contain_text("000911-", timeout=PATIENCE)
    clerk.wait_until_calm()
    return int(clerk.page.url.rsplit("/", 1)[1])


def hand_over(clerk: Person, *paths: Path) -> None:
    clerk.page.locator(".o_menu_sections [data-menu-xmlid='oa_registry.oa_registry_menu_intake']").click()
    clerk.page.locator("[data-menu-xmlid='oa_registry.oa_intake_upload_menu']").click()
    clerk.page.locator(".modal input[type=file]").set_input_files(paths)
    expect(clerk.page.locator(".modal .o_attachment")).to_have_count(len(paths))
    clerk.wait_until_calm()
    clerk.press_in_dialog("action_confirm")


def wait_in_list(clerk: Person, path: str, subject: str, state: str) -> None:
    """Look at the list until the background has done its part."""
    for _look in range(40):
        clerk.open(path)
        while clerk.page.locator(".o_facet_remove").count():
            clerk.page.locator(".o_facet_remove").first.click()
            clerk.wait_until_calm()
        if find_letters(clerk, subject, state).count():
            return
        clerk.page.wait_for_timeout(2000)
    raise AssertionError(f"{subject} is not {state}")


def find_letters(clerk: Person, subject: str, state: str) -> Locator:
    return clerk.page.locator(".o_data_row").filter(has_text=f"{subject} {RUN}").filter(has_text=state)


def register_letter(clerk: Person, subject: str) -> None:
    wait_in_list(clerk, "intake-letters", subject, "Направен проект")
    find_letters(clerk, subject, "Направен проект").locator("td").nth(2).click()
    clerk.wait_until_calm()
    clerk.page.get_by_role("button", name="Отвори проекта").click()
    clerk.wait_until_calm()
    clerk.page.keyboard.press("Alt+r")
    expect(clerk.page.locator(".o_breadcrumb")).to_contain_text(re.compile(r"000911-\d+-"), timeout=PATIENCE)


def take_paper(clerk: Person, data_dir: Path) -> int:
    """Paper with attachments, compared and certified."""
    document = register_at_desk(clerk, "Жалба с приложения", 3)
    clerk.add_files(data_dir / "zayavlenie-1972.pdf", data_dir / "skitsa-10971.502.1187.pdf", data_dir / "palnomoshtno.pdf")
    clerk.press("action_certify")
    clerk.page.locator(".modal .btn-primary").click()
    clerk.type_pin(read_pin(ROOT, "vidin.clerk"))
    expect(clerk.page.locator(".oa_sign_dialog")).to_contain_text("Подписан", timeout=PATIENCE)
    clerk.close_sign_dialog()
    expect(clerk.field("certification_note")).to_contain_text("palnomoshtno.pdf")
    clerk.show("paper")
    return document


def take_letters(clerk: Person, scan: bytes, folder: Path) -> None:
    """A signed PDF, the same again, a locked one with a program, 40 MB, windows-1251, a machine's answer."""
    archive, signed = io.BytesIO(), (("подписано.pdf", scan),)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("чертежи.bin", os.urandom(40 << 20))
    hand_over(
        clerk,
        write_letter(folder, "signed", "Заявление по е-поща", signed),
        write_letter(folder, "hostile", "Спешна фактура", (("фактура.pdf", LOCKED), ("фактура.pdf.exe", b"MZ" + bytes(99)))),
        write_letter(folder, "large", "Чертежи към проект", (("чертежи.zip", archive.getvalue()),)),
        write_old_letter(folder, scan),
        write_letter(folder, "machine", "Извън офиса", Auto_Submitted="auto-replied"),
    )
    for subject in ("Заявление по е-поща", "Чертежи към проект", "Молба в стара кодировка"):
        register_letter(clerk, subject)
    expect(clerk.form.locator(".o_oa_file_list")).to_contain_text("молба.pdf")
    hand_over(clerk, write_letter(folder, "signed", "Заявление по е-поща", signed))
    wait_in_list(clerk, "intake-letters", "Заявление по е-поща", "Повторно")
    wait_in_list(clerk, "intake-letters", "Извън офиса", "Автоматичен отговор")
    wait_in_list(clerk, "intake-letters", "Спешна фактура", "За преглед")
    clerk.show("letters")


def scan_pile(clerk: Person, documents: list[int], data_dir: Path, folder: Path) -> Path:
    """Three letters in one scan: two with printed labels, a little askew, one without."""
    separator, pages = folder / "separator.pdf", []
    separator.write_bytes(clerk.page.request.get("/oa/separator").body())
    for number in documents:
        label = folder / f"label-{number}.pdf"
        label.write_bytes(clerk.page.request.get(f"/oa/labels?documents={number}&format=roll").body())
        page, sticker = draw(data_dir / "skitsa-10971.502.1187.pdf", folder).resize(A4), draw(label, folder)
        page.paste(sticker, (A4[0] - sticker.width - 80, 60))
        pages += [page.rotate(1.5, fillcolor=255), draw(separator, folder)]
    first, *others = [*pages, draw(data_dir / "palnomoshtno.pdf", folder).resize(A4)]
    pile = folder / "пакет.tif"
    first.save(pile, "TIFF", save_all=True, append_images=others, dpi=(200, 200))
    return pile


def test_ten_mixed_items_of_a_morning(clerk: Person, data_dir: Path, tmp_path: Path) -> None:
    first = take_paper(clerk, data_dir)
    take_letters(clerk, (data_dir / "zayavlenie-1972.pdf").read_bytes(), tmp_path)
    second = register_at_desk(clerk, "Писмо с етикет", 1)

    hand_over(clerk, scan_pile(clerk, [first, second], data_dir, tmp_path))
    for _look in range(40):
        if clerk.page.locator(".o_oa_scan_parts .o_kanban_record img").count() >= 3:
            break
        clerk.page.wait_for_timeout(2000)
        clerk.reload()

    expect(clerk.field("filed_count")).to_contain_text("2")
    expect(clerk.field("waiting_count")).to_contain_text("1")
    clerk.show("pile")
    clerk.album.check()
