from datetime import date

import psycopg2
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestAcquaintance(DocflowCase):
    """A document is sent to people and whole units to be read; each confirms for oneself, in a moment that stays."""

    def send(self, documents, *people, units=(), person=None, **vals):
        self.as_(person or self.secretary, self.env["oa.document.acquaint"]).create({
            "document_ids": [Command.set(documents.ids)], "user_ids": [Command.set([user.id for user in people])],
            "unit_ids": [Command.set([unit.id for unit in units])], **vals,
        }).action_confirm()  # fmt: skip
        return documents.sudo().acquaintance_ids

    def test_a_whole_unit_is_asked_and_each_person_confirms_for_oneself(self):
        document = self.register(self.receive())
        rows = self.send(document, self.lawyer, units=[self.directorate], note="Раздел III")

        self.assertEqual(rows.user_id, self.lawyer | self.director | self.expert | self.colleague)
        self.assertEqual((document.acquaintance_count, document.acquaintance_read_count), (4, 0))
        for person in rows.user_id:
            self.assertEqual(len(self.activities_of(person, rows)), 1, person.name)
            self.assertTrue(self.as_(person, document).has_access("read"))

        self.as_(self.expert, document).action_confirm_reading()

        own = rows.filtered(lambda row: row.user_id == self.expert)
        self.assertEqual((own.state, bool(own.read_at), bool(own.capacity)), ("read", True, True))
        self.assertFalse(self.activities_of(self.expert, rows))
        self.assertEqual(self.as_(self.secretary, document).acquaintance_read_count, 1)
        row = document.sudo().journal_ids.filtered(lambda row: row.action == "acquaint")
        self.assertEqual(row.user_id, self.expert)

    def test_nobody_confirms_for_another_and_nobody_twice(self):
        document = self.register(self.receive())
        rows = self.send(document, self.expert, self.colleague)
        with self.assertRaises(UserError):
            self.as_(self.colleague, rows.filtered(lambda row: row.user_id == self.expert)).action_confirm()
        self.as_(self.expert, document).action_confirm_reading()
        with self.assertRaises(UserError):
            self.as_(self.expert, document).action_confirm_reading()
        with self.assertRaises(AccessError):
            self.as_(self.colleague, rows).write({"state": "read"})

    def test_a_second_sending_asks_only_who_was_not_asked(self):
        document = self.register(self.receive())
        self.send(document, self.expert)
        self.as_(self.expert, document).action_confirm_reading()
        rows = self.send(document, self.expert, self.colleague)
        self.assertEqual(len(rows), 2)

    def test_who_may_send_it(self):
        document = self.register(self.receive())
        document._grant_with_case(self.colleague, "test")
        with self.assertRaisesRegex(UserError, "author"):
            self.send(document, self.expert, person=self.colleague)
        draft = self.receive()
        with self.assertRaisesRegex(UserError, "registered"):
            self.as_(self.clerk, draft).action_acquaint()
        closed = self.register(self.receive(access_level="restricted"))
        closed._grant(self.director, "test")
        with self.assertRaises(UserError):
            self.send(closed, self.expert, person=self.director)
        self.assertFalse(self.as_(self.expert, closed).has_access("read"))

    def test_a_person_who_is_kept_from_a_document_learns_nothing_by_being_asked(self):
        document = self.register(self.receive())
        document.sudo()._deny(self.colleague, "Свързано лице")
        rows = self.send(document, self.colleague)
        self.assertFalse(self.as_(self.colleague, document).has_access("read"))
        self.assertFalse(self.as_(self.colleague, rows).has_access("read"))
        self.assertFalse(self.as_(self.colleague, self.env["mail.activity"]).search([("res_model", "=", "oa.acquaintance")]))

    def test_who_has_not_read_is_reminded_before_the_day_and_by_hand_once_a_day(self):
        document = self.register(self.receive(received_at="2026-11-16 08:00:00"))
        rows = self.send(document, self.expert, self.colleague, until=date(2026, 11, 25))
        with freeze_time("2026-11-24 06:00:00"):
            self.as_(self.expert, document).action_confirm_reading()
            for _run in range(2):
                list(self.env["oa.notice"]._remind_in_batches(self.company))
                self.as_(self.secretary, rows).action_remind()
        found = self.env["oa.notice"].sudo().search([("res_model", "=", "oa.acquaintance")])
        self.assertEqual(
            sorted((notice.user_id.login, notice.kind) for notice in found), [("test.colleague", "before"), ("test.colleague", "told")]
        )

    def test_asking_is_ended_and_what_was_read_stays(self):
        document = self.register(self.receive())
        rows = self.send(document, self.expert, self.colleague)
        self.as_(self.expert, document).action_confirm_reading()
        self.as_(self.secretary, rows).action_end()
        self.assertEqual(sorted(rows.mapped("state")), ["ended", "read"])
        self.assertFalse(self.activities_of(self.colleague, rows))
        self.assertFalse(self.as_(self.colleague, document).has_access("read"))
        self.assertTrue(self.as_(self.expert, document).has_access("read"))
        self.env.flush_all()
        read = rows.filtered("read_at")
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_acquaintance SET read_at = now() WHERE id = %s", [read.id])
        with self.assertRaises(AccessError):
            read.sudo().unlink()

    def test_asking_reading_and_ending_are_acts_of_whoever_does_them(self):
        document = self.register(self.receive())
        rows = self.send(document, self.expert, self.colleague, until=date(2026, 11, 27))
        self.as_(self.expert, document).action_confirm_reading()
        self.as_(self.secretary, rows).action_end()
        acts = document.sudo().act_ids.filtered(lambda record: record.act.startswith("acquaint")).sorted("position")
        self.assertEqual(
            [(record.act, record.user_id) for record in acts],
            [("acquaint_ask", self.secretary), ("acquaint", self.expert), ("acquaint_end", self.secretary)],
        )
        for words in (self.expert.name, self.colleague.name, "27.11.2026"):
            self.assertIn(words, acts[0].comment)
        self.assertEqual(acts[2].comment, self.colleague.name)
        self.assertIsNone(self.env["oa.step.record"]._verify())

    def test_the_list_prints_with_names_and_moments(self):
        document = self.register(self.receive())
        self.send(document, self.expert, self.colleague)
        self.as_(self.expert, document).action_confirm_reading()
        self.assertTrue(self.as_(self.secretary, document)._get_acquaintance_pdf().startswith(b"%PDF"))

    def test_many_documents_to_many_people_cost_as_many_queries_as_few(self):
        def count(number, *people):
            documents = self.register(self.receive(number))
            wizard = self.as_(self.secretary, documents)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._ask_acquaintance(self.env["res.users"].union(*people))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1, self.expert)
        few = count(2, self.expert, self.colleague)
        many = count(40, self.expert, self.colleague)
        self.assertLessEqual(many, few + 6)
