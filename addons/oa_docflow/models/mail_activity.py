from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .locks import is_moving
from .oa_turn_mixin import ACTS

_COUNT_LIMIT = 1000
_APART, _APART_KEY = object(), "oa_docflow_apart"


class MailActivity(models.Model):
    """Activities of the flow are opened and closed by the flow: whoever could tick one off would have skipped a step."""

    _inherit = "mail.activity"

    _flow_index = models.Index("(user_id, date_deadline) WHERE active AND automated")

    def _get_flow_type_ids(self):
        find_id = self.env["ir.model.data"]._xmlid_to_res_id
        return {find_id(f"oa_docflow.mail_activity_type_{act}", raise_if_not_found=False) for act, _label in ACTS}

    def _is_of_flow(self):
        self.ensure_one()
        # Whether it belongs to the flow is asked also by those who may not read it.
        activity_sudo = self.sudo()
        return activity_sudo.automated and activity_sudo.activity_type_id.id in self._get_flow_type_ids()

    def _compute_can_write(self):
        result = super()._compute_can_write()
        self.filtered(lambda activity: activity._is_of_flow()).can_write = False
        return result

    def _close_turns(self, records):
        """Take away activities whose turn is over, and nothing else: they have neither files nor anything that hangs on them.

        An ordinary deletion asks for all that and empties the cache, so that everything is read a second time.
        """
        if not self:
            return
        today = fields.Date.today()
        for user, activities in self.filtered(lambda activity: activity.date_deadline <= today).grouped("user_id").items():
            user._bus_send("mail.activity/updated", {"activity_deleted": True, "count_diff": -len(activities)})
        self.flush_recordset()
        self.env.cr.execute("DELETE FROM mail_activity WHERE id = ANY(%s)", [self.ids])
        self.invalidate_recordset(flush=False)
        names = [name for name in records._fields if name.startswith(("activity_", "my_activity_"))]
        records.invalidate_recordset(names, flush=False)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get(_APART_KEY) is _APART:
            domain = Domain(domain) & ~(Domain("automated", "=", True) & Domain("activity_type_id", "in", self._list_flow_type_ids()))
        return super()._search(domain, *args, **kwargs)

    def _without_flow(self):
        """The model as it searches for what is not of the flow."""
        return self.with_context(**{_APART_KEY: _APART})

    def _list_flow_type_ids(self):
        return sorted(self._get_flow_type_ids() - {False})

    @api.model
    def _count_flow(self):
        """How many records of each model wait for the current person: late, today, later; up to a limit, the nearest first."""
        self.flush_model()
        today = self.env["oa.calendar.day"]._get_today()
        # One's own activities are counted, however many they are; what they are about is shown in the lists, by their rules.
        self.env.cr.execute(
            """
            SELECT res_model, count(*) FILTER (WHERE first < %s), count(*) FILTER (WHERE first = %s), count(*) FILTER (WHERE first > %s)
              FROM (SELECT res_model, res_id, min(date_deadline) AS first
                      FROM (SELECT res_model, res_id, date_deadline FROM mail_activity
                             WHERE user_id = %s AND active AND automated AND activity_type_id = ANY(%s)
                             ORDER BY date_deadline LIMIT %s) nearest
                     GROUP BY res_model, res_id) waiting
             GROUP BY res_model
            """,
            [today, today, today, self.env.uid, self._list_flow_type_ids(), _COUNT_LIMIT],
        )
        return {model: counts for model, *counts in self.env.cr.fetchall()}

    def _check_flow(self):
        if not is_moving(self.env) and any(activity._is_of_flow() for activity in self):
            raise AccessError(self.env._("This waits for an act on the document or the task: open it and use its buttons."))

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_flow()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def write(self, vals):
        if vals.keys() & {"user_id", "active", "activity_type_id", "res_id", "res_model_id", "date_deadline"}:
            self._check_flow()
        return super().write(vals)

    def unlink(self):
        self._check_flow()
        return super().unlink()
