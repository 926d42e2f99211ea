from odoo import api, fields, models


class OaDocumentGrant(models.Model):
    """An explicit grant or denial of access to one document, with its reason."""

    _name = "oa.document.grant"
    _inherit = "oa.append.only"
    _description = "Access grant"
    _order = "id"

    document_id = fields.Many2one("oa.document", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="restrict", index=True)
    principal = fields.Char(required=True, readonly=True)
    is_denied = fields.Boolean("Denied", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Follows from", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    granted_by_id = fields.Many2one(
        "res.users", "Granted by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )
    granted_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    @api.depends("user_id", "principal")
    def _compute_display_name(self):
        for grant in self:
            # Who sees a grant may know whom it is for.
            grant.display_name = grant.user_id.sudo().name or grant.principal
