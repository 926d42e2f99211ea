"""The form of a document: what its kind asks for, what it carries, what it is linked with, and whether it came before."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestDocumentForm(RegistryCase):
    def open_form(self, **context):
        return Form(self.env["oa.document"].with_user(self.clerk).with_context(default_direction="incoming", **context))

    def test_a_kind_fills_in_what_its_documents_usually_have(self):
        self.letter.write({"default_carrier": "paper", "default_urgency": "fast", "answer_days": 10, "default_subject": "Писмо относно "})
        with self.open_form() as form:
            form.kind_id = self.letter
            self.assertEqual((form.carrier, form.urgency, form.subject), ("paper", "fast", "Писмо относно "))
            self.assertTrue(form.answer_expected_on)

    def test_what_a_person_chose_stays_when_the_kind_changes(self):
        self.letter.default_urgency = "fast"
        self.application.default_urgency = "normal"
        with self.open_form() as form:
            form.kind_id, form.subject, form.urgency = self.letter, "Жалба", "very_fast"
            form.kind_id = self.application
            self.assertEqual((form.urgency, form.subject), ("very_fast", "Жалба"))

    def test_a_kind_shows_only_what_it_asks_for(self):
        self.letter.shows_service = False
        self.application.shows_service = True
        with self.open_form() as form:
            form.subject, form.kind_id = "Жалба", self.letter
            self.assertTrue(form._get_modifier("speed", "invisible"))
            form.kind_id = self.application
            self.assertFalse(form._get_modifier("speed", "invisible"))

    def test_every_document_has_an_identifier_that_nobody_writes(self):
        first, second = self.create_document(), self.create_document()
        self.assertTrue(first.guid)
        self.assertNotEqual(first.guid, second.guid)
        self.assertNotEqual(first.copy().guid, first.guid)
        with self.assertRaises(AccessError):
            first.with_user(self.head_registrar).guid = "нещо друго"

    def test_a_correspondent_is_found_by_number_only_by_who_may_see_it(self):
        self.applicant.oa_personal_number = "6204152210"
        partners = self.env["res.partner"]
        found = partners.with_user(self.people["personal_data"]).name_search("6204 152210")
        self.assertEqual([item[0] for item in found], self.applicant.ids)
        self.assertFalse(partners.with_user(self.colleague).name_search("6204152210"))

    # ------------------------------------------------------------ duplicates
    def test_the_same_sender_and_number_are_said_before_registration(self):
        first = self.create_registered(sender_number="15-7/2026")
        again = self.create_document(sender_number="15-7/2026")
        self.assertEqual(again.duplicate_ids, first)
        self.assertIn(first.number, again.duplicate_note)
        self.assertEqual(again.action_open_duplicates()["domain"], [("id", "in", first.ids)])
        self.assertFalse(first.duplicate_note, "what is registered asks nobody any more")

    def test_the_warning_comes_while_the_form_is_filled(self):
        self.create_registered(sender_number="15-7/2026")
        with self.open_form() as form:
            form.kind_id, form.subject = self.application, "Същото"
            with form.correspondent_ids.new() as line:
                line.partner_id = self.applicant
            form.sender_number = "15-7/2026"
            self.assertTrue(form.duplicate_note)

    def test_another_sender_or_number_is_no_duplicate(self):
        self.create_registered(sender_number="15-7/2026")
        other = self.env["res.partner"].create({"name": "Друг Подател"})
        self.assertFalse(self.create_document(sender_number="15-8/2026").duplicate_note)
        lines = [Command.create({"partner_id": other.id, "role": "sender"})]
        self.assertFalse(self.create_document(sender_number="15-7/2026", correspondent_ids=lines).duplicate_note)

    def test_the_same_file_is_said_with_its_name(self):
        first = self.create_document()
        first._add_file("молба.pdf", PDF)
        self.register(first)
        again = self.create_document()
        again._add_file("друго име.pdf", PDF)
        self.assertIn("друго име.pdf", again.duplicate_note)
        self.assertEqual(again.duplicate_ids, first)

    def test_a_duplicate_that_is_hidden_or_foreign_is_not_told(self):
        hidden = self.create_document(user=self.expert, access_level="restricted", sender_number="15-7/2026")
        hidden.with_user(self.expert)._add_file("молба.pdf", PDF)
        mine = self.create_document(user=self.colleague, sender_number="15-7/2026")
        mine.with_user(self.colleague)._add_file("молба.pdf", PDF)
        self.assertFalse(mine.with_user(self.colleague).duplicate_note)
        self.assertEqual(mine.with_user(self.head_registrar).duplicate_ids, hidden)

    def test_an_annulled_document_is_no_duplicate(self):
        first = self.create_registered(sender_number="15-7/2026")
        first.with_user(self.head_registrar)._annul("Грешка")
        self.assertFalse(self.create_document(sender_number="15-7/2026").duplicate_note)

    # ------------------------------------------------------------ links
    def test_a_link_is_shown_from_the_other_end_in_other_words(self):
        order, repealing = self.create_registered(subject="Заповед"), self.create_registered(subject="Нова заповед")
        link = (
            self.env["oa.document.link"]
            .with_user(self.clerk)
            .create({"document_id": repealing.id, "target_id": order.id, "kind": "repeals"})
        )
        self.assertEqual(order.backlink_ids, link)
        self.assertEqual(link.reverse, "Is repealed by")
        self.assertEqual(link.document_subject, "Нова заповед")
        self.assertEqual(order.validity, "repealed")
        self.assertEqual(repealing.validity, "active")

    def test_a_draft_repeals_nothing(self):
        order, draft = self.create_registered(), self.create_document()
        self.env["oa.document.link"].create({"document_id": draft.id, "target_id": order.id, "kind": "repeals"})
        self.assertEqual(order.validity, "active")

    def test_the_other_end_of_a_link_says_nothing_to_who_may_not_see_it(self):
        order = self.create_registered(unit_id=self.unit.id)
        secret = self.create_document(subject="Тайна", access_level="restricted")
        link = self.env["oa.document.link"].create({"document_id": secret.id, "target_id": order.id, "kind": "amends"})
        self.assertFalse(link.with_user(self.colleague).sudo().with_user(self.colleague).document_subject)

    # ------------------------------------------------------------ enclosures
    def enclose(self, document, user):
        return self.env["oa.document.enclosure"].with_user(user).create({"document_id": document.id, "name": "Скица", "sheet_count": 2})

    def test_enclosures_are_listed_by_the_author_and_completed_by_the_clerk(self):
        document = self.create_document()
        self.enclose(document, self.clerk)
        self.register(document)
        self.enclose(document, self.clerk).sheet_count = 3
        self.assertEqual(document.enclosure_count, 2)

    def test_enclosures_of_a_registered_document_are_closed_to_others(self):
        document = self.create_registered(unit_id=self.unit.id)
        enclosure = self.enclose(document, self.clerk)
        for act in (lambda: self.enclose(document, self.expert), lambda: enclosure.with_user(self.expert).write({"name": "Друго"})):
            with self.assertRaises(UserError):
                act()

    def test_an_enclosure_is_not_moved_to_a_closed_document(self):
        document, other = self.create_registered(), self.create_registered()
        other.with_user(self.head_registrar)._annul("Грешка")
        enclosure = self.enclose(document, self.clerk)
        with self.assertRaises(UserError):
            enclosure.with_user(self.clerk).document_id = other

    def test_the_form_of_few_and_many_enclosures_costs_the_same_queries(self):
        counts = []
        for number in (2, 2, 40):
            lines = [Command.create({"name": f"Лист {position}"}) for position in range(number)]
            document = self.create_document(enclosure_ids=lines)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            document.with_user(self.clerk).web_read(
                {"subject": {}, "enclosure_ids": {"fields": {"name": {}, "sheet_count": {}}}, "duplicate_note": {}}
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
