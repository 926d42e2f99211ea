from odoo import models
from odoo.exceptions import AccessError

from .locks import is_moving
from .oa_turn_mixin import ACTS


class MailActivity(models.Model):
    """Activities of the flow are opened and closed by the flow: whoever could tick one off would have skipped a step."""

    _inherit = "mail.activity"

    def _get_flow_type_ids(self):
        find_id = self.env["ir.model.data"]._xmlid_to_res_id
        return {find_id(f"oa_docflow.mail_activity_type_{act}", raise_if_not_found=False) for act, _label in ACTS}

    def _is_of_flow(self):
        self.ensure_one()
        # Whether it belongs to the flow is asked also by those who may not read it.
        activity_sudo = self.sudo()
        return activity_sudo.automated and activity_sudo.activity_type_id.id in self._get_flow_type_ids()

    def _compute_can_write(self):
        result = super()._compute_can_write()
        self.filtered(lambda activity: activity._is_of_flow()).can_write = False
        return result

    def _check_flow(self):
        if not is_moving(self.env) and any(activity._is_of_flow() for activity in self):
            raise AccessError(self.env._("This waits for an act on the document or the task: open it and use its buttons."))

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_flow()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def write(self, vals):
        if vals.keys() & {"user_id", "active", "activity_type_id", "res_id", "res_model_id", "date_deadline"}:
            self._check_flow()
        return super().write(vals)

    def unlink(self):
        self._check_flow()
        return super().unlink()
