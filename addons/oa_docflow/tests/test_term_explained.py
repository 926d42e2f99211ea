from datetime import date

from freezegun import freeze_time
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestTermExplained(DocflowCase):
    """Every day until which somebody is waited for tells how it was counted."""

    def find_line(self, document, key):
        return next(line for line in self.as_(self.expert, document).drawing if line["key"] == key)

    def test_a_step_of_a_route_tells_its_days_while_it_waits(self):
        with freeze_time("2026-12-23 08:00:00"):
            draft = self.submit()
            step = draft._get_waiting_step()
            self.assertEqual(step.due_on, date(2026, 12, 29))
            self.assertIn("Срок: 1 работен ден от 23.12.2026 г. (сряда)", step.term_explanation)
            self.assertIn("Не се брои 25.12.2026 г. (петък)", step.term_explanation)
            self.assertEqual(self.find_line(draft, f"step-{step.id}")["explanation"], step.term_explanation)
            later = draft.route_id.step_ids - step
            self.assertFalse(any(later.mapped("term_explanation")), "nothing is counted before the turn comes")
            self.as_(self.director, draft).action_agree()
            self.assertFalse(self.find_line(draft, f"step-{step.id}")["explanation"], "a step that was taken has no day to explain")

    def test_a_step_in_hours_tells_its_hours(self):
        self.change_step(self.certificate_procedure, 0, term_amount=3, term_unit="working_hours")
        with freeze_time("2026-11-23 14:00:00"):
            step = self.submit()._get_waiting_step()
        self.assertIn("Срок: 3 работни часа от 23.11.2026 г. (понеделник), 16:00 ч", step.term_explanation)
        self.assertIn("Изтича на 24.11.2026 г. (вторник)", step.term_explanation)

    def test_a_resolution_that_is_waited_for_tells_its_day(self):
        with freeze_time("2026-12-23 08:00:00"):
            document = self.register(self.receive())
        line = next(line for line in self.as_(self.governor, document).drawing if line["key"] == "resolve")
        self.assertEqual(line["until"], "2026-12-29")
        self.assertIn("Не се брои 24.12.2026", line["explanation"])

    def test_a_task_has_the_term_of_its_document_or_tells_the_chosen_day(self):
        with freeze_time("2026-11-23 08:00:00"):
            document = self.register(self.receive())
            task = self.resolve(document)
            self.assertEqual(task.term_explanation, document.term_explanation)
            child = self.delegate(task, due_on=date(2026, 11, 26))
        self.assertIn("26.11.2026 г. (четвъртък) е определен на 23.11.2026", child.term_explanation)
        self.assertIn("Дотогава са 3 работни дни", child.term_explanation)
        self.assertEqual(self.find_line(document, f"task-{child.id}")["explanation"], child.term_explanation)
        with freeze_time("2026-11-24 08:00:00"):
            self.as_(self.expert, child)._ask_extension(date(2026, 11, 30), "Чака се справка.")
            self.as_(self.director, child.sudo().extension_ids)._decide(date(2026, 11, 30), "")
        self.assertIn("Срокът до 26.11.2026 г. е удължен", child.term_explanation)
        self.assertIn("30.11.2026 г. (понеделник) е определен на 24.11.2026", child.term_explanation)

    def test_a_reported_task_no_longer_says_to_its_executor_that_it_is_the_own_turn(self):
        child = self.delegate(self.make_task())
        key, document = f"task-{child.id}", child.document_id
        self.assertTrue(self.find_line(document, key)["is_me"])
        self.as_(self.expert, child)._report("Готово.", self.env["oa.document"])
        self.assertFalse(self.find_line(document, key)["is_me"])
        line = next(line for line in self.as_(self.director, document).drawing if line["key"] == key)
        self.assertTrue(line["is_me"])

    def test_the_dialog_of_a_resolution_tells_the_day_that_is_chosen_in_it(self):
        document = self.register(self.receive())
        wizard = self.as_(self.governor, self.env["oa.document.resolve"]).new({"document_ids": [Command.set(document.ids)]})
        self.assertEqual(wizard.term_explanation, document.term_explanation)
        wizard.due_on = date(2030, 1, 3)
        self.assertIn("03.01.2030", wizard.term_explanation)

    def test_the_dialogs_tell_the_day_while_it_is_chosen(self):
        with freeze_time("2026-11-23 08:00:00"):
            task = self.delegate(self.make_task(), due_on=date(2026, 11, 25))
            forward = self.as_(self.expert, self.env["oa.task.forward"]).new({"task_id": task.id, "until": date(2026, 11, 24)})
            self.assertIn("Дотогава е 1 работен ден", forward.term_explanation)
            extend = self.as_(self.expert, self.env["oa.task.extend"]).new({"task_id": task.id, "wanted_on": date(2026, 11, 28)})
            self.assertIn("Денят е неприсъствен (събота)", extend.term_explanation)
            self.as_(self.expert, task)._ask_extension(date(2026, 11, 30), "Чака се справка.")
            decide = self.as_(self.director, self.env["oa.task.decide"]).new({"extension_id": task.sudo().extension_ids.id})
            self.assertIn("30.11.2026", decide.term_explanation)

    def test_acquaintance_tells_its_day_in_the_row_the_dialog_and_the_printed_list(self):
        with freeze_time("2026-11-23 08:00:00"):
            document = self.register(self.receive())
            wizard = self.as_(self.governor, self.env["oa.document.acquaint"]).create({
                "document_ids": [Command.set(document.ids)], "user_ids": [Command.set(self.expert.ids)], "until": date(2026, 11, 27),
            })  # fmt: skip
            self.assertIn("Дотогава са 4 работни дни", wizard.term_explanation)
            wizard.action_confirm()
        row = document.sudo().acquaintance_ids
        self.assertEqual(self.as_(self.expert, row).term_explanation, wizard.term_explanation)
        self.assertIn("Дотогава са 4 работни дни", str(document._render_acquaintance_list()))

    def test_an_opinion_tells_its_day(self):
        with freeze_time("2026-11-23 08:00:00"):
            task = self.delegate(self.make_task())
            self.as_(self.expert, self.env["oa.task.forward"]).create({
                "task_id": task.id, "document_id": task.document_id.id, "question": "Има ли запис?", "until": date(2026, 11, 25),
                "colleague_ids": [Command.set(self.colleague.ids)],
            }).action_confirm()  # fmt: skip
        self.assertIn("Дотогава са 2 работни дни", task.sudo().opinion_ids.term_explanation)
