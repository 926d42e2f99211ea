from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core.lifecycle import FINAL_TASK_STATES, TASK_STATES, Subject, Who
from .move_doors import Door, MoveCase


@tagged("post_install", "-at_install")
class TestTaskMoves(MoveCase):
    """Every move of the table of tasks, in every state, by every role through RPC."""

    subjects = (Subject.TASK,)
    doors = (
        Door(("accept",), "accept"),
        Door(("delegate",), "delegate_further"),
        Door(("report",), "report"),
        Door(("confirm",), "confirm"),
        Door(("confirm_late",), "confirm", stage="late"),
        Door(("return",), "return_execution"),
        Door(("withdraw",), "withdraw"),
        Door(("ask",), "ask"),
        Door(("instruct",), "instruct"),
        Door(("redirect", "reassign"), "redirect"),
        Door(("forward",), "forward"),
        Door(("opine",), "opine"),
        Door(("take_back",), "take_back"),
    )

    # ------------------------------------------------------------ what a client sends
    def accept(self, user, task):
        self.send(user, "oa.task", "action_accept", task.ids)

    def delegate_further(self, user, task):
        self.answer(user, "oa.document.resolve", {
            "task_id": task.id, "document_id": task.document_id.id, "text": "За изпълнение.", "responsible_id": self.lawyer.id,
        })  # fmt: skip

    def report(self, user, task):
        self.answer(user, "oa.task.report", {"task_id": task.id, "text": "Изпълнено."})

    def confirm(self, user, task):
        self.send(user, "oa.task", "action_confirm_report", task.ids)

    def return_execution(self, user, task):
        self.answer(user, "oa.task.return", {"task_id": task.id, "reason": "Непълно."})

    def withdraw(self, user, task):
        self.answer(user, "oa.task.return", {"task_id": task.id, "reason": "Отпада.", "is_withdrawal": True})

    def ask(self, user, task):
        self.answer(user, "oa.task.ask", {"task_id": task.id, "text": "Кой имот?"})

    def instruct(self, user, task):
        self.answer(user, "oa.task.ask", {"task_id": task.id, "text": "Първият.", "is_answer": True})

    def redirect(self, user, task):
        self.answer(
            user, "oa.task.redirect", {"task_ids": [(6, 0, task.ids)], "executor_id": self.lawyer.id, "reason": "По компетентност."}
        )

    def forward(self, user, task):
        self.answer(user, "oa.task.forward", {"task_id": task.id, "question": "Законно ли е?", "colleague_ids": [(6, 0, self.lawyer.ids)]})

    def opine(self, user, task):
        opinion = task.sudo().opinion_ids[:1]
        if not opinion:
            raise UserError("nobody was asked, so there is nothing to answer")  # pylint: disable=translation-required
        self.answer(user, "oa.task.opine", {"opinion_id": opinion.id, "text": "Законно е."})

    def take_back(self, user, task):
        self.send(user, "oa.task", "action_take_back", task.ids)

    # ------------------------------------------------------------ the states
    def reach(self, state):
        """A task of the expert, given by the director, in this state."""
        task = self.delegate(self.make_task())
        way = {
            "waiting_instructions": [("ask", self.expert)],
            "waiting_opinion": [],
            "reported": [("report", self.expert)],
            "returned": [("report", self.expert), ("return_execution", self.director)],
            "confirmed": [("report", self.expert), ("confirm", self.director)],
            "confirmed_late": [("report", self.expert), ("confirm", self.director)],
            "redirected": [("redirect", self.director)],
            "withdrawn": [("withdraw", self.director)],
            "accepted": [("accept", self.expert)],
        }.get(state, [])
        if state == "waiting_opinion":
            self.answer(self.expert, "oa.task.forward", {
                "task_id": task.id, "question": "Има ли запис?", "colleague_ids": [(6, 0, self.colleague.ids)],
            })  # fmt: skip
        if state == "confirmed_late":
            self.make_late(task)
        if state == "closed":
            task._move_to("close")
        for press, person in way:
            getattr(self, press)(person, task)
        self.assertEqual(task.state, state)
        return task

    def cast(self, record):
        return {
            Who.RESPONSIBLE: self.role_of(record.responsible_id),
            Who.ASSIGNER: self.role_of(record.assigner_id),
            Who.COLLEAGUE: self.role_of(*record.opinion_ids.filtered(lambda opinion: opinion.state == "asked").colleague_id),
        }

    def test_every_move_of_the_table_has_a_door(self):
        self.check_doors_lead_to_every_move()

    def test_every_door_in_every_state_lets_in_whom_the_table_names_and_nobody_else(self):
        for state in TASK_STATES:
            self.try_every_door(state, self.reach(state))

    def test_a_late_execution_is_accepted_as_late(self):
        task = self.reach("reported")
        self.make_late(task)
        self.try_every_door("reported", task, "late")

    def test_nothing_leads_out_of_a_final_state(self):
        self.assertFalse([row for state in FINAL_TASK_STATES for door in self.doors for row in self.rows_of(state, door)])
