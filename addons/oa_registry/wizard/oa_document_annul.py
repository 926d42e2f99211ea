from odoo import fields, models


class OaDocumentAnnul(models.TransientModel):
    """Asks why a number is annulled."""

    _name = "oa.document.annul"
    _description = "Annul a number"

    document_ids = fields.Many2many("oa.document", string="Documents", required=True)
    reason = fields.Char("Reason for annulment", required=True)

    def action_confirm(self):
        self.document_ids._annul(self.reason)
