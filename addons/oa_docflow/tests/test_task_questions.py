from datetime import timedelta

import psycopg2
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.lifecycle import TABLE, Subject, Who
from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTaskQuestions(DocflowCase):
    """A task that is not clear, not for this person or not for this term: question, redirection, extension."""

    def answer(self, person, model, **vals):
        return self.as_(person, self.env[model]).create(vals)

    # ------------------------------------------------------------ instructions
    def test_a_question_waits_for_whoever_gave_the_task_and_the_answer_gives_it_back(self):
        task = self.delegate(self.make_task())

        self.answer(self.expert, "oa.task.ask", task_id=task.id, text="За кой имот е искането?").action_confirm()
        self.assertEqual((task.state, task.waiting_for_id, task.waiting_act), ("waiting_instructions", self.director, "instruct"))
        self.assertEqual(self.activities_of(self.director, task).activity_type_id, self.env.ref("oa_docflow.mail_activity_type_instruct"))
        self.assertFalse(self.activities_of(self.expert, task))

        self.answer(self.director, "oa.task.ask", task_id=task.id, text="За имот 10971.502.", is_answer=True).action_confirm()
        self.assertEqual((task.state, task.waiting_for_id, task.answer), ("accepted", self.expert, "За имот 10971.502."))
        acts = task.document_id.journal_ids.mapped("action")
        self.assertIn("ask", acts)
        self.assertIn("instruct", acts)

    def test_an_empty_question_is_refused_and_nothing_moves(self):
        task = self.delegate(self.make_task())
        with self.assertRaisesRegex(UserError, "Write"):
            self.as_(self.expert, task)._ask("  ")
        self.assertEqual(task.state, "assigned")

    def test_what_waits_for_instructions_is_not_reported(self):
        task = self.delegate(self.make_task())
        self.as_(self.expert, task)._ask("Какво се иска?")
        with self.assertRaisesRegex(UserError, "already in state"):
            self.as_(self.expert, task).action_report()

    # ------------------------------------------------------------ another executor
    def test_a_task_that_is_not_for_this_person_goes_on_with_another_one(self):
        task = self.delegate(self.make_task(), due_on=fields.Date.context_today(self.env.user) + timedelta(days=5))

        self.answer(
            self.expert,
            "oa.task.redirect",
            task_ids=[Command.set(task.ids)],
            executor_id=self.colleague.id,
            reason="Друг район.",
        ).action_confirm()

        new = task.redirected_to_id
        self.assertEqual((task.state, task.waiting_for_id.id), ("redirected", False))
        self.assertEqual((new.responsible_id, new.assigner_id, new.due_on), (self.colleague, self.director, task.due_on))
        self.assertEqual((new.resolution_id, new.parent_id), (task.resolution_id, task.parent_id))
        self.assertEqual(new.waiting_for_id, self.colleague)
        self.assertFalse(task.document_id.grant_ids.filtered(lambda grant: grant.is_current and grant._get_work() == task))
        self.assertTrue(self.as_(self.colleague, new.document_id).has_access("read"))

    def test_whoever_leaves_hands_on_all_tasks_at_once(self):
        tasks = self.env["oa.task"].union(*(self.delegate(self.make_task()) for _number in range(3)))
        self.as_(self.expert, tasks[0]).action_accept()

        self.answer(
            self.director, "oa.task.redirect", task_ids=[Command.set(tasks.ids)], executor_id=self.colleague.id, reason="Напуска."
        ).action_confirm()

        self.assertEqual(set(tasks.mapped("state")), {"redirected"})
        self.assertEqual(tasks.redirected_to_id.responsible_id, self.colleague)
        self.assertEqual(len(tasks.redirected_to_id), 3)

    def test_what_is_taken_for_work_is_redirected_by_the_assigner_only_and_never_to_the_same_person(self):
        task = self.delegate(self.make_task())
        self.as_(self.expert, task).action_accept()
        with self.assertRaises(UserError):
            self.as_(self.expert, task).action_redirect()
        with self.assertRaisesRegex(UserError, "already"):
            self.as_(self.director, task)._redirect(self.expert, "повод")
        with self.assertRaisesRegex(UserError, "Write"):
            self.as_(self.director, task)._redirect(self.colleague, " ")
        self.assertEqual(task.state, "accepted")

    # ------------------------------------------------------------ term
    def ask_extension(self, days=10):
        task = self.delegate(self.make_task(), due_on=fields.Date.context_today(self.env.user) + timedelta(days=2))
        wanted = task.due_on + timedelta(days=days)
        self.answer(self.expert, "oa.task.extend", task_id=task.id, wanted_on=wanted, reason="Чака се скица.").action_confirm()
        return task, task.extension_ids

    def test_a_later_term_is_asked_for_and_decided_by_whoever_gave_the_task(self):
        task, extension = self.ask_extension()
        old = task.due_on
        self.assertEqual((extension.state, extension.waiting_for_id), ("asked", self.director))
        self.assertEqual(task.waiting_for_id, self.expert, "the work goes on meanwhile")
        self.assertTrue(self.activities_of(self.director, extension))

        self.answer(self.director, "oa.task.decide", extension_id=extension.id).action_grant()

        self.assertEqual((extension.state, extension.old_due_on, task.due_on), ("granted", old, extension.wanted_on))
        self.assertEqual(task.waiting_until, extension.wanted_on)
        self.assertFalse(self.activities_of(self.director, extension))
        self.assertEqual(self.activities_of(self.expert, task).date_deadline, extension.wanted_on)

    def test_a_refusal_needs_a_reason_and_leaves_the_term(self):
        task, extension = self.ask_extension()
        old = task.due_on
        with self.assertRaisesRegex(UserError, "why"):
            self.answer(self.director, "oa.task.decide", extension_id=extension.id).action_refuse()
        self.answer(self.director, "oa.task.decide", extension_id=extension.id, decision="Законов срок.").action_refuse()
        self.assertEqual((extension.state, task.due_on), ("refused", old))
        with self.assertRaisesRegex(UserError, "already"):
            self.as_(self.director, extension)._decide(extension.wanted_on, "размислих")

    def test_a_term_is_asked_for_once_and_only_to_be_later(self):
        task, _extension = self.ask_extension()
        with self.assertRaisesRegex(UserError, "already"):
            self.as_(self.expert, task).action_extend()
        other = self.delegate(self.make_task(), due_on=fields.Date.context_today(self.env.user) + timedelta(days=2))
        with self.assertRaisesRegex(UserError, "after"):
            self.as_(self.expert, other)._ask_extension(other.due_on, "повод")

    def test_only_the_executor_asks_and_only_the_assigner_decides(self):
        task, extension = self.ask_extension()
        task.document_id._grant_with_case(self.lawyer, "test")
        for person in (self.lawyer, self.expert):
            with self.assertRaises(UserError):
                self.as_(person, extension)._decide(extension.wanted_on, "сам")
        with self.assertRaises(UserError):
            self.as_(self.lawyer, task).action_extend()

    def test_what_was_asked_and_decided_is_changed_by_nobody(self):
        _task, extension = self.ask_extension()
        with self.assertRaises(AccessError):
            self.as_(self.director, extension).write({"new_due_on": fields.Date.context_today(self.env.user)})
        self.as_(self.director, extension)._decide(extension.wanted_on, "")
        self.env.flush_all()
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE oa_task_extension SET new_due_on = '2030-01-01' WHERE id = %s", [extension.id])

    # ------------------------------------------------------------ the table
    def test_every_move_of_the_table_is_open_to_its_part_and_closed_to_all_others(self):
        """Each role tries each move in each state; the table alone says who succeeds."""
        blockers = {
            "accept": "accept", "delegate": "delegate", "report": "report", "confirm": "confirm", "return": "return",
            "withdraw": "withdraw", "ask": "ask", "instruct": "instruct",
        }  # fmt: skip
        states = {row.state for row in TABLE if row.subject is Subject.TASK} | {"confirmed", "redirected", "withdrawn"}
        task = self.delegate(self.make_task())
        task.document_id._grant_with_case(self.lawyer | self.secretary | self.colleague, "test")
        parts = {self.expert: Who.RESPONSIBLE, self.director: Who.ASSIGNER}
        tried = 0
        for state in sorted(states):
            self.env.flush_all()
            self.env.cr.execute("UPDATE oa_task SET state = %s WHERE id = %s", [state, task.id])
            task.invalidate_recordset()
            for person in (self.expert, self.director, self.lawyer, self.secretary, self.colleague, self.governor, self.clerk):
                for verb, name in blockers.items():
                    allowed = {row.who for row in TABLE if row.subject is Subject.TASK and (row.state, row.name) == (state, name)}
                    found = getattr(self.as_(person, task), f"_get_{verb}_blockers")()
                    with self.subTest(state=state, person=person.login, verb=verb):
                        self.assertEqual(not found, parts.get(person) in allowed, found)
                    tried += 1
        self.assertGreater(tried, 400)
