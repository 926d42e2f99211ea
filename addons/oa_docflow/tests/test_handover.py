from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocflowCase


@tagged("post_install", "-at_install")
class TestHandover(DocflowCase):
    """Whoever leaves hands over everything that is open in one job; what cannot go is listed with its reason."""

    def hand_over(self, holder, successor, person=None, run=True):
        handover = self.as_(person or self.secretary, self.env["oa.handover"]).create({
            "holder_id": holder.id, "successor_id": successor.id, "reason": "Напуска със заповед № 12", "company_id": self.company.id,
        })  # fmt: skip
        handover.action_start()
        if run:
            self.run_cron("oa_docflow.ir_cron_handover")
        return handover

    def test_tasks_steps_questions_and_recurring_tasks_go_to_the_other_person(self):
        first, second = self.delegate(self.make_task()), self.delegate(self.make_task())
        self.as_(self.expert, second).action_accept()
        self.as_(self.expert, second)._ask_extension(date(2027, 3, 1), "Чака се скица.")
        memo = self.write_memo()
        self.as_(self.expert, memo).action_submit()
        third = self.delegate(self.make_task(), self.lawyer)
        self.as_(self.lawyer, third)._forward(self.expert, "Какво мислите?", None)
        document = first.document_id
        recurrence = self.as_(self.director, self.env["oa.task.recurrence"]).create(
            {"document_id": document.id, "text": "Справка", "responsible_id": self.expert.id, "first_on": date(2027, 1, 4)}
        )

        handover = self.hand_over(self.expert, self.colleague)

        self.assertEqual((handover.state, handover.error_count, handover.errors), ("done", 0, False))
        self.assertEqual((first | second).responsible_id, self.colleague)
        self.assertEqual((first.waiting_for_id, second.state), (self.colleague, "accepted"))
        self.assertEqual(third.opinion_ids.waiting_for_id, self.colleague)
        self.assertEqual(recurrence.responsible_id, self.colleague)
        self.assertEqual(first.parent_id.child_ids, first, "the tree is the same")
        self.assertFalse(self.env["mail.activity"].search([("user_id", "=", self.expert.id), ("res_model", "!=", "oa.document")]))
        self.assertEqual(len(self.activities_of(self.colleague, first | second)), 2)
        self.assertTrue(self.as_(self.colleague, document).has_access("read"))
        self.assertFalse(self.as_(self.expert, second.document_id).has_access("read"))
        row = document.sudo().journal_ids.filtered(lambda row: row.action == "hand_over")[:1]
        self.assertEqual(row.user_id, self.secretary)

    def test_a_head_who_leaves_hands_over_reports_decisions_and_steps_of_routes(self):
        task = self.delegate(self.make_task())
        self.as_(self.expert, task)._report("Готово.", self.env["oa.document"])
        self.as_(self.expert, other := self.delegate(self.make_task(), due_on=date(2027, 1, 5)))._ask_extension(date(2027, 2, 1), "Повод.")
        draft = self.submit()
        self.assertEqual(draft.waiting_for_id, self.director)

        handover = self.hand_over(self.director, self.lawyer)

        self.assertEqual(handover.error_count, 0, handover.errors)
        self.assertEqual((task.assigner_id, task.waiting_for_id, task.waiting_act), (self.lawyer, self.lawyer, "confirm"))
        self.assertEqual(other.extension_ids.waiting_for_id, self.lawyer)
        self.assertEqual(draft.waiting_for_id, self.lawyer)
        self.as_(self.lawyer, task).action_confirm_report()
        self.as_(self.lawyer, draft).action_agree()

    def test_what_cannot_go_is_listed_and_the_rest_goes(self):
        own = self.delegate(self.make_task())
        other = self.resolve(self.register(self.receive()), self.expert)
        handover = self.hand_over(self.expert, self.director)
        self.assertEqual((handover.state, handover.done_count, handover.error_count), ("done", 1, 1))
        self.assertIn(self.director.name, handover.errors)
        self.assertEqual((own.responsible_id, other.responsible_id), (self.expert, self.director))

    def test_two_hundred_go_in_one_job(self):
        documents = self.register(self.receive(200))
        self.as_(self.governor, self.env["oa.document.resolve"]).create(
            {"document_ids": [(6, 0, documents.ids)], "text": "x", "responsible_id": self.director.id}
        ).action_confirm()
        handover = self.hand_over(self.director, self.lawyer)
        self.assertEqual((handover.done_count, handover.error_count), (200, 0))

    def test_the_management_and_the_administrator_decide_and_nobody_writes_the_outcome(self):
        with self.assertRaises(AccessError):
            self.hand_over(self.expert, self.colleague, self.director)
        handover = self.hand_over(self.expert, self.colleague, run=False)
        with self.assertRaises(UserError):
            handover.action_start()
        with self.assertRaises(AccessError):
            handover.write({"successor_id": self.lawyer.id})
        with self.assertRaises(AccessError):
            handover.unlink()
        with self.assertRaises(AccessError):
            self.as_(self.secretary, self.env["oa.handover"]).create(
                {"holder_id": self.expert.id, "successor_id": self.lawyer.id, "reason": "x", "state": "done"}
            )


@tagged("post_install", "-at_install")
class TestTaskClosing(DocflowCase):
    """A case closes over tasks that nobody has to answer and not over the others."""

    def close(self, document):
        self.as_(self.clerk, document.case_id).action_close()

    def test_what_is_for_information_ends_with_the_case_and_its_holder_hears_of_it(self):
        document = self.register(self.receive())
        task = self.resolve(document, self.expert, type="inform")
        self.close(document)
        self.assertEqual((task.state, task.waiting_for_id.id, document.state), ("closed", False, "closed"))
        self.assertFalse(self.activities_of(self.expert))
        self.assertEqual(self.env["oa.notice"].sudo().search([("user_id", "=", self.expert.id)]).kind, "told")
        self.assertIn("task_close", document.sudo().journal_ids.mapped("action"))

    def test_what_is_for_execution_keeps_the_case_open(self):
        document = self.register(self.receive())
        task = self.resolve(document, self.expert)
        with self.assertRaisesRegex(UserError, "still open"):
            self.close(document)
        self.assertEqual(task.state, "assigned")
