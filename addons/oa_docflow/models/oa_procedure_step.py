from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.routing import Act, Step
from .oa_function import FUNCTIONS

STEP_ACTS = [("coordinate", "Coordinates"), ("sign", "Signs"), ("dispatch", "Dispatches")]
LEVELS = [
    ("logged", "Logged act"),
    ("internal", "Internal certificate"),
    ("advanced", "Advanced electronic signature"),
    ("qualified", "Qualified electronic signature"),
    ("seal", "Electronic seal"),
]


class OaProcedureStep(models.Model):
    """One place in the way of a document: who by function, what, how long, at which level of signature."""

    _name = "oa.procedure.step"
    _inherit = ["oa.journal.mixin"]
    _description = "Step of a procedure"
    _order = "procedure_id, sequence, id"

    procedure_id = fields.Many2one("oa.procedure", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10, required=True)
    name = fields.Char(required=True)
    act = fields.Selection(STEP_ACTS, required=True, default="coordinate")
    function = fields.Selection(FUNCTIONS, required=True, default="unit_head")
    job_id = fields.Many2one("hr.job")
    term_days = fields.Integer(string="Working days", default=1)
    signature_level = fields.Selection(LEVELS, required=True, default="logged")

    @api.constrains("function", "job_id")
    def _check_job(self):
        for step in self:
            if step.function == "job" and not step.job_id:
                raise ValidationError(self.env._("Choose the position of step “%(step)s”.", step=step.name))

    def _to_core(self):
        return [Step(step.id or index, step.sequence, Act(step.act)) for index, step in enumerate(self)]

    def _prepare_route_step_vals(self, document):
        """Copy for the run of one document, with the person who plays the part today."""
        self.ensure_one()
        user = self.env["oa.function"]._find_user(self.function, document.company_id, author=document.author_id, job=self.job_id)
        return {
            "sequence": self.sequence,
            "name": self.name,
            "act": self.act,
            "function": self.function,
            "user_id": user.id,
            "term_days": self.term_days,
            "signature_level": self.signature_level,
        }
