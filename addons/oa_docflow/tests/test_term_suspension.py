from datetime import date, timedelta

import psycopg2
from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTermSuspension(DocflowCase):
    """While an irregularity is mended the term stands still; what was left of it goes on afterwards."""

    def setUp(self):
        super().setUp()
        self.document = self.register(self.receive(received_at="2026-11-16 08:00:00"))
        self.assertEqual(self.document.due_on, date(2026, 11, 25))
        self.task = self.resolve(self.document, due_on=date(2026, 11, 24))

    def decide(self, person, day, is_resumption=False, reason="Указание за отстраняване на нередовности"):
        self.as_(person, self.env["oa.term.suspend"]).create(
            {"document_id": self.document.id, "day": day, "reason": reason, "is_resumption": is_resumption}
        ).action_confirm()

    def test_what_was_left_goes_on_and_the_tasks_get_as_much_longer(self):
        with freeze_time("2026-11-19 09:00:00"):
            self.decide(self.director, date(2026, 11, 19))
            self.assertFalse(self.document.due_on)
            self.assertTrue(self.document.is_term_suspended)
            self.assertIn(self.document, self.env["oa.document"].search([("is_term_suspended", "=", True)]))
        with freeze_time("2026-12-01 09:00:00"):
            self.decide(self.director, date(2026, 12, 1), is_resumption=True, reason="Нередовностите са отстранени")
        # On 19.11. five working days were left: 19, 20, 23, 24, 25.
        self.assertEqual(self.document.due_on, date(2026, 12, 8))
        self.assertFalse(self.document.is_term_suspended)
        self.assertEqual(self.task.due_on, date(2026, 12, 7))
        self.assertEqual(self.task.waiting_until, self.task.due_on)
        for words in ("спрян на 19.11.2026", "Оставали са 5 работни дни", "08.12.2026"):
            self.assertIn(words, self.document.term_explanation)
        self.assertEqual(self.document.sudo().term_ids.sorted("id").mapped("event"), ["start", "suspended", "resumed"])
        acts = self.document.sudo().journal_ids.mapped("action")
        self.assertIn("term_suspend", acts)
        self.assertIn("term_resume", acts)

    def test_it_is_decided_by_who_works_on_the_document(self):
        self.document.sudo()._grant(self.lawyer | self.colleague, "test")
        for stranger in (self.lawyer, self.colleague, self.clerk):
            with self.assertRaises(UserError), freeze_time("2026-11-19 09:00:00"):
                self.decide(stranger, date(2026, 11, 19))
        with freeze_time("2026-11-19 09:00:00"):
            self.decide(self.governor, date(2026, 11, 19))
            with self.assertRaisesRegex(UserError, "no term that runs"):
                self.decide(self.director, date(2026, 11, 19))

    def test_a_day_before_the_beginning_in_the_future_or_after_the_end_is_refused(self):
        with freeze_time("2026-11-27 09:00:00"):
            for day in (date(2026, 11, 15), date(2026, 11, 28), date(2026, 11, 26)):
                with self.assertRaises(UserError):
                    self.decide(self.director, day)
            with self.assertRaisesRegex(UserError, "reason"):
                self.as_(self.director, self.document)._suspend_term(date(2026, 11, 20), " ", self.env["oa.document"])
        self.assertEqual(self.document.due_on, date(2026, 11, 25))

    def test_a_counted_term_is_not_moved_by_writing_another_day(self):
        for person in (self.clerk, self.director):
            with self.assertRaisesRegex(UserError, "counted by the procedure"):
                self.as_(person, self.document).due_on = date(2026, 12, 24)

    def test_nobody_changes_or_deletes_a_term(self):
        term = self.document.sudo().term_ids
        for act in (lambda: term.write({"due_on": date.today()}), term.unlink, lambda: term.copy()):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_term SET due_on = %s WHERE id = %s", [fields.Date.today() + timedelta(days=99), term.id])
