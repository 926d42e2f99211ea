from odoo import api, fields, models

from ..core import lifecycle
from ..core.lifecycle import subject_of


class OaDocument(models.Model):
    """Dispatch by the registry, and what it means for the document that is answered."""

    _inherit = "oa.document"

    can_dispatch = fields.Boolean(compute="_compute_can_dispatch")

    @api.depends("state", "waiting_for_id", "correspondent_ids")
    @api.depends_context("uid")
    def _compute_can_dispatch(self):
        for document in self:
            document.can_dispatch = not document._get_dispatch_blockers()

    def _get_dispatch_blockers(self):
        """Say why the document cannot be sent now; an empty list means it can."""
        self.ensure_one()
        if self.direction != "outgoing":
            return [self.env._("Only outgoing documents are sent.")]
        if not self._can_move("dispatch"):
            return [self._sentence_of_turn()]
        # Any clerk of the administration may send: the registry is one desk.
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Documents are sent by the registry. %(turn)s", turn=self._sentence_of_turn())]
        if not self._get_recipients():
            return [self.env._("“%(document)s” has no recipient.", document=self.display_name)]
        return []

    def action_dispatch(self):
        """Send to every recipient; what cannot be sent stays with its reason and can be sent again."""
        self._raise_blockers("dispatch")
        for document in self:
            if document._send_to_recipients():
                document._finish_dispatch()
        return self._get_dispatch_feedback()

    def _get_dispatch_feedback(self):
        failed = self.filtered(lambda document: document.state != "dispatched")
        if not failed:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not sent"),
                "message": "\n".join(failed.mapped("dispatch_problem")),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.private
    def _finish_dispatch(self):
        self.ensure_one()
        step = self._get_waiting_step().filtered(lambda step: step.act == "dispatch")
        step._record("done", "")
        self._move_to("dispatch")
        self.route_id._advance()
        self._refresh_turns()
        answered = self._get_answered_documents().filtered(lambda document: document._can_move("answer"))
        answered._move_to("answer")

    def _get_open_work(self):
        """What still waits for somebody: open tasks, and own documents that are neither finished nor given up."""
        self.ensure_one()
        blockers = [
            self.env._("The task “%(task)s” is still open with %(person)s.", task=task.name, person=(task.waiting_for_id or task.responsible_id).name)
            for task in self.task_ids
            if task.state in lifecycle.OPEN_TASK_STATES
        ]
        is_final = self.state == "annulled" or lifecycle.is_final(subject_of(self.direction), self.state)
        if not is_final and (not self._can_move("close") or (self.direction == "outgoing" and self.state == "signed")):
            blockers.append(self._sentence_of_turn())
        return blockers
