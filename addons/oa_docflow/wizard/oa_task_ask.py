from odoo import fields, models


class OaTaskAsk(models.TransientModel):
    """A question of the executor, or the answer of whoever gave the task."""

    _name = "oa.task.ask"
    _description = "Instructions"

    task_id = fields.Many2one("oa.task", required=True)
    is_answer = fields.Boolean()
    question = fields.Text(related="task_id.question", string="Question")
    text = fields.Text(required=True)

    def action_confirm(self):
        return self.task_id._instruct(self.text) if self.is_answer else self.task_id._ask(self.text)
