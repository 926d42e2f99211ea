"""The main job: an application for a certificate goes the whole way from the desk to the archive box, person by person."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence import ask_pdfsig, ask_pyhanko, cut_to_what_is_signed, find_mails, get_pdf, read_text
from flow import ROOT, Office
from person import DESKTOP, PHONE, Album, Person
from playwright.sync_api import Page, expect
from rpc import Client, read_pin, wait_for

APPLICANT = "Стефка Йонкова Бързанова"
ADDRESS = "s.barzanova@citizen.example"
REASON = "Да се допълни правното основание – чл. 82а от ППЗДС."
SUBJECT = "Заявление за удостоверение за имот 10971.502.1187 от Стефка Бързанова"

CLERK = ("Силвия Маринова Тошева", "Деловодител")
GOVERNOR = ("Радостина Пейчева Ангелова", "Областен управител")
DIRECTOR = ("Емил Стефанов Цеков", "Директор на дирекция АКРРДС")
EXPERT = ("Галина Петрова Найденова", "Главен експерт „Държавна собственост“")
LAWYER = ("Явор Кирилов Щерев", "Главен юрисконсулт")
SECRETARY = ("Мая Христова Йорданова", "Главен секретар")
STEPS = [
    ("register", *CLERK), ("resolve", *GOVERNOR), ("delegate", *DIRECTOR), ("accept", *EXPERT), ("draft", *EXPERT),
    ("submit", *EXPERT), ("agree", *DIRECTOR), ("return", *LAWYER), ("submit", *EXPERT), ("agree", *DIRECTOR), ("agree", *LAWYER),
    ("agree", *SECRETARY), ("approve", *SECRETARY), ("register", *SECRETARY), ("sign", *GOVERNOR), ("dispatch", *CLERK),
    ("report", *EXPERT), ("confirm", *DIRECTOR), ("report", *DIRECTOR), ("confirm", *GOVERNOR), ("case_close", *CLERK),
]  # fmt: skip
"""What the journal holds in this order: the act, who did it, in which capacity."""


@pytest.fixture
def album(screenshots: Path) -> Album:
    return Album(screenshots, "story")


@pytest.fixture
def enter(login: Callable[..., Page], album: Album) -> Callable[..., Person]:
    """A person of the story comes to work; whoever is at work already goes on."""
    at_work: dict[str, Person] = {}

    def enter(name: str, viewport: dict[str, int] = DESKTOP) -> Person:
        key = f"{name}-{viewport['width']}"
        if key not in at_work:
            at_work[key] = Person(login(name, viewport=viewport), album)
        return at_work[key]

    return enter


class Story:
    """What the people of the story have to remember."""

    number = ""
    outgoing_number = ""
    sent_pdf = b""

    @property
    def title(self) -> str:
        """How the draft is found among others."""
        return f"Удостоверение по заявление {self.number}"


def test_application_goes_the_whole_way_from_the_desk_to_the_archive(
    enter: Callable[..., Person], album: Album, office: Office, data_dir: Path, mail_dir: Path, pki_dir: Path, tmp_path: Path
) -> None:
    story = Story()
    clerk, expert, director = enter("vidin.clerk"), enter("vidin.expert.ds"), enter("vidin.director.akrrds")
    lawyer, secretary = enter("vidin.lawyer"), enter("vidin.sg")

    clerk_registers_the_scanned_application(clerk, data_dir, story)
    governor_resolves_it_to_the_director_on_a_phone(enter("vidin.governor", PHONE), story)
    director_delegates_it_to_the_expert(director, story)
    expert_drafts_the_certificate(expert, story)
    director_agrees(director, story)
    lawyer_returns_it_with_a_reason(lawyer, story)
    expert_changes_the_text_and_submits_again(expert, story)
    all_agree_and_it_is_frozen_and_numbered(director, lawyer, secretary, story)
    governor_signs_with_the_own_key(enter("vidin.governor"), story)
    clerk_finds_the_receipt(clerk, mail_dir, story)
    clerk_dispatches_it(clerk, mail_dir, story)
    tasks_are_reported_and_accepted(enter, story)
    clerk_closes_the_case(clerk, story)

    signed_pdf_of_the_mail_is_verified_from_outside(office.person("clerk"), tmp_path, pki_dir, story)
    office.verify_books()
    every_step_is_in_the_journal(office.person("clerk"), office.person("auditor"), story)
    album.check()


def clerk_registers_the_scanned_application(clerk: Person, data_dir: Path, story: Story) -> None:
    clerk.show("clerk-first-screen")
    clerk.open("incoming/new")
    clerk.choose("kind_id", "услуга 1972")
    clerk.fill("subject", SUBJECT)
    clerk_adds_the_applicant(clerk)
    clerk.add_files(data_dir / "zayavlenie-1972.pdf", data_dir / "skitsa-10971.502.1187.pdf", data_dir / "palnomoshtno.pdf")
    clerk.show("clerk-fills-in-the-application")
    clerk.press("action_register")
    clerk.show("clerk-has-registered")
    story.number = clerk.read("number")


def clerk_finds_the_receipt(clerk: Person, mail_dir: Path, story: Story) -> None:
    """It was made and sent meanwhile, by itself."""
    receipt = wait_for(lambda: find_mails(mail_dir, ADDRESS, story.number), "the receipt of the applicant")[0]
    assert "потвърждение за получаване" in str(receipt["Subject"])
    get_pdf(receipt)
    clerk.reload()
    clerk.show("clerk-finds-the-receipt")
    clerk.press("action_open_case")
    clerk.show("clerk-sees-the-case")


def governor_resolves_it_to_the_director_on_a_phone(governor: Person, story: Story) -> None:
    governor.open("my-work")
    governor.show("governor-first-screen")
    governor.open_turn("resolve", story.number)
    governor.show("governor-reads-the-application")
    governor.press("action_resolve")
    governor.choose("responsible_id", "Цеков")
    governor.fill("text", "За проверка и изготвяне на удостоверение.")
    governor.show("governor-writes-the-resolution")
    governor.press_in_dialog("action_confirm")
    governor.show("governor-has-resolved")


def director_delegates_it_to_the_expert(director: Person, story: Story) -> None:
    director.open("my-work")
    director.show("director-first-screen")
    director.open_turn("execute", story.number)
    director.show("director-reads-the-task")
    director.show_on_phone("director-reads-the-task")
    director.press("action_delegate")
    director.choose("responsible_id", "Найденова")
    director.fill("text", "Моля за проверка в актовите книги и проект на удостоверение.")
    director.show("director-delegates")
    director.press_in_dialog("action_confirm")
    director.show("director-has-delegated")


def expert_drafts_the_certificate(expert: Person, story: Story) -> None:
    expert.open_turn("execute", story.number)
    expert.press("action_accept")
    expert.show("expert-takes-the-task")
    expert.press("action_draft_reply")
    expert.open_page("page_text")
    expert.expect_field("body_html", "УДОСТОВЕРЯВА")
    expert.expect_field("body_html", APPLICANT)
    expert.show("expert-has-a-draft")
    expert.press("action_submit")
    expert.expect_stage("В съгласуване")
    expert.show("expert-has-submitted")


def director_agrees(director: Person, story: Story) -> None:
    director.open_turn("coordinate", story.title)
    director.open_page("page_text")
    director.show("director-reads-the-draft")
    director.show_on_phone("director-reads-the-draft")
    director.press("action_agree")
    assert not director.can("action_agree")
    director.show("director-has-agreed")


def lawyer_returns_it_with_a_reason(lawyer: Person, story: Story) -> None:
    lawyer.open_turn("coordinate", story.title)
    lawyer.press("action_return")
    lawyer.fill("reason", REASON)
    lawyer.show("lawyer-writes-the-reason")
    lawyer.press_in_dialog("action_confirm")
    lawyer.expect_stage("Върнат")
    lawyer.show("lawyer-has-returned")


def expert_changes_the_text_and_submits_again(expert: Person, story: Story) -> None:
    expert.open_turn("rework", story.title)
    expect(expert.page.locator(".o_oa_route_comment")).to_contain_text(REASON)
    expert.show("expert-reads-the-reason")
    expert.open_page("page_text")
    expert.append_to("body_html", "Правно основание: чл. 82а от ППЗДС.")
    expert.save()
    expert.show("expert-has-changed-the-text")
    expert.press("action_submit")
    expert.expect_stage("В съгласуване")


def all_agree_and_it_is_frozen_and_numbered(director: Person, lawyer: Person, secretary: Person, story: Story) -> None:
    for person in (director, lawyer, secretary):
        person.open_turn("coordinate", story.title)
        person.press("action_agree")
    secretary.expect_stage("За подпис")
    story.outgoing_number = secretary.read("number")
    assert re.fullmatch(r"\d{6}-\d+-\d{2}\.\d{2}\.\d{4}", story.outgoing_number)
    secretary.show("secretary-gives-the-last-agreement")


def governor_signs_with_the_own_key(governor: Person, story: Story) -> None:
    governor.open_turn("sign", story.outgoing_number)
    governor.show("governor-reads-the-certificate")
    governor.show_on_phone("governor-reads-the-certificate")
    governor.press("action_sign")
    governor.show("governor-is-asked-for-the-pin")
    governor.type_pin(read_pin(ROOT, "vidin.governor"))
    expect(governor.page.locator(".oa_sign_dialog .alert-success")).to_be_visible()
    governor.show("governor-has-signed")
    governor.page.locator(".oa_sign_close").click()
    governor.expect_stage("Подписан")
    governor.show("governor-sees-it-signed")


def clerk_dispatches_it(clerk: Person, mail_dir: Path, story: Story) -> None:
    clerk.open_turn("dispatch", story.outgoing_number)
    clerk.show("clerk-is-to-dispatch")
    clerk.press("action_dispatch")
    clerk.expect_stage("Изпратен")
    clerk.open_page("page_dispatches")
    clerk.show("clerk-has-dispatched")
    mail = wait_for(lambda: find_mails(mail_dir, ADDRESS, story.outgoing_number), "the e-mail with the certificate")[-1]
    story.sent_pdf = get_pdf(mail)


def tasks_are_reported_and_accepted(enter: Callable[..., Person], story: Story) -> None:
    expert, director, governor = enter("vidin.expert.ds"), enter("vidin.director.akrrds"), enter("vidin.governor", PHONE)
    report(expert, "execute", story)
    accept(director, story)
    report(director, "execute", story)
    accept(governor, story)
    expect(governor.page.locator(".o_statusbar_status .o_arrow_button_current").first).to_contain_text("Изпълнена")


def report(person: Person, act: str, story: Story) -> None:
    person.open_turn(act, story.number)
    person.press("action_report")
    assert story.outgoing_number in person.field("result_document_id").locator("input").input_value()
    person.show("report")
    person.press_in_dialog("action_confirm")


def accept(person: Person, story: Story) -> None:
    person.open_turn("confirm", story.number)
    person.show("acceptance")
    person.press("action_confirm_report")


def clerk_closes_the_case(clerk: Person, story: Story) -> None:
    clerk.open("cases")
    clerk.open_row(story.number)
    clerk.show("clerk-sees-the-case-before-closing")
    clerk.expect_field("class_id", "05-01")
    clerk.press("action_close")
    clerk.expect_field("closed_on", re.compile(r"\d"))
    clerk.show("clerk-has-closed-the-case")


# ---------------------------------------------------------------- witnesses
def signed_pdf_of_the_mail_is_verified_from_outside(clerk: Client, folder: Path, pki: Path, story: Story) -> None:
    sent, revision = folder / "sent.pdf", folder / "revision.pdf"
    sent.write_bytes(story.sent_pdf)
    answer = ask_pdfsig(sent)
    assert "Signature is Valid" in answer
    assert "Радостина Пейчева Ангелова" in answer
    assert story.outgoing_number in read_text(sent)
    revision.write_bytes(cut_to_what_is_signed(story.sent_pdf, answer))
    assert "Total document signed" in (whole := ask_pdfsig(revision)), whole

    completed = folder / "completed.pdf"
    completed.write_bytes(wait_for(lambda: find_completed(clerk, story.outgoing_number), "the signature with all evidence"))
    assert "Signature is Valid" in ask_pdfsig(completed)
    assert completed.read_bytes().startswith(revision.read_bytes())
    verdict = ask_pyhanko(completed, pki)
    assert "The signature is judged VALID" in verdict, verdict
    assert "All modifications relate to signature maintenance" in verdict


def find_completed(clerk: Client, number: str) -> bytes | None:
    """The newest signed file, when its signature holds timestamp and revocation data."""
    (certificate,) = clerk.call("oa.document", "search", [("number", "=", number)])
    (signature,) = clerk.read("oa.document", certificate, "signature_ids")["signature_ids"]
    if clerk.read("oa.signature", signature, "level")["level"] != "B-LT":
        return None
    files = clerk.search(
        "oa.document.file", [("document_id", "=", certificate), ("role", "=", "signed")], ["version"], order="version desc"
    )
    return clerk.download(f"/oa/file/{files[0]['id']}?download=1")


def every_step_is_in_the_journal(clerk: Client, auditor: Client, story: Story) -> None:
    (case,) = clerk.call("oa.case", "search", [("name", "=", story.number)])
    documents = clerk.call("oa.document", "search", [("case_id", "=", case)])
    domain = ["|", ("document_id", "in", documents), ("case_id", "=", case)]
    rows = clerk.search("oa.journal.entry", domain, ["at", "user_id", "capacity", "action"], order="at, id")
    # Who takes part in the case reads its trail; the auditor reads the same rows without the content.
    assert len(auditor.search("oa.journal.entry", [("id", "in", [row["id"] for row in rows])], ["action"])) == len(rows)
    steps = [(row["action"], row["user_id"][1].split(",")[0].strip(), row["capacity"]) for row in rows]
    at = -1
    for step in STEPS:
        assert step in steps[at + 1 :], (step, steps)
        at = steps.index(step, at + 1)
    assert all(row["at"] for row in rows)


def clerk_adds_the_applicant(clerk: Person) -> None:
    row = clerk.add_row("correspondent_ids")
    clerk.choose_new(row.locator("[name=partner_id]"), APPLICANT)
    clerk.fill("email", ADDRESS)
    clerk.show("clerk-adds-the-applicant")
    clerk.save_dialog()
