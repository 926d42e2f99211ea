from odoo import fields, models


class OaSubstitutionEnd(models.TransientModel):
    """Why a substitution ends before its day."""

    _name = "oa.substitution.end"
    _description = "End of a substitution"

    substitution_id = fields.Many2one("oa.substitution", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        return self.substitution_id._end(self.reason)
