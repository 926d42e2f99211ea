import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core.routing import Act, Mode, Step
from .oa_function import STEP_FUNCTIONS

STEP_ACTS = [
    ("prepare", "Prepares"),
    ("coordinate", "Coordinates"),
    ("opinion", "Gives an opinion"),
    ("approve", "Approves"),
    ("sign", "Signs"),
    ("seal", "Seals"),
    ("acquaint", "Gets to know"),
    ("resolve", "Writes a resolution"),
    ("execute", "Carries out"),
    ("dispatch", "Dispatches"),
]
MODES = [("all", "All of them"), ("any", "Any one of them"), ("some", "At least so many")]
STEP_UNITS = [("working_days", "Working days"), ("working_hours", "Working hours")]
LEVELS = [
    ("logged", "Logged act"),
    ("internal", "Internal certificate"),
    ("advanced", "Advanced electronic signature"),
    ("qualified", "Qualified electronic signature"),
    ("seal", "Electronic seal"),
    ("hand", "By hand on paper"),
]
BY_HAND = "hand"
"""Only what an exemption from electronic turnover covers is signed so."""
REQUIRABLE = (
    "body_html", "file_ids", "correspondent_ids", "case_id", "unit_id", "due_on", "urgency", "reply_to_id", "sheet_count", "sender_number",
)  # fmt: skip
"""What a step may ask to be filled in before it is taken."""
WORK_LEVELS = LEVELS[:4]
"""What may be asked for the acts outside of routes: resolutions and the moves of tasks."""


class OaProcedureStep(models.Model):
    """One place in the way of a document: who by function, what, when, how long, at which level of signature."""

    _name = "oa.procedure.step"
    _inherit = ["oa.journal.mixin"]
    _description = "Step of a procedure"
    _order = "procedure_id, sequence, id"

    procedure_id = fields.Many2one("oa.procedure", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, index=True)
    sequence = fields.Integer("Place", default=10, required=True, help="Steps with the same number go side by side.")
    name = fields.Char(required=True)
    act = fields.Selection(STEP_ACTS, required=True, default="coordinate")
    function = fields.Selection(STEP_FUNCTIONS, "Who", required=True, default="unit_head")
    job_id = fields.Many2one("hr.job")
    unit_id = fields.Many2one("hr.department", ondelete="restrict", domain="[('company_id', 'in', (company_id, False))]")
    user_ids = fields.Many2many("res.users", string="Persons", domain="[('company_ids', 'in', company_id), ('share', '=', False)]")
    mode = fields.Selection(MODES, "How many of them", required=True, default="all", help="Counts for all who stand at this place.")
    quorum = fields.Integer("At least", default=1)
    condition = fields.Char(
        "Only when", help="The step is left out for documents that do not meet this; it is asked when the route reaches the step."
    )
    term_amount = fields.Integer("Term", default=1)
    term_unit = fields.Selection(STEP_UNITS, "Counted in", required=True, default="working_days")
    signature_level = fields.Selection(LEVELS, required=True, default="logged")
    required_field_ids = fields.Many2many(
        "ir.model.fields", string="To be filled in before", domain=[("model", "=", "oa.document"), ("name", "in", REQUIRABLE)]
    )
    legal_ground = fields.Char()

    _term_positive = models.Constraint("CHECK (term_amount > 0)", "A step has at least one day or hour.")

    @api.constrains("function", "job_id", "unit_id", "user_ids")
    def _check_persons(self):
        for step in self:
            if step.function == "job" and not step.job_id:
                raise ValidationError(self.env._("Choose the position of step “%(step)s”.", step=step.name))
            if step.function == "unit" and not step.unit_id:
                raise ValidationError(self.env._("Choose the unit of step “%(step)s”.", step=step.name))
            if step.function == "persons" and not step.user_ids:
                raise ValidationError(self.env._("Choose the persons of step “%(step)s”.", step=step.name))

    @api.constrains("act", "signature_level")
    def _check_by_hand(self):
        for step in self:
            if step.signature_level == BY_HAND and step.act != "sign":
                raise ValidationError(self.env._("Only a signature is given by hand on paper; step “%(step)s” is none.", step=step.name))

    @api.constrains("condition")
    def _check_condition(self):
        for step in self:
            try:
                Domain(step._read_condition()).validate(self.env["oa.document"])
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of step “%(step)s” is not understood: %(condition)s", step=step.name, condition=step.condition
                    )
                ) from error

    @api.constrains("required_field_ids")
    def _check_required_fields(self):
        for step in self:
            if any(field.model != "oa.document" or field.name not in REQUIRABLE for field in step.required_field_ids):
                raise ValidationError(self.env._("A step asks only for fields of the document that its author fills in."))

    def _read_condition(self):
        """The condition as data; it is never run as code."""
        return ast.literal_eval(self.condition) if self.condition else []

    def _to_core(self):
        return [
            Step(step.id or index, step.sequence, Act(step.act), mode=Mode(step.mode), quorum=step.quorum)
            for index, step in enumerate(self)
        ]

    def _find_users(self, document):
        """Who takes this step on this document by the appointments of today."""
        self.ensure_one()
        functions = self.env["oa.function"]
        if self.function == "unit":
            return functions._find_unit_people(self.unit_id, document.company_id)
        if self.function == "persons":
            # Who is named in a procedure is known to all colleagues.
            return self.env["res.users"].browse(self.sudo().user_ids.filtered("active").ids)
        if self.function == "chosen":
            return document.chosen_user_ids
        return functions._find_user(self.function, document.company_id, author=document.author_id, job=self.job_id)

    def _prepare_route_steps(self, document):
        """Copies for the run of one document: one for each person who plays the part today."""
        common = {
            "sequence": self.sequence,
            "name": self.name,
            "act": self.act,
            "function": self.function,
            "mode": self.mode,
            "quorum": self.quorum,
            "condition": self.condition,
            "term_amount": self.term_amount,
            "term_unit": self.term_unit,
            "signature_level": self.signature_level,
            # Names of fields are no secret.
            "required_fields": ",".join(self.sudo().required_field_ids.mapped("name")),
            "legal_ground": self.legal_ground,
            "procedure_step_id": self.id,
        }
        users = self._find_users(document)
        return [{**common, "user_id": user.id} for user in users] or [{**common, "user_id": False}]
