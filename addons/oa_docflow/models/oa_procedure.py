from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..core import routing
from ..core.errors import RoutingError
from .oa_function import FUNCTIONS
from .oa_procedure_step import WORK_LEVELS


class OaProcedure(models.Model):
    """How documents of some kinds travel: who resolves, who coordinates and signs, until when, and on what legal ground."""

    _name = "oa.procedure"
    _inherit = ["oa.journal.mixin"]
    _description = "Procedure"
    _order = "sequence, code, name"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(help="Number of the service in the register of services.", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    legal_ground = fields.Char()
    initiating_kind_ids = fields.Many2many("oa.document.kind", string="Starts with incoming", domain=[("direction", "=", "incoming")])
    resolver_function = fields.Selection(FUNCTIONS, string="Resolves")
    work_level = fields.Selection(
        WORK_LEVELS, "Resolutions and tasks are signed", help="Empty: as the administration has chosen in the settings."
    )
    kind_id = fields.Many2one("oa.document.kind", string="Own document", domain=[("direction", "!=", "incoming")])
    register_id = fields.Many2one("oa.register", check_company=True)
    class_id = fields.Many2one("oa.case.class", string="Class of the case", check_company=True)
    template_id = fields.Many2one("oa.document.template", check_company=True)
    term_ids = fields.One2many("oa.procedure.term", "procedure_id", copy=True)
    step_ids = fields.One2many("oa.procedure.step", "procedure_id", copy=True)
    note = fields.Text()

    _check_company_auto = True

    @api.depends("name", "code")
    def _compute_display_name(self):
        for procedure in self:
            procedure.display_name = f"{procedure.code} · {procedure.name}" if procedure.code else procedure.name

    @api.constrains("step_ids")
    def _check_steps(self):
        for procedure in self.filtered("step_ids"):
            try:
                routing.check_plan(procedure.step_ids._to_core())
            except RoutingError as error:
                raise ValidationError(procedure._explain_fault(error.fault)) from error

    def _explain_fault(self, fault):
        """What is wrong with the plan, and how it is mended."""
        sentences = {
            "mixed": self.env._("Steps with the same place number go side by side: give them the same act and the same rule how many act."),
            "quorum": self.env._("Say how many have to act: at least one."),
        }
        return sentences.get(fault) or self.env._("The procedure has no steps.")

    @api.model
    def _find_for(self, kind, company):
        """The procedure that this kind starts or belongs to: the only one, else the usual one."""
        found = self._list_for(kind, company)
        usual = found.filtered("is_usual") if len(found) > 1 else found
        return usual if len(usual) == 1 else self.browse()

    @api.model
    def _list_for(self, kind, company):
        """All procedures in use that this kind starts or belongs to."""
        own = Domain("kind_id", "=", kind.id) if kind.direction != "incoming" else Domain("initiating_kind_ids", "in", kind.ids)
        return self.search(own & Domain("company_id", "=", company.id) & Domain("state", "=", "published"))

    def _get_term(self, speed):
        """The term of this speed of the service, else the ordinary one."""
        self.ensure_one()
        by_speed = {term.speed: term for term in self.term_ids}
        return by_speed.get(speed) or by_speed.get("ordinary") or self.env["oa.procedure.term"]
