from datetime import date

import psycopg2
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTaskOpinion(DocflowCase):
    """The holder of a task asks colleagues; the opinion comes back and the chain of the task stays whole."""

    def ask(self, task, *colleagues, person=None, **vals):
        self.as_(person or self.expert, self.env["oa.task.forward"]).create({
            "task_id": task.id, "document_id": task.document_id.id, "question": "Законосъобразно ли е искането?",
            "colleague_ids": [Command.set([colleague.id for colleague in colleagues])], **vals,
        }).action_confirm()  # fmt: skip
        return task.sudo().opinion_ids.filtered(lambda opinion: opinion.state == "asked")

    def give(self, person, opinion, words="Законосъобразно е."):
        self.as_(person, self.env["oa.task.opine"]).create({"opinion_id": opinion.id, "text": words}).action_confirm()

    def test_it_goes_to_the_colleague_and_comes_back_with_the_opinion(self):
        task = self.delegate(self.make_task())
        self.assertFalse(self.as_(self.colleague, task.document_id).has_access("read"))

        opinion = self.ask(task, self.colleague)

        self.assertEqual((task.state, task.waiting_for_id, task.waiting_act), ("waiting_opinion", self.colleague, "opine"))
        self.assertEqual(task.document_id.waiting_for_id, self.colleague)
        self.assertEqual(len(self.activities_of(self.colleague)), 1)
        self.assertFalse(self.activities_of(self.expert, task))
        self.assertTrue(self.as_(self.colleague, task.document_id).has_access("read"))

        self.give(self.colleague, opinion)

        self.assertEqual((task.state, task.waiting_for_id, task.waiting_act), ("accepted", self.expert, "execute"))
        self.assertEqual((opinion.state, opinion.opinion, opinion.given_by_id), ("given", "Законосъобразно е.", self.colleague))
        self.assertFalse(self.activities_of(self.colleague))
        self.assertEqual((task.responsible_id, task.assigner_id, task.parent_id.state), (self.expert, self.director, "accepted"))
        acts = task.document_id.sudo().journal_ids.sorted("id").mapped("action")
        self.assertLess(acts.index("forward"), acts.index("opine"))

    def test_it_is_back_only_with_the_last_of_several_opinions(self):
        task = self.delegate(self.make_task())
        first, second = self.ask(task, self.colleague, self.lawyer).sorted("id")
        self.give(first.colleague_id, first)
        self.assertEqual((task.state, task.waiting_for_id), ("waiting_opinion", second.colleague_id))
        self.assertEqual(self.env["oa.notice"].sudo().search_count([("user_id", "=", self.expert.id), ("kind", "=", "told")]), 1)
        self.give(second.colleague_id, second)
        self.assertEqual((task.state, task.waiting_for_id), ("accepted", self.expert))

    def test_whoever_asked_may_do_without_and_the_colleague_loses_what_came_with_it(self):
        task = self.delegate(self.make_task())
        opinion = self.ask(task, self.colleague)
        with self.assertRaises(UserError):
            self.as_(self.colleague, task).action_take_back()

        self.as_(self.expert, task).action_take_back()

        self.assertEqual((task.state, task.waiting_for_id, opinion.state), ("accepted", self.expert, "taken_back"))
        self.assertFalse(self.activities_of(self.colleague))
        self.assertFalse(self.as_(self.colleague, task.document_id).has_access("read"))
        with self.assertRaises(UserError):
            self.give(self.colleague, opinion)

    def test_only_the_executor_asks_and_only_the_colleague_answers_once(self):
        task = self.delegate(self.make_task())
        task.document_id._grant_with_case(self.lawyer, "test")
        with self.assertRaises(UserError):
            self.ask(task, self.colleague, person=self.lawyer)
        opinion = self.ask(task, self.colleague)
        for person in (self.lawyer, self.expert, self.director):
            with self.assertRaises(UserError):
                self.as_(person, opinion)._give("сам", self.env["oa.document"])
        with self.assertRaisesRegex(UserError, "asked already"):
            self.ask(task, self.colleague)
        with self.assertRaisesRegex(UserError, "holds the task"):
            self.ask(task, self.expert)
        self.give(self.colleague, opinion)
        with self.assertRaises(UserError):
            self.give(self.colleague, opinion, "друго")

    def test_meanwhile_the_task_is_not_reported_and_can_be_withdrawn(self):
        task = self.delegate(self.make_task())
        opinion = self.ask(task, self.colleague)
        with self.assertRaisesRegex(UserError, "already in state"):
            self.as_(self.expert, task).action_report()
        self.as_(self.director, task)._withdraw("Отпадна.")
        self.assertEqual((task.state, opinion.state), ("withdrawn", "taken_back"))
        self.assertFalse(self.activities_of(self.colleague))

    def test_a_substitute_answers_and_both_are_named(self):
        order = self.register(self.receive())
        with freeze_time("2026-11-23 06:00:00"):
            task = self.delegate(self.make_task())
            self.as_(self.governor, self.env["oa.substitution"]).create({
                "holder_id": self.colleague.id, "substitute_id": self.lawyer.id, "date_from": date(2026, 11, 23),
                "date_to": date(2026, 11, 30), "order_id": order.id, "company_id": self.company.id,
            }).action_confirm()  # fmt: skip
            opinion = self.ask(task, self.colleague)
            self.assertEqual((opinion.waiting_for_id, opinion.waiting_holder_id), (self.lawyer, self.colleague))
            self.give(self.lawyer, opinion)
        self.assertEqual((opinion.colleague_id, opinion.given_by_id), (self.colleague, self.lawyer))
        row = task.document_id.sudo().journal_ids.filtered(lambda row: row.action == "opine")
        self.assertEqual(row.acting_for_id, self.colleague)

    def test_what_was_asked_and_answered_is_changed_by_nobody(self):
        task = self.delegate(self.make_task())
        opinion = self.ask(task, self.colleague)
        for person in (self.expert, self.colleague):
            with self.assertRaises(AccessError):
                self.as_(person, opinion).write({"question": "x"})
        self.give(self.colleague, opinion)
        self.env.flush_all()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_task_opinion SET opinion = 'x' WHERE id = %s", [opinion.id])
