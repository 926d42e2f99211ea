from odoo import fields, models


class OaReconciliationExplain(models.TransientModel):
    """Asks why a finding is as it should be."""

    _name = "oa.reconciliation.explain"
    _description = "Explain a finding"

    finding_ids = fields.Many2many("oa.reconciliation.finding", string="Findings", required=True)
    explanation = fields.Char(required=True)

    def action_confirm(self):
        self.finding_ids._explain(self.explanation)
