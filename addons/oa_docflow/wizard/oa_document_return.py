from odoo import fields, models


class OaDocumentReturn(models.TransientModel):
    """Why a draft goes back to its author."""

    _name = "oa.document.return"
    _description = "Return with a reason"

    document_id = fields.Many2one("oa.document", required=True)
    is_refusal = fields.Boolean()
    reason = fields.Text(required=True)

    def action_confirm(self):
        if self.is_refusal:
            self.document_id._refuse(self.reason)
        else:
            self.document_id._get_waiting_step().action_return(self.reason)
