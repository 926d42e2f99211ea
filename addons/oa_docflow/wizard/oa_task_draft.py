from odoo import fields, models


class OaTaskDraft(models.TransientModel):
    """Asks what is to be written under a task on an own document: after a memo an order, a letter, a contract."""

    _name = "oa.task.draft"
    _description = "New draft in the case"

    task_id = fields.Many2one("oa.task", required=True)
    company_id = fields.Many2one(related="task_id.company_id")
    procedure_id = fields.Many2one(
        "oa.procedure", "By procedure", required=True,
        domain="[('company_id', '=', company_id), ('state', '=', 'published'), ('kind_id', '!=', False), ('step_ids', '!=', False)]",
    )  # fmt: skip

    def action_confirm(self):
        self.ensure_one()
        return self.task_id._draft_by(self.procedure_id)
