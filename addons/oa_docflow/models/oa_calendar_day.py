from odoo import api, fields, models, tools

from ..core.terms import Calendar, SpecialDay, Unit, compute_term, explain_day


class OaCalendarDay(models.Model):
    """A day of the official calendar that differs from its weekday."""

    _name = "oa.calendar.day"
    _inherit = ["oa.journal.mixin"]
    _description = "Day of the official calendar"
    _order = "day desc"
    _rec_name = "day"

    day = fields.Date(required=True, index=True)
    is_working = fields.Boolean(string="Working day")
    reason = fields.Char(required=True)
    legal_ground = fields.Char()

    _day_unique = models.Constraint("UNIQUE (day)", "This day is already in the calendar.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @api.private
    def _keep_changes(self):
        """What an administrator has mended in the shipped table stays when the addon is updated."""
        # The marks of shipped records belong to the platform.
        shipped_sudo = self.env["ir.model.data"].sudo().search([("model", "=", self._name), ("noupdate", "=", False)])
        shipped_sudo.write({"noupdate": True})

    @api.model
    @tools.ormcache()
    def _get_calendar(self):
        # Everybody's terms are counted with the whole table, whatever the person may read.
        days = self.sudo().search_fetch([("day", "!=", False)], ["day", "is_working", "reason"])
        return Calendar.of(SpecialDay(day.day, day.is_working, day.reason) for day in days)

    @api.model
    def _get_today(self):
        """The day in Bulgaria, wherever the server or the person is."""
        return fields.Date.context_today(self.with_context(tz="Europe/Sofia"))

    @api.model
    def _compute_term(self, start, amount, unit):
        """Count a term with the official calendar; the answer says how it was counted."""
        return compute_term(start, amount, Unit(unit), self._get_calendar())

    @api.model
    def _count_working_days(self, start, amount):
        return self._compute_term(start, amount, Unit.WORKING_DAYS)

    @api.model
    def _explain_day(self, day, start=None):
        """What a last day that a person chooses means; nothing when there is none."""
        return explain_day(start or self._get_today(), day, self._get_calendar()).explanation if day else False
