from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core.lifecycle import TABLE, TASK_STATES, Subject
from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTask(DocflowCase):
    def report(self, task, person, text="Изпълнено."):
        self.as_(person, self.env["oa.task.report"]).create(
            {"task_id": task.id, "document_id": task.document_id.id, "text": text}
        ).action_confirm()

    def test_the_table_and_the_field_know_the_same_states(self):
        known = list(dict(self.env["oa.task"]._fields["state"].selection))

        self.assertEqual(known, list(TASK_STATES))
        self.assertEqual(set(known), {state for row in TABLE if row.subject is Subject.TASK for state in (row.state, row.target)})

    def test_delegated_task_waits_for_the_expert_only(self):
        task = self.make_task()

        child = self.delegate(task)

        self.assertEqual(child.waiting_for_id, self.expert)
        self.assertFalse(task.waiting_for_id)
        self.assertFalse(self.activities_of(self.director, task))

    def test_parent_does_not_close_over_open_children(self):
        task = self.make_task()
        self.delegate(task)

        with self.assertRaisesRegex(UserError, "still open"):
            self.report(task, self.director)

    def test_co_executor_does_not_close(self):
        task = self.make_task()
        child = self.delegate(task, co_executor_ids=self.colleague.ids)

        with self.assertRaisesRegex(UserError, "co-executor"):
            self.report(child, self.colleague)
        self.assertTrue(self.as_(self.colleague, child).has_access("read"))

    def test_stranger_does_not_report(self):
        task = self.make_task()

        with self.assertRaises(UserError):
            self.report(task, self.colleague)

    def test_responsible_person_does_not_accept_the_own_report(self):
        task = self.make_task()
        self.report(task, self.director)

        with self.assertRaisesRegex(UserError, self.governor.name):
            self.as_(self.director, task).action_confirm_report()

    def test_report_waits_for_the_assigner(self):
        child = self.delegate(self.make_task())

        self.report(child, self.expert)

        self.assertEqual((child.waiting_for_id, child.waiting_act), (self.director, "confirm"))
        self.assertEqual(self.activities_of(self.director, child).activity_type_id.name, "For acceptance of execution")

    def test_accepted_child_gives_the_turn_back_to_the_parent(self):
        task = self.make_task()
        child = self.delegate(task)
        self.report(child, self.expert)

        self.as_(self.director, child).action_confirm_report()

        self.assertEqual(child.state, "confirmed")
        self.assertEqual((task.waiting_for_id, task.waiting_act), (self.director, "execute"))

    def test_accepting_twice_is_refused(self):
        task = self.make_task()
        self.report(task, self.director)
        self.as_(self.governor, task).action_confirm_report()

        with self.assertRaisesRegex(UserError, "already"):
            self.as_(self.governor, task).action_confirm_report()

    def test_returned_execution_goes_back_with_the_reason(self):
        child = self.delegate(self.make_task())
        self.report(child, self.expert)

        self.as_(self.director, self.env["oa.task.return"]).create({"task_id": child.id, "reason": "Няма документ."}).action_confirm()

        self.assertEqual((child.state, child.waiting_for_id, child.return_reason), ("returned", self.expert, "Няма документ."))

    def test_late_report_is_marked(self):
        task = self.resolve(self.register(self.receive()), due_on=fields.Date.context_today(self.env.user) - timedelta(days=2))
        self.report(task, self.director)

        self.as_(self.governor, task).action_confirm_report()

        self.assertEqual(task.state, "confirmed_late")

    def test_withdrawn_task_waits_for_nobody(self):
        task = self.make_task()

        self.as_(self.governor, self.env["oa.task.return"]).create(
            {"task_id": task.id, "reason": "Отпаднала нужда.", "is_withdrawal": True}
        ).action_confirm()

        self.assertEqual(task.state, "withdrawn")
        self.assertFalse(task.waiting_for_id)

    def test_tasks_are_not_written_or_made_by_hand(self):
        task = self.make_task()

        for person in (self.director, self.governor):
            with self.assertRaises(AccessError):
                self.as_(person, task).write({"state": "confirmed"})
        with self.assertRaises(AccessError):
            task.sudo().write({"state": "confirmed"})
        with self.assertRaises(AccessError):
            task.sudo().unlink()

    def test_every_move_is_refused_to_whoever_has_no_part(self):
        task = self.make_task()
        task.document_id._grant_with_case(self.lawyer, "test")
        stranger = self.as_(self.lawyer, task)

        for verb in ("accept", "delegate", "draft_reply", "report", "return", "withdraw"):
            with self.assertRaises(UserError):
                getattr(stranger, f"action_{verb}")()
        with self.assertRaises(UserError):
            stranger.action_confirm_report()
