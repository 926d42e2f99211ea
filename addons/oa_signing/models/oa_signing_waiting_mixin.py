from datetime import timedelta

from odoo import fields, models

_FIRST_PAUSE = timedelta(minutes=1)


class OaSigningWaitingMixin(models.AbstractModel):
    """Work that waits for a scheduled job: tried again after growing pauses until it is done or somebody gives it up."""

    _name = "oa.signing.waiting.mixin"
    _description = "Work in line"
    _longest_pause = timedelta(hours=6)

    attempts = fields.Integer(readonly=True, aggregator=None)
    next_at = fields.Datetime("Next attempt", default=fields.Datetime.now, required=True, index=True, readonly=True)
    started_at = fields.Datetime("Under way since", readonly=True)
    message = fields.Text("Why it is not done yet", readonly=True)
    given_up_at = fields.Datetime("Given up", readonly=True)
    given_up_by_id = fields.Many2one("res.users", "Given up by", readonly=True, ondelete="set null")

    def _find_due(self, limit):
        return self.search([("next_at", "<=", fields.Datetime.now()), ("given_up_at", "=", False)], limit=limit)

    def _start(self):
        """Say that work is under way, and commit that before it begins: what kills the worker does not come first again."""
        now = fields.Datetime.now()
        for row in self:
            # Begun before and never ended: that attempt counts, too.
            attempts = row.attempts + bool(row.started_at)
            row.write({"started_at": now, "attempts": attempts, "next_at": now + row._get_pause(attempts)})

    def _wait(self, message):
        """The attempt failed; the next one comes after a longer pause."""
        pause = self._get_pause(self.attempts)
        self.write({"attempts": self.attempts + 1, "message": message, "next_at": fields.Datetime.now() + pause, "started_at": False})

    def _get_pause(self, attempts):
        return min(_FIRST_PAUSE * 2 ** min(attempts, 12), self._longest_pause)

    def _try_again(self):
        """From the beginning, at once; the last message stays until the outcome is known."""
        vals = {"next_at": fields.Datetime.now(), "attempts": 0, "started_at": False, "given_up_at": False, "given_up_by_id": False}
        self.write(vals)

    def _give_up(self, user):
        self.write({"given_up_at": fields.Datetime.now(), "given_up_by_id": user.id, "started_at": False})
