from odoo import fields, models

SPEEDS = [("ordinary", "Ordinary"), ("fast", "Fast"), ("express", "Express")]
UNITS = [("working_days", "Working days"), ("calendar_days", "Calendar days"), ("months", "Months")]


class OaProcedureTerm(models.Model):
    """A term of a procedure with the law that sets it."""

    _name = "oa.procedure.term"
    _inherit = ["oa.journal.mixin"]
    _description = "Term of a procedure"
    _order = "procedure_id, id"
    _rec_name = "legal_ground"

    procedure_id = fields.Many2one("oa.procedure", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, index=True)
    speed = fields.Selection(SPEEDS, required=True, default="ordinary")
    amount = fields.Integer(required=True, default=14)
    unit = fields.Selection(UNITS, required=True, default="working_days")
    legal_ground = fields.Char(required=True)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A term is at least one day.")
    _speed_unique = models.Constraint("UNIQUE (procedure_id, speed)", "There is already a term for this speed.")
