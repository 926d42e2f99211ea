from odoo import fields, models


class OaTaskOpine(models.TransientModel):
    """The opinion of a colleague."""

    _name = "oa.task.opine"
    _description = "Opinion"

    opinion_id = fields.Many2one("oa.task.opinion", "Request", required=True)
    question = fields.Text(related="opinion_id.question")
    text = fields.Text("Opinion", required=True)
    result_document_id = fields.Many2one("oa.document", "By document")

    def action_confirm(self):
        return self.opinion_id._give(self.text, self.result_document_id)
