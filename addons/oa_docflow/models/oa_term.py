from odoo import api, fields, models

from .oa_procedure_term import UNITS


class OaTerm(models.Model):
    """Until when, on what ground, and how it was counted."""

    _name = "oa.term"
    _description = "Term"
    _order = "due_on, id"
    _rec_name = "due_on"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    start_on = fields.Date(required=True, readonly=True)
    amount = fields.Integer(required=True, readonly=True)
    unit = fields.Selection(UNITS, required=True, readonly=True)
    due_on = fields.Date(required=True, index=True, readonly=True)
    legal_ground = fields.Char(readonly=True)
    explanation = fields.Text(readonly=True)

    @api.private
    def _start(self, document, amount, unit, start_on, legal_ground=""):
        """Count a term for this document and keep how it was counted."""
        term = self.env["oa.calendar.day"]._compute_term(start_on, amount, unit)
        # Terms are kept by the flow, nobody writes them by hand.
        return (
            self.sudo()
            .create(
                {
                    "document_id": document.id,
                    "start_on": term.start,
                    "amount": term.amount,
                    "unit": str(term.unit),
                    "due_on": term.due,
                    "legal_ground": legal_ground,
                    "explanation": term.explanation,
                }
            )
            .sudo(False)
        )
