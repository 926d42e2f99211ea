from datetime import time

from odoo import api, fields, models

from ..core.working_hours import WorkingDay, compute_hours

ZONE = "Europe/Sofia"


class OaCalendarDay(models.Model):
    """Terms in working hours, by the working time of the administration."""

    _inherit = "oa.calendar.day"

    @api.model
    def _count_working_hours(self, start, hours, company):
        """The moment (UTC) at which so many working hours have passed since the moment `start` (UTC), and how it was counted."""
        local = fields.Datetime.context_timestamp(self.with_context(tz=ZONE), start)
        term = compute_hours(local.replace(tzinfo=None), hours, self._get_calendar(), self._get_working_day(company))
        return term.due - local.utcoffset(), term.explanation

    @api.model
    def _get_working_day(self, company):
        # From when to when an administration works is known to everybody.
        attendances = company.sudo().resource_calendar_id.attendance_ids
        if not attendances:
            return WorkingDay()
        first, last = min(attendances.mapped("hour_from")), max(attendances.mapped("hour_to"))
        return WorkingDay(_to_time(first), _to_time(last))


def _to_time(hours):
    minutes = min(round(hours * 60), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)
