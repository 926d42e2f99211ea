from bisect import bisect_left, bisect_right
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models

from ..core.dry_run import HORIZON, Absence, Odds


class OaProcedureTrial(models.Model):
    """Who is planned to be away while documents would go this way, and what is assumed of everybody else."""

    _inherit = "oa.procedure.trial"

    assumptions = fields.Html(compute="_compute_assumptions", sanitize=False)

    @api.depends("procedure_id")
    @api.depends_context("lang")
    def _compute_assumptions(self):
        for trial in self:
            trial.assumptions = trial._draw_assumptions()

    def _list_working_days(self):
        """The next working days of the official calendar."""
        calendar, today = self.env["oa.calendar.day"]._get_calendar(), self.env["oa.calendar.day"]._get_today()
        days = (today + timedelta(days=offset) for offset in range(2 * HORIZON))
        return [day for day in days if calendar.is_working(day)][:HORIZON]

    def _list_planned(self):
        """Absences of the people of these steps, as the substitutions and the working calendar of the administration have them."""
        people, days = self._list_people(), self._list_working_days()
        # An absence and who acts meanwhile is known to all colleagues.
        mandates = self.env["oa.substitution"].sudo().search([
            ("holder_id", "in", people.ids), ("company_id", "=", self.company_id.id), ("sort", "=", "substitution"),
            ("state", "in", ("draft", "active")), ("date_from", "<=", days[-1]), ("date_to", ">=", days[0]),
        ])  # fmt: skip
        planned = [
            (mandate.holder_id, mandate.date_from, mandate.date_to, mandate.substitute_id if mandate.state == "active" else people.browse())
            for mandate in mandates
        ]
        return planned + self._list_leaves(people, days, {mandate.holder_id for mandate in mandates})

    def _list_leaves(self, people, days, known):
        """Days off that stand in the working calendar only; nobody is named who acts meanwhile."""
        # As above.
        employees = self.env["hr.employee"].sudo().search([("user_id", "in", (people - people.browse().union(*known)).ids)])
        owner = {employee.resource_id: employee.user_id for employee in employees}
        leaves = self.env["resource.calendar.leaves"].sudo().search([
            ("resource_id", "in", employees.resource_id.ids), ("date_from", "<=", fields.Datetime.to_datetime(days[-1])),
            ("date_to", ">=", fields.Datetime.to_datetime(days[0])),
        ])  # fmt: skip
        return [(owner[leave.resource_id], leave.date_from.date(), leave.date_to.date(), people.browse()) for leave in leaves]

    def _list_people(self):
        procedure = self.procedure_id
        author = procedure._find_usual_author()
        document = self.env["oa.document"].new({"company_id": self.company_id.id, "author_id": author.id, "kind_id": procedure.kind_id.id})
        users = self.env["res.users"].union(
            *(author if step.function in ("chosen", "author") else step._find_users(document) for step in procedure.step_ids)
        )
        return users.sudo()  # names of colleagues are no secret

    def _get_absences(self):
        """The planned absences, counted in working days from today."""
        days = self._list_working_days()
        counted = [
            Absence(person.name, float(bisect_left(days, first)), float(bisect_right(days, last)), substitute.name or "")
            for person, first, last, substitute in self._list_planned()
        ]
        return [absence for absence in counted if absence.first < absence.last]

    # ------------------------------------------------------------ in words
    def _draw_assumptions(self):
        odds, days = Odds(), self._list_working_days()
        lines = [self._say_planned(*planned) for planned in self._list_planned()]
        if lines:
            until = self.env._("Runs begin on any working day until %(day)s. Planned absences:", day=f"{days[-1]:%d.%m.%Y}")
        else:
            until = self.env._("No absences are planned for the people of these steps until %(day)s.", day=f"{days[-1]:%d.%m.%Y}")
        facts = self.env._(
            "Assumed for everybody else: before %(absence)s of the acts the person is away for 1 to %(longest)s working days. "
            "Assumed for all: %(return_)s of the opinions return the document, %(refusal)s of the signatures are refused, a condition "
            "holds for %(condition)s of the documents, %(documents)s documents begin each day.",
            absence=f"{odds.absence:.0%}", longest=odds.longest_absence, return_=f"{odds.return_:.0%}", refusal=f"{odds.refusal:.0%}",
            condition=f"{odds.condition:.0%}", documents=round(odds.documents_per_day),
        )  # fmt: skip
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        listed = Markup("<ul>%s</ul>") % items if lines else Markup()
        return Markup("<p class='mb-1'>%s</p>%s<p class='mb-0'>%s</p>") % (until, listed, facts)

    def _say_planned(self, person, first, last, substitute):
        facts = {"person": person.name, "days": f"{first:%d.%m.%Y} – {last:%d.%m.%Y}", "substitute": substitute.name}
        if substitute:
            return self.env._("%(person)s: %(days)s, %(substitute)s acts", **facts)
        return self.env._("%(person)s: %(days)s, nobody acts", **facts)
