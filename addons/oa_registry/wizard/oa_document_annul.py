from odoo import fields, models


class OaDocumentAnnul(models.TransientModel):
    """Asks why a number is annulled."""

    _name = "oa.document.annul"
    _description = "Annul a number"

    document_ids = fields.Many2many("oa.document", string="Documents", required=True)
    reason = fields.Char("Reason for annulment", required=True)
    replacing_entry_id = fields.Many2one(
        "oa.register.entry", "Replaced by", help="The number under which the matter goes on, if there is one."
    )

    def action_confirm(self):
        self.document_ids._annul(self.reason, self.replacing_entry_id)
