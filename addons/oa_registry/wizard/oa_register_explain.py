from odoo import fields, models


class OaRegisterExplain(models.TransientModel):
    """Asks why reserved numbers have no document."""

    _name = "oa.register.explain"
    _description = "Explain reserved numbers"

    block_id = fields.Many2one("oa.register.block", required=True, readonly=True)
    entry_ids = fields.Many2many(
        "oa.register.entry", string="Numbers", required=True, domain="[('block_id', '=', block_id), ('fate', '=', 'waiting')]"
    )
    outcome = fields.Selection([("unused", "Not used"), ("spoiled", "Spoiled form")], required=True, default="unused")
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.block_id._explain(self.entry_ids, self.outcome, self.reason)
