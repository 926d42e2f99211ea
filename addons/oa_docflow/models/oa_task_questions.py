from odoo import api, models
from odoo.exceptions import UserError

from .signed_acts import person_signs


class OaTask(models.Model):
    """When a task is not clear or not for this person: a question and its answer, or another executor."""

    _inherit = "oa.task"

    # ------------------------------------------------------------ instructions
    def _get_ask_blockers(self):
        """Say why no instructions can be asked for now; an empty list means they can."""
        if blockers := self._get_move_blockers("ask", self.responsible_id):
            return blockers
        if self.open_child_count:
            return [self.env._("The task is delegated: the executor below it asks you.")]
        return []

    def _get_instruct_blockers(self):
        """Say why the question cannot be answered now; an empty list means it can."""
        return self._get_move_blockers("instruct", self.assigner_id)

    def action_ask(self):
        return self._open_wizard("ask", self.env._("Ask for instructions"), "oa.task.ask")

    def action_instruct(self):
        return self._open_wizard("instruct", self.env._("Give instructions"), "oa.task.ask", is_answer=True)

    @api.private
    @person_signs
    def _ask(self, question):
        self._raise_blockers("ask")
        self._check_text(question)
        self._move_to("ask", question=question, answer=False)
        self.document_id._start_work()
        self._log("ask", question)

    @api.private
    @person_signs
    def _instruct(self, answer):
        self._raise_blockers("instruct")
        self._check_text(answer)
        self._move_to("instruct", answer=answer)
        self._log("instruct", answer, by="assigner_id")

    def _check_text(self, text):
        if not (text or "").strip():
            raise UserError(self.env._("Write what you have to say: the other person acts by it."))

    # ------------------------------------------------------------ another executor
    def _get_redirect_blockers(self):
        """Say why the task cannot go to another person now; an empty list means it can."""
        by_executor = self._get_move_blockers("redirect", self.responsible_id)
        by_assigner = self._get_move_blockers("reassign", self.assigner_id)
        if by_executor and by_assigner:
            # Whoever holds the task reads about the task, everybody else whose it is.
            may_reassign = self.env["oa.substitution"]._may_act(self.assigner_id, self.document_id)
            return by_assigner if may_reassign else by_executor
        if self.open_child_count:
            return [self.env._("Tasks below this one are still open: accept or withdraw them first.")]
        return []

    def action_redirect(self):
        """Ask to whom the tasks go, and why."""
        self._raise_blockers("redirect")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Redirect to another person"),
            "res_model": "oa.task.redirect",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_ids": self.ids},
        }

    @api.private
    def _redirect(self, executor, reason):
        """Close each task and give a new one in its place, with the same resolution and term, to the other person."""
        self._raise_blockers("redirect")
        self._check_text(reason)
        for task in self:
            if executor == task.responsible_id:
                raise UserError(self.env._("The task “%(task)s” is with %(person)s already.", task=task.name, person=executor.name))
            is_by_assigner = not task._get_move_blockers("reassign", task.assigner_id)
            new = self._assign([task._prepare_redirected_vals(executor)])
            task._move_to("reassign" if is_by_assigner else "redirect", return_reason=reason, redirected_to_id=new.id)
            task.document_id._withdraw_grants_of(task, self.env._("The task was redirected."))
            who = self.env["oa.function"]._get_name(executor)
            task._log("redirect", f"{who}: {reason}", by="assigner_id" if is_by_assigner else "responsible_id")

    def _prepare_redirected_vals(self, executor):
        # Whoever redirects a task may not read every task beside it.
        task_sudo = self.sudo()
        return {
            "name": task_sudo.name,
            "company_id": task_sudo.company_id.id,
            "document_id": task_sudo.document_id.id,
            "resolution_id": task_sudo.resolution_id.id,
            "parent_id": task_sudo.parent_id.id,
            "assigner_id": task_sudo.assigner_id.id,
            "responsible_id": executor.id,
            "co_executor_ids": [(6, 0, (task_sudo.co_executor_ids - executor).ids)],
            "controller_id": task_sudo.controller_id.id,
            "due_on": task_sudo.due_on,
            "term_explanation": task_sudo.term_explanation,
        }
