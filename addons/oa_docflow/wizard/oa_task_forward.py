from odoo import api, fields, models

from ..models.signed_acts import dialog_of


class OaTaskForward(models.TransientModel):
    """Whom the executor asks, what and until when."""

    _name = "oa.task.forward"
    _description = "Request for an opinion"

    task_id = fields.Many2one("oa.task", required=True)
    document_id = fields.Many2one("oa.document")
    company_id = fields.Many2one(related="task_id.company_id")
    colleague_ids = fields.Many2many("res.users", string="Asked of", domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    question = fields.Text(required=True)
    until = fields.Date()
    term_explanation = fields.Text("How the term was counted", compute="_compute_term_explanation")

    @api.depends("until")
    def _compute_term_explanation(self):
        for wizard in self:
            wizard.term_explanation = self.env["oa.calendar.day"]._explain_day(wizard.until)

    def action_confirm(self):
        return dialog_of(self.task_id._forward(self.colleague_ids, self.question, self.until))
