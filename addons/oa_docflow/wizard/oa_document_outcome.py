from odoo import fields, models

from ..models.oa_document_outcome import OUTCOMES


class OaDocumentOutcome(models.TransientModel):
    """How the document ended."""

    _name = "oa.document.outcome"
    _description = "Outcome of a document"

    document_id = fields.Many2one("oa.document", required=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    ground = fields.Char("Legal ground")
    day = fields.Date("Decided on", required=True, default=lambda self: self.env["oa.calendar.day"]._get_today())

    def action_confirm(self):
        self.document_id._set_outcome(self.outcome, self.ground, self.day)
