import logging
import shutil
from datetime import timedelta
from hashlib import sha1
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

_KEPT_FOR = timedelta(days=7)
_CHUNK = 1 << 20
EXPORT_FIELDS = frozenset({"user_id", "company_id", "state", "finished_at", "attachment_id", "problem"})


class OaBackgroundExport(models.AbstractModel):
    """A file for one person, made in portions by a cron: memory stays flat and a killed worker loses one of them."""

    _name = "oa.background.export"
    _inherit = "oa.system.fields"
    _description = "File made in the background"

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "In progress"), ("done", "Ready"), ("cancelled", "Cancelled"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    finished_at = fields.Datetime("Ready at", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    problem = fields.Char("Why it failed", readonly=True)

    _waiting_index = models.Index("(id) WHERE state IN ('waiting', 'running')")

    @api.private
    def _work(self):
        """Hook: make the next portion; the last one sets the state to done."""
        raise NotImplementedError

    def _check_may_go_on(self):
        """Hook: refuse when the person may no longer have the file."""
        raise NotImplementedError

    def _get_mimetype(self):
        """Hook: the type of the file."""
        raise NotImplementedError

    def _get_file_name(self):
        """Hook: the name under which the browser stores it."""
        raise NotImplementedError

    def _drop_parts(self):
        """Hook: remove what the portions left."""

    @api.private
    def _write(self, vals):
        # How far the work is belongs to the system, whoever asked for it.
        self.sudo()._write_system(vals)

    def _store(self, path):
        """Move the file into the filestore without reading it into memory."""
        # The result belongs to the record of the export, whose reader is one person.
        attachments_sudo = self.env["ir.attachment"].sudo()
        vals = {"name": self._get_file_name(), "mimetype": self._get_mimetype(), "res_model": self._name, "res_id": self.id}
        if attachments_sudo._storage() == "db":
            return attachments_sudo.create({**vals, "raw": path.read_bytes()})
        attachment = attachments_sudo.create({**vals, "raw": b""})
        digest = _hash(path)
        place = f"{digest[:2]}/{digest}"
        target = Path(attachments_sudo._full_path(place))
        target.parent.mkdir(exist_ok=True)
        size = path.stat().st_size
        shutil.move(path, target)
        attachments_sudo._mark_for_gc(place)
        attachment.flush_recordset()
        # Odoo itself takes content only as bytes in memory.
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s, db_datas = NULL, checksum = %s, file_size = %s WHERE id = %s",
            [place, digest, size, attachment.id],
        )
        attachment.invalidate_recordset()
        return attachment

    @api.model
    def _cron_export(self):
        """Work on long exports in portions; each portion is committed, so that the next run goes on from there."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "in", ("waiting", "running"))], order="id")
        progress(remaining=len(waiting))
        for export in waiting:
            export = export._as_asked()
            while export.state in {"waiting", "running"}:
                export._try_work()
                if not progress():
                    return
            if export.state in {"done", "failed"}:
                export._tell()
            progress(1)

    def _as_asked(self):
        """The export with the eyes of the person who asked for it."""
        person = self.user_id
        return self.with_user(person).with_context(lang=person.lang, allowed_company_ids=self.company_id.ids)

    def _try_work(self):
        try:
            with self.env.cr.savepoint():
                self._check_may_go_on()
                self._work()
        except OperationalError:
            # The database had no time for it (a deadlock, a restart): the next run tries again.
            raise
        except Exception as error:
            # One export that cannot be made must not keep all others.
            _logger.exception("%s failed", self)
            reason = str(error.args[0]) if isinstance(error, (UserError, AccessError)) else self.env._("The server could not make it.")
            self._write({"state": "failed", "problem": reason, "finished_at": fields.Datetime.now()})

    def _tell(self):
        is_done = self.state == "done"
        title = self.env._("The export is ready") if is_done else self.env._("The export failed")
        message = self.display_name if is_done else self.problem
        # The notice is for the person who asked.
        self.sudo().user_id._bus_send(
            "simple_notification", {"type": "success" if is_done else "danger", "title": title, "message": message}
        )

    def action_cancel(self):
        self.check_access("read")
        for export in self:
            if export.state not in {"waiting", "running"}:
                raise UserError(self.env._("Only an export in progress is cancelled."))
        self._write({"state": "cancelled", "finished_at": fields.Datetime.now()})

    def action_download(self):
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("The export is not ready yet."))
        return {"type": "ir.actions.act_url", "url": f"/oa/export/{self.id}", "target": "download"}

    @api.private
    def _get_stream(self):
        """The bytes for the browser of the person who asked, as long as that person may."""
        self.ensure_one()
        self.check_access("read")
        self._check_may_go_on()
        # The rule of the export has been asked; its file has no other reader.
        return self.env["ir.binary"]._get_stream_from(self.sudo().attachment_id, "raw")

    @api.autovacuum
    def _gc_exports(self):
        """A file full of personal data is not kept longer than it takes to fetch it."""
        if self._abstract:
            return
        old = self.sudo().search([("create_date", "<", fields.Datetime.now() - _KEPT_FOR)], limit=500)  # of all people
        old._drop_parts()
        # Files of a record go with it.
        old.unlink()


def _hash(path):
    digest = sha1(usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
