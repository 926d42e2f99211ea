from odoo import api, fields, models


class OaDocumentReturn(models.TransientModel):
    """Why a draft goes back, and to whom."""

    _name = "oa.document.return"
    _description = "Return with a reason"

    document_id = fields.Many2one("oa.document", required=True)
    is_refusal = fields.Boolean()
    step_ids = fields.Many2many("oa.route.step", compute="_compute_step_ids")
    to_step_id = fields.Many2one(
        "oa.route.step", "Back to the step", domain="[('id', 'in', step_ids)]", help="Empty: to the author, and everybody is asked again."
    )
    reason = fields.Text(required=True)

    @api.depends("document_id", "is_refusal")
    def _compute_step_ids(self):
        for wizard in self:
            wizard.step_ids = False if wizard.is_refusal else wizard.document_id._get_steps_to_return_to()

    def action_confirm(self):
        self.ensure_one()
        if self.is_refusal:
            return self.document_id._refuse(self.reason)
        # A step may have been taken since the dialog was opened.
        self.document_id._check_blockers("return")
        return self.document_id._get_waiting_step().action_return(self.reason, self.to_step_id.id)
