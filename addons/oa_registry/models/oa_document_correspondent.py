from odoo import api, fields, models


class OaDocumentCorrespondent(models.Model):
    """One correspondent of a document in one role."""

    _name = "oa.document.correspondent"
    _description = "Correspondent"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one("res.partner", "Correspondent", required=True, index=True, ondelete="restrict")
    role = fields.Selection(
        [("sender", "Sender"), ("applicant", "Applicant"), ("recipient", "Recipient")],
        required=True,
        default=lambda self: "recipient" if self.env.context.get("default_direction") == "outgoing" else "sender",
    )
    email = fields.Char("E-mail", compute="_compute_email")
    city = fields.Char(related="partner_id.city")
    their_number = fields.Char("Their number")
    their_date = fields.Date("Their date")

    @api.depends("partner_id.email")
    @api.depends_context("uid")
    def _compute_email(self):
        for correspondent in self:
            correspondent.email = correspondent.partner_id and correspondent.partner_id._mask("email")

    @api.depends("partner_id", "role")
    def _compute_display_name(self):
        for correspondent in self:
            correspondent.display_name = correspondent.partner_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        correspondents = super().create(vals_list)
        correspondents.document_id._check_content_editable()
        return correspondents

    def write(self, vals):
        self.document_id._check_content_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self.document_id._check_content_editable()
