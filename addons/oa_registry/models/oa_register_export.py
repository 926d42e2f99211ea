import tempfile
import zlib
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..adapters.book_pdf import PdfBook
from ..core.book import Place
from ..core.book_csv import CsvBook
from ..core.book_xlsx import XlsxBook
from ..core.official_day import get_day_bounds
from .oa_background_export import EXPORT_FIELDS

AT_ONCE = 2000
"""So many lines are answered within the request."""
_PORTION = 1000

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
    _inherit = "oa.background.export"
    _description = "Export of a register"
    _order = "id desc"
    _system_fields = EXPORT_FIELDS | {
        "register_id", "format", "date_from", "date_to", "direction", "kind_id", "annulled", "line_total", "page_count",
    }  # fmt: skip

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
    line_total = fields.Integer("Entries in the period", readonly=True, aggregator=None)
    part_ids = fields.One2many("oa.register.export.part", "export_id", readonly=True)
    progress = fields.Integer("Progress, %", compute="_compute_progress")
    page_count = fields.Integer("Pages", readonly=True, aggregator=None)

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

    def _check_may_go_on(self):
        self._check_may_export(self.register_id, self.format)

    def _get_mimetype(self):
        return _TYPES[self.format]

    def _drop_parts(self):
        self.part_ids.unlink()

    @api.model
    def _check_may_export(self, register, format_name):
        user = self.env.user
        is_auditor = user.has_group("oa_registry.oa_registry_group_auditor")
        if not user.has_group("oa_registry.oa_registry_group_clerk") and not (is_auditor and format_name == "proof"):
            raise AccessError(self.env._("Registers are exported by registry clerks; auditors take the proof."))
        register.check_access("read")

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

    def action_download(self):
        action = super().action_download()
        return {**action, "target": "new"} if self.format == "pdf" else action


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
