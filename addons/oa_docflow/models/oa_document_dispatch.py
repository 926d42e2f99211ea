from odoo import api, models

from ..core import lifecycle
from ..core.lifecycle import subject_of


class OaDocument(models.Model):
    """Dispatch by the registry, and what it means for the document that is answered."""

    _inherit = "oa.document"

    @api.private
    def _finish_dispatch(self):
        self.ensure_one()
        steps = self.route_id.step_ids.filtered(lambda step: step.act == "dispatch" and step.state in ("planned", "waiting"))
        steps._record("done", "")
        self._move_to("dispatch")
        self.route_id._advance()
        self._refresh_turns()
        answered = self._get_answered_documents().filtered(lambda document: document._can_move("answer"))
        answered._move_to("answer")

    def _get_open_work(self):
        """What still waits for somebody: open tasks, and own documents that are neither finished nor given up."""
        self.ensure_one()
        blockers = [
            self.env._(
                "The task “%(task)s” is still open with %(person)s.",
                task=task.name,
                person=(task.waiting_for_id or task.responsible_id).name,
            )
            for task in self.task_ids
            if task.state in lifecycle.OPEN_TASK_STATES and not task._is_closed_with_case()
        ]
        is_final = self.state == "annulled" or lifecycle.is_final(subject_of(self.direction), self.state)
        if not is_final and (not self._can_move("close") or self._waits_for_dispatch()):
            blockers.append(self._sentence_of_turn())
        return blockers

    def _waits_for_dispatch(self):
        """Signed, and not yet with those to whom it goes."""
        return self.state == "signed" and (self.direction == "outgoing" or "dispatch" in self._get_waiting_steps().mapped("act"))

    def _choose_channel(self, partner):
        """Administrations get nothing by post: without an e-mail they are reached by the exchange system of the state."""
        channel = super()._choose_channel(partner)
        # What a recipient is decides the channel, whoever may read contacts.
        is_administration = partner.sudo().commercial_partner_id.oa_is_administration
        return "seos" if channel == "post" and is_administration else channel
