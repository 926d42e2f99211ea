"""A day on paper: numbers reserved, entered later or explained, none forgotten."""

from datetime import timedelta

import psycopg2
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common import RegistryCase


class BlockCase(RegistryCase):
    def reserve(self, count=3, user=None, register=None, **vals):
        wizard = self.env["oa.register.reserve"].with_user(user or self.head_registrar)
        vals = {"register_id": (register or self.official).id, "count": count, "reason": "планово спиране на тока", **vals}
        return self.env["oa.register.block"].with_user(user or self.head_registrar).browse(wizard.create(vals).action_confirm()["res_id"])

    def enter(self, entry, **vals):
        return self.register(self.create_document(reserved_entry_id=entry.id, **vals))


@tagged("post_install", "-at_install")
class TestPaperBlock(BlockCase):
    def test_reserved_numbers_stand_in_the_book_at_once(self):
        block = self.reserve()

        self.assertEqual(block.entry_ids.sorted("sequence").mapped("sequence"), [1, 2, 3])
        self.assertEqual(set(block.entry_ids.mapped("fate")), {"waiting"})
        self.assertEqual(self.create_registered().register_entry_id.sequence, 4)
        self.assertEqual((block.state, block.number_count, block.waiting_count), ("open", 3, 3))
        self.assertIsNone(self.official._verify_all()[self.official])

    def test_the_number_carries_the_day_on_paper(self):
        with freeze_time("2026-11-22 10:00:00"):
            block = self.reserve(1, day="2026-11-25")

        self.assertEqual(block.entry_ids.name, "000999-1-25.11.2026")

    def test_a_day_that_is_over_or_of_another_year_is_refused(self):
        with freeze_time("2026-12-20 10:00:00"):
            for day in ("2026-12-19", "2027-01-02", "2026-02-01"):
                with self.assertRaises(UserError):
                    self.reserve(day=day)

    def test_only_the_head_registrar_reserves(self):
        with self.assertRaises(AccessError):
            self.reserve(user=self.clerk)
        with self.assertRaisesRegex(UserError, "head registrar"):
            self.official.with_user(self.clerk)._reserve(None)

    def test_a_document_entered_later_gets_its_number_from_paper(self):
        with freeze_time("2026-11-22 07:00:00"):
            first, second, _third = self.reserve().entry_ids.sorted("sequence")
        with freeze_time("2026-11-24 09:00:00"):
            document = self.enter(second, subject="Заявление от деня на хартия")

        self.assertEqual((document.number, document.register_entry_id), ("000999-2-22.11.2026", second))
        self.assertEqual(document.registered_at, second.registered_at)
        self.assertIn("24.11.2026 11:00", document.back_entry_note)
        self.assertEqual((first.fate, second.fate, second.shown_subject), ("waiting", "entered", "Заявление от деня на хартия"))
        self.assertEqual(second.event_ids.by_id, self.clerk)
        self.assertIsNone(self.official._verify_all()[self.official])

    def test_the_event_keeps_what_the_document_said(self):
        entry = self.reserve(1).entry_ids
        document = self.enter(entry)

        details = entry.event_ids._get_details()
        self.assertEqual((details["document_id"], details["subject"]), (document.id, document.subject))
        self.assertEqual(document.case_id.name, document.uri)

    def test_a_clerk_enters_the_document_from_the_block(self):
        entry = self.reserve(1).entry_ids
        action = entry.with_user(self.clerk).action_enter_document()
        form = Form(self.env["oa.document"].with_user(self.clerk).with_context(**action["context"]))
        self.assertFalse(form.received_at)
        form.kind_id = self.application
        form.subject = "Прието на хартия"
        form.received_at = "2026-11-22 08:15:00"
        with form.correspondent_ids.new() as line:
            line.partner_id = self.applicant
        document = self.register(form.save())

        self.assertEqual(document.register_entry_id, entry)

    def test_a_reserved_number_is_given_once(self):
        entry = self.reserve(1).entry_ids
        self.enter(entry)
        with self.assertRaisesRegex(UserError, "already explained"):
            self.enter(entry)

    def test_two_documents_of_one_moment_do_not_share_a_reserved_number(self):
        entry = self.reserve(1).entry_ids
        documents = [self.create_document(reserved_entry_id=entry.id) for _number in range(2)]
        with self.assertRaises(UserError):
            self.register(*documents)

    def test_a_number_of_another_direction_or_administration_is_refused(self):
        entry = self.reserve(1).entry_ids
        with self.assertRaisesRegex(UserError, "direction"):
            self.enter(entry, kind=self.reply)
        entry_of_turn = self.create_registered().register_entry_id
        with self.assertRaisesRegex(UserError, "not a reserved number"):
            self.enter(entry_of_turn)

    def test_unused_and_spoiled_numbers_are_explained_with_a_reason(self):
        block = self.reserve()
        first, second, third = block.entry_ids.sorted("sequence")
        wizard = self.env["oa.register.explain"].with_user(self.clerk)
        wizard.create({"block_id": block.id, "entry_ids": first.ids, "outcome": "spoiled", "reason": "залят формуляр"}).action_confirm()

        self.assertEqual((first.fate, second.fate), ("unused", "waiting"))
        self.assertIn("залят формуляр", first.event_note)
        with self.assertRaisesRegex(UserError, "Already explained"):
            block.with_user(self.clerk)._explain(first | third, "unused", "още веднъж")
        with self.assertRaisesRegex(UserError, "Say why"):
            block.with_user(self.clerk)._explain(second, "unused", " ")

    def test_a_block_is_completed_only_when_every_number_is_explained(self):
        block = self.reserve()
        first, second, third = block.entry_ids.sorted("sequence")
        self.enter(first)
        block.with_user(self.clerk)._explain(second, "unused", "нямаше посетители")
        with self.assertRaisesRegex(UserError, third.name):
            block.action_complete()

        block.with_user(self.clerk)._explain(third, "unused", "нямаше посетители")
        self.assertEqual(block.state, "explained")
        with self.assertRaisesRegex(UserError, "head registrar"):
            block.with_user(self.clerk).action_complete()
        block.action_complete()

        self.assertEqual((block.state, block.entered_count, block.unused_count, block.waiting_count), ("done", 1, 2, 0))
        self.assertIn(block, self.env["oa.register.block"].search([("state", "=", "done")]))
        self.assertIsNone(self.official._verify_all()[self.official])

    def test_an_expert_explains_nothing(self):
        block = self.reserve(1)
        with self.assertRaises(UserError):
            block.with_user(self.expert)._explain(block.entry_ids, "unused", "без право")

    def test_a_document_entered_from_paper_is_annulled_like_any_other(self):
        entry = self.reserve(1).entry_ids
        self.enter(entry).with_user(self.head_registrar)._annul("повторен")
        self.assertEqual(entry.fate, "annulled")

    def test_the_content_of_a_hidden_document_is_not_told_by_its_reserved_number(self):
        entry = self.reserve(1).entry_ids
        self.enter(entry, subject="Поверителен сигнал", access_level="restricted")
        seen = entry.with_user(self.colleague)
        self.assertEqual((seen.fate, entry.with_user(self.clerk).shown_subject), ("entered", "Поверителен сигнал"))
        self.assertNotIn("Поверителен", f"{seen.shown_subject} {seen.event_note}")

    def test_sql_ties_no_document_to_a_reserved_number(self):
        entry, document = self.reserve(1).entry_ids, self.create_document()
        self.env.flush_all()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(
                """UPDATE oa_document SET register_entry_id = line.id, register_id = line.register_id, number = line.name, uri = line.uri,
                   registered_at = line.registered_at FROM oa_register_entry line WHERE line.id = %s AND oa_document.id = %s""",
                [entry.id, document.id],
            )

    def test_a_rolled_back_reservation_uses_no_number(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.reserve()
            raise ZeroDivisionError
        self.assertEqual(self.create_registered().register_entry_id.sequence, 1)

    def test_a_block_of_a_kind_and_unit_is_kept_for_them(self):
        orders = self.env["oa.register"].search([("company_id", "=", self.company.id), ("code", "=", "ДС")])
        with self.assertRaisesRegex(UserError, "unit"):
            self.reserve(1, register=orders)
        entry = self.reserve(1, register=orders, unit_id=self.unit.id).entry_ids
        self.assertTrue(entry.name.startswith("ДС-ИМ-1/"))


@tagged("post_install", "-at_install")
class TestPaperForm(BlockCase, HttpCase):
    def test_the_form_holds_every_number_and_is_printed_by_clerks(self):
        block = self.reserve(2, day=fields.Date.today() + timedelta(days=1)) if fields.Date.today().day < 28 else self.reserve(2)
        name, data = block.with_user(self.clerk)._print_form()
        self.assertTrue(name.endswith("1-2.pdf"))
        self.assertTrue(data.startswith(b"%PDF"))
        with self.assertRaises(AccessError):
            block.with_user(self.expert)._print_form()

    def test_a_stranger_gets_no_form(self):
        block = self.reserve(1)
        self.authenticate(self.outsider.login, self.outsider.login)
        self.assertEqual(self.url_open(f"/oa/block/{block.id}/form").status_code, 404)
