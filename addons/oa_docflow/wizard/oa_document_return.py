from odoo import fields, models


class OaDocumentReturn(models.TransientModel):
    """Why a draft goes back to its author."""

    _name = "oa.document.return"
    _description = "Return with a reason"

    document_id = fields.Many2one("oa.document", required=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.document_id._get_waiting_step().action_return(self.reason)
