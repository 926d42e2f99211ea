from odoo import api, fields, models


class OaDocumentSignPaper(models.TransientModel):
    """Asks for the image of the paper that was signed by hand."""

    _name = "oa.document.sign.paper"
    _description = "Signed on paper"

    document_id = fields.Many2one("oa.document", required=True)
    file = fields.Binary("Image of the signed paper", attachment=False)
    file_name = fields.Char()
    scan_names = fields.Char("Images that are there", compute="_compute_scan_names")

    @api.depends("document_id")
    def _compute_scan_names(self):
        for wizard in self:
            wizard.scan_names = ", ".join(wizard.document_id._get_current_files("scan").mapped("name")) or False

    def action_confirm(self):
        self.ensure_one()
        self.document_id._sign_on_paper(self.file_name, self.with_context(bin_size=False).file)
