from dataclasses import asdict

from odoo import api, models
from odoo.fields import Command


class OaProcedure(models.Model):
    """How a procedure that came as a file fits this administration: codes and names become records, or are named as missing."""

    _inherit = "oa.procedure"

    @api.model
    def _fit_plan(self, plan, company):
        """Values for a draft of this plan, and what this administration does not have, in words."""
        missing = []

        def need(records, wanted, label):
            if wanted and not records:
                missing.append(f"{label}: {wanted}")
            return records[:1].id

        label = self._label_of
        vals = {
            "name": plan.name,
            "code": plan.code,
            "lineage": plan.lineage,
            "company_id": company.id,
            "legal_ground": plan.legal_ground,
            "resolver_function": plan.resolver or False,
            "note": plan.note,
            "work_level": plan.work_level or False,
            "initiating_kind_ids": [
                Command.link(kind_id)
                for code in plan.initiating.split(",")
                if (kind_id := need(self._find_kind(code), code, label("initiating")))
            ],
            "kind_id": need(self._find_kind(plan.kind), plan.kind, label("kind")),
            "register_id": need(self._find_of_company("oa.register", "code", plan.register, company), plan.register, label("register")),
            "class_id": need(
                self._find_of_company("oa.case.class", "code", plan.case_class, company), plan.case_class, label("case_class")
            ),
            "template_id": need(
                self._find_of_company("oa.document.template", "name", plan.template, company), plan.template, label("template")
            ),
            "term_ids": [Command.create(asdict(term)) for term in plan.terms],
        }
        steps = []
        for step in plan.steps:
            step_vals, lacking = self.env["oa.procedure.step"]._fit_step(step, company)
            steps.append(Command.create(step_vals))
            missing += lacking
        return {**vals, "step_ids": steps}, missing

    def _find_kind(self, code):
        direction, _colon, kind_code = (code or "").partition(":")
        return self.env["oa.document.kind"].search([("direction", "=", direction), ("code", "=", kind_code)], limit=1)

    def _find_of_company(self, model, field, value, company):
        if not value:
            return self.env[model]
        return self.env[model].search([(field, "=", value), ("company_id", "in", [company.id, False])], order="company_id", limit=1)


class OaProcedureStep(models.Model):
    """A step that came as a file."""

    _inherit = "oa.procedure.step"

    @api.model
    def _fit_step(self, step, company):
        """Values for this step, and what this administration does not have for it."""
        missing = []
        vals = {
            "sequence": step.place,
            "act": step.act,
            "name": step.name,
            "function": step.who,
            "mode": step.mode,
            "quorum": step.quorum,
            "condition": step.condition or False,
            "term_amount": step.term_amount,
            "term_unit": step.term_unit,
            "signature_level": step.level,
            "legal_ground": step.legal_ground,
        }
        if step.who == "job":
            vals["job_id"] = self._find_named("hr.job", step.detail, company).id
        elif step.who == "unit":
            vals["unit_id"] = self._find_named("hr.department", step.detail, company).id
        if step.who == "persons" or (step.who in ("job", "unit") and not (vals.get("job_id") or vals.get("unit_id"))):
            # Persons of another administration, and posts that this one does not have, are chosen by the author of each document.
            missing.append(f"{step.name}: {step.detail}")
            vals["function"] = "chosen"
        # Whether a field exists is no secret.
        found = self.env["ir.model.fields"].sudo().search([("model", "=", "oa.document"), ("name", "in", step.required.split(","))])
        missing += [f"{step.name}: {name}" for name in step.required.split(",") if name and name not in found.mapped("name")]
        return {**vals, "required_field_ids": [Command.set(found.ids)]}, missing

    def _find_named(self, model, name, company):
        # Which posts and units there are is known to everybody.
        return self.env[model].sudo().search([("name", "=", name), ("company_id", "in", [company.id, False])], limit=1)
