from odoo import fields, models


class OaDocumentRevise(models.TransientModel):
    """Asks for the file that was edited outside."""

    _name = "oa.document.revise"
    _description = "New version of the text"

    document_id = fields.Many2one("oa.document", required=True)
    file = fields.Binary("Edited file", required=True, attachment=False)
    file_name = fields.Char()

    def action_confirm(self):
        self.ensure_one()
        self.document_id._revise(self.file_name or "", self.with_context(bin_size=False).file)
