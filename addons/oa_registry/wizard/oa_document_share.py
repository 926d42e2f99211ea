from odoo import api, fields, models
from odoo.exceptions import UserError


class OaDocumentShare(models.TransientModel):
    """Asks who is to see a document, or not to see it, until when and why."""

    _name = "oa.document.share"
    _description = "Grant or deny access"

    document_id = fields.Many2one("oa.document", required=True)
    company_id = fields.Many2one(related="document_id.company_id")
    target = fields.Selection(
        [("person", "Persons"), ("unit", "Units with everything below them"), ("office", "Registry offices"), ("role", "Roles")],
        "Whom",
        required=True,
        default="person",
    )
    user_ids = fields.Many2many("res.users", string="Persons", domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    unit_ids = fields.Many2many("hr.department", string="Units", domain="[('company_id', '=', company_id)]")
    office_ids = fields.Many2many("oa.registry.office", string="Registry offices", domain="[('company_id', '=', company_id)]")
    role_ids = fields.Many2many("res.groups", string="Roles", domain="[('id', 'in', allowed_role_ids)]")
    allowed_role_ids = fields.Many2many("res.groups", compute="_compute_allowed_role_ids")
    effect = fields.Selection(
        [("grant", "They see the document"), ("deny", "They do not see the document")], "Access", required=True, default="grant"
    )
    until_on = fields.Date("Until")
    reason = fields.Char(required=True)

    @api.depends("document_id")
    def _compute_allowed_role_ids(self):
        # Whoever grants may name roles, and need not read the groups of the system otherwise.
        groups = [self.env.ref(xml_id).id for xml_id in self.env["res.users"]._get_access_roles().values()]
        self.allowed_role_ids = self.env["res.groups"].sudo().browse(groups)

    def _get_holders(self):
        holders = {"person": self.user_ids, "unit": self.unit_ids, "office": self.office_ids, "role": self.role_ids}[self.target]
        if not holders:
            raise UserError(self.env._("Choose at least one."))
        # A wizard may be filled through RPC with what its lists do not offer.
        if self.target == "role":
            allowed = not holders - self.allowed_role_ids
        else:
            name = "company_ids" if self.target == "person" else "company_id"
            # Whose people and units they are is asked of all that came in.
            allowed = all(self.company_id in holder[name] for holder in holders.sudo())
        if not allowed:
            raise UserError(self.env._("Access is given within the administration of the document."))
        return holders

    def action_confirm(self):
        if self.until_on and self.until_on < fields.Date.context_today(self):
            raise UserError(self.env._("The last day of access has passed."))
        self.document_id._share(self._get_holders(), self.reason, self.effect == "deny", self.until_on)
