from odoo import fields, models


class OaDocumentMissed(models.TransientModel):
    """Asks for the missed number of a draft and why it was missed."""

    _name = "oa.document.missed"
    _description = "Enter a missed number"

    document_id = fields.Many2one("oa.document", required=True, readonly=True)
    register_id = fields.Many2one(related="document_id.register_id")
    number_preview = fields.Char(related="register_id.number_preview")
    sequence = fields.Integer("Missed number", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.document_id._register_missed(self.sequence, self.reason)
