from odoo import api, fields, models
from odoo.exceptions import AccessError

from .locks import moving, refuse_changes
from .oa_procedure_term import UNITS

EVENTS = [("start", "Began"), ("suspended", "Suspended"), ("resumed", "Resumed")]


class OaTerm(models.Model):
    """Until when, on what ground, and how it was counted. What happens to a term later is a row of its own; the last one counts."""

    _name = "oa.term"
    _inherit = ["oa.kept.mixin"]
    _description = "Term"
    _order = "document_id, id"
    _rec_name = "due_on"

    document_id = fields.Many2one("oa.document", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="document_id.company_id", store=True, precompute=True, index=True)
    start_on = fields.Date(required=True, readonly=True)
    amount = fields.Integer(required=True, readonly=True)
    unit = fields.Selection(UNITS, required=True, readonly=True)
    due_on = fields.Date(required=True, index=True, readonly=True)
    legal_ground = fields.Char(readonly=True)
    explanation = fields.Text(readonly=True)
    event = fields.Selection(EVENTS, "What happened", required=True, default="start", readonly=True)
    day = fields.Date("On", readonly=True)
    reason = fields.Text(readonly=True)
    notice_id = fields.Many2one("oa.document", "By document", readonly=True, ondelete="restrict", index="btree_not_null")
    by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    def init(self):
        super().init()
        refuse_changes(self.env.cr, self._table)

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("A term is not changed: what happens to it is added."))

    def _say_not_deleted(self):
        return self.env._("A term is not deleted.")

    def _say_how_written(self):
        return self.env._("Terms are counted by the flow and suspended with the buttons of the document.")

    @api.private
    def _start(self, document, amount, unit, start_on, legal_ground=""):
        """Count a term for this document and keep how it was counted."""
        term = self.env["oa.calendar.day"]._compute_term(start_on, amount, unit)
        # Terms are kept by the flow, nobody writes them by hand.
        return (
            moving(self.sudo())
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
