from odoo import fields, models


class OaRouteStep(models.Model):
    """Until when a step has to be taken, in days or in hours, and how that was counted."""

    _inherit = "oa.route.step"

    due_at = fields.Datetime(readonly=True)
    term_explanation = fields.Text("How the term was counted", readonly=True)

    def _prepare_term_vals(self, now):
        """Until when the step has to be taken, and how that was counted."""
        amount, calendar = max(self.term_amount, 1), self.env["oa.calendar.day"]
        if self.term_unit == "working_hours":
            due_at, explanation = calendar._count_working_hours(now, amount, self.company_id)
            return {"due_at": due_at, "due_on": self.document_id._get_official_day(due_at), "term_explanation": explanation}
        term = calendar._count_working_days(calendar._get_today(), amount)
        return {"due_on": term.due, "term_explanation": term.explanation}
