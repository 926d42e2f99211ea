import logging
import shutil
import tempfile
import zlib
from datetime import timedelta
from hashlib import sha1
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from psycopg2 import OperationalError

from ..adapters.book_pdf import PdfBook
from ..core.book import Place
from ..core.book_csv import CsvBook
from ..core.book_xlsx import XlsxBook
from ..core.official_day import get_day_bounds

_logger = logging.getLogger(__name__)

AT_ONCE = 2000
"""So many lines are answered within the request."""
_KEPT_FOR = timedelta(days=7)
_PORTION = 1000
_CHUNK = 1 << 20

_WRITERS = {"pdf": PdfBook, "xlsx": XlsxBook, "csv": CsvBook}
_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "proof": "application/zip",
}
FORMATS = [("pdf", "PDF (the official book)"), ("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("proof", "Proof (ZIP with a verifier)")]


class OaRegisterExport(models.Model):
    """A book of a period as a file for one person, made in portions: memory stays flat and a killed worker loses one of them."""

    _name = "oa.register.export"
    _inherit = "oa.system.fields"
    _description = "Export of a register"
    _order = "id desc"
    _system_fields = frozenset(
        {"user_id", "company_id", "register_id", "format", "date_from", "date_to", "direction", "kind_id", "annulled"}
        | {"state", "line_total", "page_count", "finished_at", "attachment_id", "problem"}
    )

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    register_id = fields.Many2one("oa.register", required=True, readonly=True, ondelete="restrict")
    format = fields.Selection(FORMATS, required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    direction = fields.Selection(
        [("all", "All"), ("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")], "Entries", readonly=True
    )
    kind_id = fields.Many2one("oa.document.kind", "Document kind", readonly=True, ondelete="restrict")
    annulled = fields.Selection(
        [("all", "With the annulled"), ("without", "Without the annulled"), ("only", "Only the annulled")], readonly=True
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "In progress"), ("done", "Ready"), ("cancelled", "Cancelled"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    line_total = fields.Integer("Entries in the period", readonly=True, aggregator=None)
    part_ids = fields.One2many("oa.register.export.part", "export_id", readonly=True)
    progress = fields.Integer("Progress, %", compute="_compute_progress")
    finished_at = fields.Datetime("Ready at", readonly=True)
    page_count = fields.Integer("Pages", readonly=True, aggregator=None)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    problem = fields.Char("Why it failed", readonly=True)

    _waiting_index = models.Index("(id) WHERE state IN ('waiting', 'running')")

    @api.depends("register_id", "date_from", "date_to", "format")
    def _compute_display_name(self):
        for export in self:
            export.display_name = export.register_id and f"{export.register_id.code} {export._get_period()}"

    @api.depends("state", "part_ids.line_count", "line_total")
    def _compute_progress(self):
        # The portions are inner things of the export; whoever sees it sees how far it is.
        parts_sudo = self.env["oa.register.export.part"].sudo()
        done = dict(parts_sudo._read_group([("export_id", "in", self.ids)], ["export_id"], ["line_count:sum"]))
        for export in self:
            share = done.get(export, 0) / export.line_total if export.line_total else 0
            export.progress = 100 if export.state == "done" else int(99 * share)

    def _get_period(self):
        return f"{self.date_from:%d.%m.%Y}-{self.date_to:%d.%m.%Y}"

    def _get_file_name(self):
        return f"{self.register_id.code} {self._get_period()}.{'zip' if self.format == 'proof' else self.format}"

    @api.private
    @api.model
    def _ask(self, register, vals):
        """Make the export of the person who asks; a short one is ready when this returns."""
        self._check_may_export(register, vals["format"])
        export = self._as_system().sudo().create(  # people ask; only the work itself writes how far it is
            {**vals, "register_id": register.id, "company_id": register.company_id.id, "user_id": self.env.uid}
        ).with_env(self.env)  # fmt: skip
        export._write({"line_total": export._count_lines()})
        details = f"{dict(self._fields['format']._description_selection(self.env))[export.format]}, {export._get_period()}"
        self.env["oa.journal.entry"]._log(register, "export", details)
        if export.line_total <= AT_ONCE:
            while export.state in {"waiting", "running"}:
                export._work()
        else:
            # The cron belongs to the system; people only say that there is work.
            self.env.ref("oa_registry.oa_register_export_cron").sudo()._trigger()
        return export

    @api.model
    def _check_may_export(self, register, format_name):
        user = self.env.user
        is_auditor = user.has_group("oa_registry.oa_registry_group_auditor")
        if not user.has_group("oa_registry.oa_registry_group_clerk") and not (is_auditor and format_name == "proof"):
            raise AccessError(self.env._("Registers are exported by registry clerks; auditors take the proof."))
        register.check_access("read")

    @api.private
    def _write(self, vals):
        # How far the work is belongs to the system, whoever asked for it.
        self.sudo()._write_system(vals)

    def _get_end(self):
        return get_day_bounds(self.date_to)[1]

    def _get_domain(self):
        domain = Domain([("register_id", "=", self.register_id.id), ("registered_at", "<", self._get_end())])
        if self.format == "proof":
            # A chain has no holes and begins at the beginning.
            return domain
        domain &= Domain("registered_at", ">=", get_day_bounds(self.date_from)[0])
        if self.direction and self.direction != "all":
            domain &= Domain("direction", "=", self.direction)
        if self.kind_id:
            domain &= Domain("kind", "=", self.kind_id.name)
        if self.annulled and self.annulled != "all":
            domain &= Domain("is_annulled", "=", self.annulled == "only")
        return domain

    def _count_lines(self):
        # An official book has no holes: it is counted whole, whoever prints it.
        return self.env["oa.register.entry"].sudo().search_count(self._get_domain())

    @api.private
    def _work(self):
        """Write the next portion, or join the portions when there is none left."""
        self.ensure_one()
        # What was read for the portion before is no longer needed.
        self.env.invalidate_all()
        parts_sudo = self.sudo().part_ids  # nobody has rights on portions
        last = parts_sudo.sorted("number")[-1:]
        taken = sum(parts_sudo.mapped("line_count"))
        if last and taken >= self.line_total:
            self._finish()
            return
        entries = self._read_entries(last.last_entry_id)
        place = Place(sum(parts_sudo.mapped("page_count")), self.line_total, taken + len(entries) >= self.line_total)
        portion = self._write_portion(entries, place)
        parts_sudo._add(self, last, entries, portion)
        if self.state == "waiting":
            self._write({"state": "running"})

    def _read_entries(self, after):
        left = self.line_total - sum(self.sudo().part_ids.mapped("line_count"))  # as in _work
        limit = min(_PORTION, max(left, 0))
        return self._read_rows(self._get_domain() & Domain("id", ">", after), limit) if limit else []

    def _write_portion(self, rows, place):
        """Hook: write one portion of the book."""
        writer = _WRITERS[self.format]()
        return writer.write_portion(self._get_title(), self._prepare_lines(rows), place)

    def _join(self, target):
        """Hook: join the portions into the open file."""
        pages = sum(self.sudo().part_ids.mapped("page_count"))  # as in _work
        _WRITERS[self.format]().join(target, self._get_title(), self._read_portions(), pages)

    def _read_portions(self):
        parts_sudo = self.sudo().part_ids.sorted("number")  # as in _work
        for part_id in parts_sudo.ids:
            # One by one: records that are read together would all be held.
            attachment = parts_sudo.browse(part_id).attachment_id
            yield zlib.decompress(attachment.raw)
            attachment.invalidate_recordset()

    def _finish(self):
        parts_sudo = self.sudo().part_ids  # as in _work
        pages = sum(parts_sudo.mapped("page_count"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book"
            with path.open("wb") as target:
                self._join(target)
            attachment = self._store(path)
        self._write({"state": "done", "finished_at": fields.Datetime.now(), "attachment_id": attachment.id, "page_count": pages})
        parts_sudo.unlink()

    def _store(self, path):
        """Move the file into the filestore without reading it into memory."""
        # The result belongs to the record of the export, whose reader is one person.
        attachments_sudo = self.env["ir.attachment"].sudo()
        vals = {"name": self._get_file_name(), "mimetype": _TYPES[self.format], "res_model": self._name, "res_id": self.id}
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
                self._check_may_export(self.register_id, self.format)
                self._work()
        except OperationalError:
            # The database had no time for it (a deadlock, a restart): the next run tries again.
            raise
        except Exception as error:
            # One export that cannot be made must not keep all others.
            _logger.exception("export %s of a register failed", self.id)
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
        target = "new" if self.format == "pdf" else "download"
        return {"type": "ir.actions.act_url", "url": f"/oa/export/{self.id}", "target": target}

    @api.private
    def _get_stream(self):
        """The bytes for the browser of the person who asked, as long as that person may."""
        self.ensure_one()
        self.check_access("read")
        self._check_may_export(self.register_id, self.format)
        # The rule of the export has been asked; its file has no other reader.
        return self.env["ir.binary"]._get_stream_from(self.sudo().attachment_id, "raw")

    @api.autovacuum
    def _gc_exports(self):
        """A file full of personal data is not kept longer than it takes to fetch it."""
        old = self.sudo().search([("create_date", "<", fields.Datetime.now() - _KEPT_FOR)], limit=500)  # of all people
        old.part_ids.unlink()
        # Files of a record go with it.
        old.unlink()


class OaRegisterExportPart(models.Model):
    """One portion of an export that is not finished; nobody has rights on it."""

    _name = "oa.register.export.part"
    _description = "Portion of an export"
    _order = "export_id, number"

    export_id = fields.Many2one("oa.register.export", required=True, index=True, ondelete="cascade")
    number = fields.Integer(required=True, aggregator=None)
    last_entry_id = fields.Integer("Last entry", required=True, aggregator=None)
    line_count = fields.Integer("Entries", required=True)
    page_count = fields.Integer("Pages", required=True)
    attachment_id = fields.Many2one("ir.attachment", required=True, ondelete="restrict")

    @api.private
    def _add(self, export, last, entries, portion):
        # Of plain text Odoo would keep every word in the table of attachments, and for a while in memory.
        data = zlib.compress(portion.data, 1)
        attachment = self.env["ir.attachment"].create(
            {"name": f"{last.number + 1}", "raw": data, "mimetype": "application/octet-stream", "res_model": self._name}
        )
        return self.create({
            "export_id": export.id,
            "number": last.number + 1,
            "last_entry_id": entries[portion.taken - 1].id if portion.taken else last.last_entry_id,
            "line_count": portion.taken,
            "page_count": portion.pages,
            "attachment_id": attachment.id,
        })  # fmt: skip

    def unlink(self):
        attachments = self.attachment_id
        done = super().unlink()
        attachments.unlink()
        return done


def _hash(path):
    digest = sha1(usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
