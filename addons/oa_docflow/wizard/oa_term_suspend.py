from odoo import fields, models


class OaTermSuspend(models.TransientModel):
    """From which day a term stands still or goes on, and why."""

    _name = "oa.term.suspend"
    _description = "Suspension of a term"

    document_id = fields.Many2one("oa.document", required=True)
    is_resumption = fields.Boolean()
    due_on = fields.Date(related="document_id.due_on", string="Term until now")
    day = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Text(required=True)
    notice_id = fields.Many2one("oa.document", "By document", domain="[('register_entry_id', '!=', False), ('id', '!=', document_id)]")

    def action_confirm(self):
        act = self.document_id._resume_term if self.is_resumption else self.document_id._suspend_term
        act(self.day, self.reason, self.notice_id)
