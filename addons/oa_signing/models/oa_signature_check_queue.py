import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.content import may_be_signed
from ..core.specs import DocumentVerdict

_logger = logging.getLogger(__name__)
_SAME_FOR = timedelta(days=1)


class OaSignatureCheckQueue(models.Model):
    """A file of a record that came in and is to be checked in the background."""

    _name = "oa.signature.check.queue"
    _inherit = "oa.signing.waiting.mixin"
    _description = "Signed file waiting for its check"
    _order = "next_at, id"
    _rec_name = "file_name"

    file_name = fields.Char("File", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", required=True, readonly=True, ondelete="cascade")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Brought by", required=True, readonly=True, ondelete="cascade")

    _attachment_unique = models.Constraint("UNIQUE (attachment_id)", "This file is in the queue already.")

    @api.private
    @api.model
    def _enqueue(self, record, files):
        """Put those (name, attachment) in line that may be signed; whoever brings a file waits for nothing."""
        rows = [
            {
                "file_name": name,
                "attachment_id": attachment.id,
                "res_model": record._name,
                "res_id": record.id,
                "company_id": record.company_id.id or self.env.company.id,
                "user_id": self.env.uid,
            }
            for name, attachment in files
            if may_be_signed(attachment.raw or b"") or record._may_hold_files(attachment.raw or b"")
        ]
        if rows:
            # Everybody who adds files puts work here; nobody but the cron takes it.
            self.sudo().create(rows)
            self.env.ref("oa_signing.oa_signature_check_queue_cron").sudo()._trigger()

    @api.model
    def _cron_check(self, limit=100):
        """Check what is due; each file for itself, so a broken one holds up nobody."""
        due = self._find_due(limit)
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(due))
        for row in due:
            row._start()
            crons._commit_progress()
            row._attempt()
            if not crons._commit_progress(1):
                return

    def _attempt(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else self.browse()
        try:
            with self.env.cr.savepoint():
                if record:
                    self._check(record)
        except UserError as error:
            self._wait(error.args[0])
        except Exception:
            # A hook of the record must not stop the queue; it is in the log, the row stays.
            _logger.exception("check of attachment %s", self.attachment_id.id)
            self._wait(self.env._("The check stopped; the administrator sees why in the log."))
        else:
            self.unlink()

    def _check(self, record):
        checks = self.env["oa.signature.check"].with_company(self.company_id).with_context(lang=self.user_id.lang)
        for name, data in record._list_signed_parts(self.file_name, self.attachment_id.raw or b""):
            if known := self._find_same(checks._get_cache_key(data)):
                checks._keep(name, data, DocumentVerdict.from_wire(known.report), {"record": record})
            else:
                checks._validate_signed(name, data, record)

    def _find_same(self, key):
        """A certain verdict on the same bytes under the same policy and lists, not older than a day."""
        since = fields.Datetime.now() - _SAME_FOR
        domain = [("outcome", "!=", "indeterminate"), ("original_digest", "=", False), ("checked_at", ">=", since)]
        return self.env["oa.signature.check"].search(domain + [(name, "=", value) for name, value in key.items()], limit=1)
