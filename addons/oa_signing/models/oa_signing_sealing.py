import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class OaSigningSealing(models.Model):
    """A record that waits for the seal of its administration: sealed in the background, tried again until it is done."""

    _name = "oa.signing.sealing"
    _inherit = "oa.signing.waiting.mixin"
    _description = "Waiting to be sealed"
    _order = "next_at, id"
    _rec_name = "record_name"
    _longest_pause = timedelta(hours=1)

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document", required=True, readonly=True)
    key_id = fields.Many2one("oa.signing.key", "Seal", ondelete="cascade", required=True, readonly=True, index=True)
    company_id = fields.Many2one(related="key_id.company_id")
    user_id = fields.Many2one("res.users", "Asked by", ondelete="cascade", required=True, readonly=True)

    _record_unique = models.Constraint("UNIQUE (res_model, res_id, key_id)", "This document waits for that seal already.")

    @api.model
    def _enqueue(self, records, key):
        """Remember records that the current person wants sealed; one that waits already is not remembered twice."""
        # Whether the person may use the seal was asked of the key; the queue is written by this model only.
        queue_sudo, key_sudo = self.sudo(), key.sudo()
        waiting = queue_sudo.search([("res_model", "=", records._name), ("res_id", "in", records.ids), ("key_id", "=", key.id)])
        message = key_sudo._explain_closed() if key_sudo.opening != "open" else False
        queue_sudo.create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "record_name": record.display_name,
                    "key_id": key.id,
                    "user_id": self.env.uid,
                    "message": message,
                }
                for record in records
                if record.id not in waiting.mapped("res_id")
            ]
        )
        # Whoever puts work here wakes the scheduler.
        self.env.ref("oa_signing.oa_signing_sealing_cron").sudo()._trigger()

    @api.model
    def _wake(self, key):
        """The seal was opened: everything that waits for it is tried now."""
        # As above.
        waiting = self.sudo().search([("key_id", "=", key.id)])
        if waiting:
            waiting._try_again()
            # As above.
            self.env.ref("oa_signing.oa_signing_sealing_cron").sudo()._trigger()

    @api.model
    def _cron_seal(self, limit=100):
        """Seal what is due, each record for itself and with the rights of the person who asked; look after lost seals."""
        self.env["oa.signing.key"]._warn_of_lost()
        due = self._find_due(limit)
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(due))
        for waiting in due:
            waiting._start()
            crons._commit_progress()
            waiting._attempt()
            if not crons._commit_progress(1):
                return

    def _attempt(self):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                message = self._seal()
        except UserError as error:
            message = error.args[0]
        except Exception:
            # A mistake in a hook of one record must not stop the queue; it is in the log, the row stays.
            _logger.exception("sealing of %s %s", self.res_model, self.res_id)
            message = self.env._("The record could not be sealed; the administrator sees why in the log.")
        if not message:
            self.unlink()
            return
        self._wait(message)

    def _seal(self):
        """Seal the record; an empty text, or why it still waits."""
        # The rights of the scheduler end here: the record and the seal are asked about the person.
        person = self.with_user(self.user_id).with_context(lang=self.user_id.lang, tz=self.user_id.tz)
        if self.key_id.opening != "open":
            return self.key_id.with_env(person.env)._explain_closed()
        record = person.env[self.res_model].browse(self.res_id).exists()
        if record:
            record._seal(self.key_id.with_env(person.env))
        return ""
