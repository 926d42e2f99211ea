from odoo import fields, models


class OaDocumentWithdraw(models.TransientModel):
    """Asks why access is taken back, or why a denial is lifted."""

    _name = "oa.document.withdraw"
    _description = "Withdraw access"

    grant_ids = fields.Many2many("oa.document.grant", string="Access", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.grant_ids._withdraw_by_hand(self.reason)
