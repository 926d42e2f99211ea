from odoo import api, fields, models


class OaTaskReport(models.TransientModel):
    """What was done, and the document that shows it."""

    _name = "oa.task.report"
    _description = "Report of execution"

    task_id = fields.Many2one("oa.task", required=True)
    document_id = fields.Many2one("oa.document")
    case_id = fields.Many2one(related="document_id.case_id")
    text = fields.Text(compute="_compute_text", store=True, readonly=False)
    result_document_id = fields.Many2one("oa.document", string="Result", compute="_compute_result_document_id", store=True, readonly=False)

    @api.depends("task_id")
    def _compute_result_document_id(self):
        for wizard in self:
            below = wizard.task_id.child_ids.result_document_id
            own = self.env["oa.document"].search([("task_id", "in", wizard.task_id.ids)], order="id desc", limit=1)
            wizard.result_document_id = below[-1:] or own

    @api.depends("result_document_id")
    def _compute_text(self):
        for wizard in self:
            if wizard.text:
                continue
            number = wizard.result_document_id.number
            wizard.text = self.env._("Executed with %(number)s.", number=number) if number else self.env._("Executed.")

    def action_confirm(self):
        return self.task_id._report(self.text, self.result_document_id)
