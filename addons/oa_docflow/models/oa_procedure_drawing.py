from odoo import api, fields, models

from ..core import routing


class OaProcedure(models.Model):
    """The steps of a procedure drawn as a way, beside the form that changes them."""

    _inherit = "oa.procedure"

    drawing = fields.Json(compute="_compute_drawing")

    @api.depends(
        "step_ids.sequence", "step_ids.name", "step_ids.act", "step_ids.function", "step_ids.mode", "step_ids.quorum", "step_ids.condition",
        "step_ids.term_amount", "step_ids.term_unit", "step_ids.job_id", "step_ids.unit_id", "step_ids.user_ids",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_drawing(self):
        for procedure in self:
            steps = list(procedure.step_ids)
            core = [one for step in steps for one in step._to_core()]
            numbers = {one.key: index for index, one in enumerate(core)}
            by_way = [steps[numbers[one.key]] for one in routing.order(core)] if len(numbers) == len(steps) else steps
            lines = [step._draw_plan(number) for number, step in enumerate(by_way)]
            procedure.drawing = self.env["oa.document"]._mark_places(lines)


class OaRouteStep(models.Model):
    """What the drawing says about a step that runs."""

    _inherit = "oa.route.step"

    def _get_drawn_facts(self):
        self.ensure_one()
        return self.env["oa.procedure.step"]._describe_step(self) | {"place": f"{self.route_id.id}-{self._to_core()[0].place}"}


class OaProcedureStep(models.Model):
    """What the drawing says about a step."""

    _inherit = "oa.procedure.step"

    def _get_drawn_facts(self):
        self.ensure_one()
        return self._describe_step(self) | {"place": str(self._to_core()[0].place)}

    @api.model
    def _describe_step(self, step):
        """Act, rule, condition and term of a step of a procedure or of a route, in words."""
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("act", "mode")}
        rule = labels["mode"].get(step.mode or "all", "")
        amount = max(step.term_amount or 1, 1)
        return {
            "act": labels["act"].get(step.act, ""),
            "rule": f"{rule}: {step.quorum}" if step.mode == "some" else rule,
            "condition": self.env._("only under a condition") if step.condition else "",
            "term": self._describe_amount(amount, step.term_unit),
        }

    def _describe_amount(self, amount, unit):
        if unit == "working_hours":
            return self.env._("1 working hour") if amount == 1 else self.env._("%(count)s working hours", count=amount)
        return self.env._("1 working day") if amount == 1 else self.env._("%(count)s working days", count=amount)

    def _draw_plan(self, number):
        """The step as a line of the drawing of its procedure, also while it is being written."""
        functions = dict(self._fields["function"]._description_selection(self.env))
        # Names of positions, units and colleagues are no secret.
        step_sudo = self.sudo()
        named = {"job": step_sudo.job_id.name, "unit": step_sudo.unit_id.name, "persons": ", ".join(step_sudo.user_ids.mapped("name"))}
        who = named.get(self.function) or functions.get(self.function, "")
        user = self.env["res.users"]
        facts = self._get_drawn_facts() if self.act else {}
        line = self.env["oa.document"]._draw(f"plan-{number}", self.name or "", user, "planned", **facts)
        return {**line, "person": who, "is_me": False}
