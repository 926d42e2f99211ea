from time import time_ns

from odoo import api, models

from .oa_notice import News
from .signed_acts import person_signs


class OaTurnMixin(models.AbstractModel):
    _inherit = "oa.turn.mixin"

    @api.private
    def _tell(self, users, words, occasion):
        """Tell these people what was decided; whoever decides knows it."""
        self.env["oa.notice"]._tell([
            News(user.id, "told", record, f"{occasion}:{time_ns()}", words=words)
            for record in self
            for user in users
            if user != self.env.user
        ])  # fmt: skip


class OaTask(models.Model):
    """What is decided about a task reaches those who have no turn by it."""

    _inherit = "oa.task"

    @api.private
    @person_signs
    def _redirect(self, executor, reason):
        # Who gave the task and who held it is no secret among those of the task.
        people = {task: task.sudo().assigner_id | task.sudo().responsible_id for task in self}
        super()._redirect(executor, reason)
        who = self.env["oa.function"]._get_name(executor)
        for task, users in people.items():
            task._tell(users, self.env._("redirected to %(person)s: %(reason)s", person=who, reason=reason), "redirect")

    @api.private
    @person_signs
    def _withdraw(self, reason):
        super()._withdraw(reason)
        for task in self:
            # As above.
            task_sudo = task.sudo()
            task._tell(
                task_sudo.responsible_id | task_sudo.co_executor_ids,
                self.env._("the task was withdrawn: %(reason)s", reason=reason),
                "withdraw",
            )


class OaTaskExtension(models.Model):
    _inherit = "oa.task.extension"

    @api.private
    @person_signs
    def _decide(self, new_due_on, decision):
        super()._decide(new_due_on, decision)
        if new_due_on:
            words = self.env._("the term was extended until %(day)s", day=f"{new_due_on:%d.%m.%Y}")
        else:
            words = self.env._("the term was not extended: %(reason)s", reason=decision)
        # Who asked is no secret of the request.
        self._tell(self.sudo().asked_by_id, words, "extension")


class OaDocument(models.Model):
    _inherit = "oa.document"

    def _move_to(self, name):
        super()._move_to(name)
        if name == "refuse":
            for document in self:
                # Who wrote a document is no secret among those of its route.
                author = document.sudo().author_id
                document._tell(author, self.env._("the signature was refused; the reason is on the document"), "refuse")
