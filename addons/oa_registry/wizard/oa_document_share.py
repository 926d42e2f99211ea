from odoo import fields, models


class OaDocumentShare(models.TransientModel):
    """Asks who is to see a document, or not to see it, and why."""

    _name = "oa.document.share"
    _description = "Grant or deny access"

    document_id = fields.Many2one("oa.document", required=True)
    company_id = fields.Many2one(related="document_id.company_id")
    user_ids = fields.Many2many(
        "res.users", string="Persons", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]"
    )
    effect = fields.Selection(
        [("grant", "They see the document"), ("deny", "They do not see the document")], "Access", required=True, default="grant"
    )
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.document_id._share(self.user_ids, self.reason, self.effect == "deny")
