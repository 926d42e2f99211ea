from odoo import fields, models

from ..models.oa_extra_step import EXTRA_ACTS, PLACES


class OaDocumentAddStep(models.TransientModel):
    """Who else has to be asked about this one document, and when."""

    _name = "oa.document.add.step"
    _description = "Additional step"

    document_id = fields.Many2one("oa.document", required=True)
    company_id = fields.Many2one(related="document_id.company_id")
    user_id = fields.Many2one("res.users", "Person", required=True, domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    act = fields.Selection(EXTRA_ACTS, required=True, default="coordinate")
    place = fields.Selection(PLACES, required=True, default="next")
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.document_id._add_step({"user_id": self.user_id.id, "act": self.act, "place": self.place, "reason": self.reason})
