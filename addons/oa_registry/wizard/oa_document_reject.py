from odoo import fields, models


class OaDocumentReject(models.TransientModel):
    """Asks why the receipt of a document is not acknowledged."""

    _name = "oa.document.reject"
    _description = "Receipt not acknowledged"

    document_id = fields.Many2one("oa.document", required=True)
    discrepancy_ids = fields.Many2many("oa.discrepancy", string="Reasons", required=True)
    note = fields.Text("Explanation to the sender")

    def action_confirm(self):
        self.document_id._reject(self.discrepancy_ids, self.note or "")
