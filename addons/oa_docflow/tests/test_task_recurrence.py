from datetime import date

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DocflowCase

CRON = "oa_docflow.ir_cron_recur"


@tagged("post_install", "-at_install")
class TestTaskRecurrence(DocflowCase):
    """A recurring task comes on its day, moved to a worked one, exactly once, also after the server stood still."""

    def setUp(self):
        super().setUp()
        self.document = self.register(self.receive())
        self.resolve(self.document)

    def give(self, person=None, **vals):
        return self.as_(person or self.director, self.env["oa.task.recurrence"]).create({
            "document_id": self.document.id, "text": "Справка за имотите", "responsible_id": self.expert.id, "period": "week",
            "first_on": date(2026, 11, 23), "term_days": 3, **vals,
        })  # fmt: skip

    def run_on(self, day, runs=1):
        with freeze_time(f"{day} 06:00:00"):
            for _run in range(runs):
                self.run_cron(CRON)

    def test_it_comes_on_its_day_once_as_an_ordinary_task(self):
        recurrence = self.give()
        self.run_on("2026-11-22")
        self.assertFalse(recurrence.task_ids)

        self.run_on("2026-11-23", runs=3)

        task = recurrence.sudo().task_ids
        self.assertEqual(
            (len(task), task.responsible_id, task.assigner_id, task.due_on), (1, self.expert, self.director, date(2026, 11, 26))
        )
        self.assertEqual(task.instruction, "Справка за имотите")
        self.assertEqual(len(self.activities_of(self.expert, task)), 1)
        self.assertTrue(self.as_(self.expert, self.document).has_access("read"))
        self.assertEqual(recurrence.next_on, date(2026, 11, 30))
        row = self.document.sudo().journal_ids.filtered(lambda row: row.action == "recur")
        self.assertEqual(row.user_id, self.director)
        self.as_(self.expert, task)._report("Готово.", self.env["oa.document"])
        self.as_(self.director, task).action_confirm_report()
        self.assertIn(task.state, ("confirmed", "confirmed_late"))

    def test_after_an_outage_the_newest_comes_and_none_twice(self):
        recurrence = self.give()
        self.run_on("2026-11-23")
        self.run_on("2026-12-15", runs=2)
        self.assertEqual(recurrence.sudo().task_ids.sorted("occurs_on").mapped("occurs_on"), [date(2026, 11, 23), date(2026, 12, 14)])

    def test_a_free_day_moves_to_the_next_worked_one(self):
        recurrence = self.give(period="month", first_on=date(2026, 12, 25))
        self.assertEqual(recurrence.next_on, date(2026, 12, 29))
        self.run_on("2026-12-25")
        self.assertFalse(recurrence.sudo().task_ids)
        self.run_on("2026-12-29")
        self.assertEqual(recurrence.sudo().task_ids.occurs_on, date(2026, 12, 25))

    def test_it_ends_with_its_last_day_by_hand_and_when_a_person_is_gone(self):
        recurrence = self.give(until=date(2026, 11, 30))
        self.run_on("2026-11-23")
        self.run_on("2026-11-30")
        self.run_on("2026-12-07")
        self.assertEqual((recurrence.state, len(recurrence.sudo().task_ids)), ("ended", 2))
        other, third = self.give(), self.give(responsible_id=self.colleague.id)
        other.action_end()
        self.colleague.active = False
        self.run_on("2026-11-23")
        self.assertEqual((other.state, third.state, len(third.sudo().task_ids)), ("ended", "ended", 0))
        self.assertTrue(self.env["oa.notice"].sudo().search([("user_id", "=", self.director.id), ("kind", "=", "told")]))

    def test_heads_give_it_and_change_only_their_own(self):
        for person in (self.expert, self.clerk):
            with self.assertRaises(AccessError):
                self.give(person)
        with self.assertRaises(AccessError):
            self.give(assigner_id=self.governor.id)
        recurrence = self.give()
        with self.assertRaises(AccessError):
            self.as_(self.governor, recurrence).write({"text": "x"})
        with self.assertRaises(AccessError):
            self.as_(self.director, recurrence).write({"last_on": date(2026, 1, 1)})
        with self.assertRaises(AccessError):
            self.as_(self.director, recurrence).unlink()
        with self.assertRaises(ValidationError):
            self.give(until=date(2026, 11, 1))
        draft = self.receive()
        draft._grant(self.director, "test")
        with self.assertRaises(UserError):
            self.give(document_id=draft.id)
