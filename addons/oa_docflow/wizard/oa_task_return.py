from odoo import fields, models


class OaTaskReturn(models.TransientModel):
    """Why an execution is not accepted, or why a task is withdrawn."""

    _name = "oa.task.return"
    _description = "Return of a task"

    task_id = fields.Many2one("oa.task", required=True)
    is_withdrawal = fields.Boolean()
    reason = fields.Text(required=True)

    def action_confirm(self):
        return self.task_id._withdraw(self.reason) if self.is_withdrawal else self.task_id._return(self.reason)
