from markupsafe import Markup
from odoo import api, models

from ..core import plan as plans
from ..core.plan import Plan, PlanStep, PlanTerm


class OaProcedure(models.Model):
    """A version as plain data, and how it differs from another one."""

    _inherit = "oa.procedure"

    def _to_plan(self):
        """The version as plain data: functions, codes and names, no person."""
        self.ensure_one()
        return Plan(
            name=self.name,
            lineage=self.lineage or "",
            version=self.version,
            code=self.code or "",
            legal_ground=self.legal_ground or "",
            initiating=",".join(sorted(self.initiating_kind_ids.mapped(_code_of))),
            resolver=self.resolver_function or "",
            kind=_code_of(self.kind_id),
            register=self.register_id.code or "",
            case_class=self.class_id.code or "",
            template=self.template_id.name or "",
            note=self.note or "",
            work_level=self.work_level or "",
            steps=tuple(step._to_plan() for step in self.step_ids.sorted(lambda step: (step.sequence, step.id))),
            terms=tuple(
                PlanTerm(term.speed, term.amount, term.unit, term.legal_ground, term.silence)
                for term in self.term_ids.sorted(lambda term: term.id)
            ),
        )

    def _compute_plan_digest(self):
        return plans.compute_digest(self._to_plan())

    @api.depends("version", "step_ids", "term_ids", "lineage", "name", "legal_ground", "kind_id", "register_id", "class_id")
    def _compute_differences(self):
        for procedure in self:
            earlier = procedure._find_versions().filtered(lambda other, version=procedure.version: other.version < version)[:1]
            procedure.differences = procedure._draw_differences(earlier._to_plan(), procedure._to_plan()) if earlier else False

    @api.model
    def _draw_differences(self, old, new):
        """A table of what differs, in words."""
        found = plans.compare(old, new)
        if not found:
            return Markup("<p>%s</p>") % self.env._("Nothing differs.")
        sorts = {"added": self.env._("Added"), "removed": self.env._("Removed"), "changed": self.env._("Changed")}
        rows = Markup().join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (sorts[one.sort], self._name_place(one), self._say_value(one.what, one.before), self._say_value(one.what, one.after))
            for one in found
        )
        heads = (self.env._("What"), self.env._("Where"), self.env._("Before"), self.env._("After"))
        head = Markup().join(Markup('<th scope="col">%s</th>') % name for name in heads)
        table = Markup('<table class="table table-sm o_oa_differences"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>')
        return table % (head, rows)

    def _name_place(self, difference):
        label = self._label_of(difference.what)
        speeds = dict(self.env["oa.procedure.term"]._fields["speed"]._description_selection(self.env))
        where = speeds.get(difference.where, difference.where)
        return f"{where}: {label}" if where and label else where or label

    def _label_of(self, what):
        step_fields, own = self.env["oa.procedure.step"]._fields, self._fields
        name = FIELD_OF.get(what, what)
        field = step_fields.get(name) if what in PlanStep.__dataclass_fields__ and name in step_fields else own.get(name)
        field = field or self.env["oa.procedure.term"]._fields.get(name)
        return field._description_string(self.env) if field else ""

    def _say_value(self, what, value):
        field = self.env["oa.procedure.step"]._fields.get(FIELD_OF.get(what, what))
        if field is not None and field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return value or "–"


class OaProcedureStep(models.Model):
    """A step as plain data."""

    _inherit = "oa.procedure.step"

    def _to_plan(self):
        self.ensure_one()
        # Which fields a step asks for, and who is named in it, is no secret.
        step_sudo = self.sudo()
        detail = {"job": step_sudo.job_id.name, "unit": step_sudo.unit_id.name, "persons": ", ".join(step_sudo.user_ids.mapped("name"))}
        return PlanStep(
            place=self.sequence,
            act=self.act,
            name=self.name,
            who=self.function,
            detail=detail.get(self.function) or "",
            mode=self.mode,
            quorum=self.quorum,
            condition=self.condition or "",
            term_amount=self.term_amount,
            term_unit=self.term_unit,
            level=self.signature_level,
            required=",".join(sorted(step_sudo.required_field_ids.mapped("name"))),
            legal_ground=self.legal_ground or "",
        )


FIELD_OF = {
    "place": "sequence",
    "who": "function",
    "detail": "user_ids",
    "level": "signature_level",
    "required": "required_field_ids",
    "initiating": "initiating_kind_ids",
    "resolver": "resolver_function",
    "kind": "kind_id",
    "register": "register_id",
    "case_class": "class_id",
    "template": "template_id",
}
"""Which field says what, for its label."""


def _code_of(kind):
    return f"{kind.direction}:{kind.code}" if kind else ""
