import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import OperationalError

from ..adapters.foreign import Limits, Task, perform
from ..adapters.pdf_renderer import render_pdf
from ..core.errors import RegistryError
from ..core.file_check import check_file
from ..core.scan_split import SEPARATOR, split_pages
from .messages import get_sentence
from .qr import draw_qr

_logger = logging.getLogger(__name__)

_PORTION = 20
"""Pages that are read between two commits; a killed worker loses one portion."""
_LIMITS = Limits(seconds=240)
_PICTURES = ("image/tiff", "image/jpeg", "image/png")


class OaScanBatch(models.Model):
    """A pile of letters scanned in one go: kept as it came, read in portions, cut in one transaction."""

    _name = "oa.scan.batch"
    _description = "Scanned pile"
    _inherit = "oa.system.fields"
    _order = "id desc"
    _system_fields = frozenset({
        "name", "company_id", "office_id", "user_id", "state", "problem", "page_count", "pages_read", "page_codes", "sha256", "size",
        "attachment_id", "pages_attachment_id", "finished_at",
    })  # fmt: skip

    name = fields.Char("File", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True)
    office_id = fields.Many2one("oa.registry.office", "Registry office", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Scanned by", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Being read"), ("done", "Cut"), ("failed", "Failed")],
        required=True, readonly=True, default="waiting", index=True,
    )  # fmt: skip
    problem = fields.Char(readonly=True)
    page_count = fields.Integer("Pages", readonly=True, aggregator=None)
    pages_read = fields.Integer(readonly=True, aggregator=None)
    page_codes = fields.Json(readonly=True, exportable=False)
    progress = fields.Integer(compute="_compute_progress")
    sha256 = fields.Char("SHA-256", required=True, readonly=True, index=True)
    size = fields.Integer("Size in bytes", readonly=True, aggregator=None)
    attachment_id = fields.Many2one("ir.attachment", "Original", readonly=True, ondelete="restrict")
    pages_attachment_id = fields.Many2one("ir.attachment", "Pictures as PDF", readonly=True, ondelete="restrict")
    finished_at = fields.Datetime(readonly=True)
    part_ids = fields.One2many("oa.scan.part", "batch_id", "Letters", readonly=True)
    filed_count = fields.Integer("Filed", compute="_compute_counts")
    waiting_count = fields.Integer("Without a document", compute="_compute_counts")

    @api.depends("pages_read", "page_count", "state")
    def _compute_progress(self):
        for batch in self:
            batch.progress = 100 if batch.state == "done" else 95 * batch.pages_read // (batch.page_count or 1)

    @api.depends("part_ids.state")
    def _compute_counts(self):
        groups = self.env["oa.scan.part"]._read_group([("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"])
        counts = {(batch.id, state): count for batch, state, count in groups}
        for batch in self:
            batch.filed_count = counts.get((batch.id, "filed"), 0)
            batch.waiting_count = counts.get((batch.id, "waiting"), 0)

    # ------------------------------------------------------------ coming in
    @api.private
    @api.model
    def _receive_files(self, office, attachments):
        """Keep the scans; cutting them is for the background."""
        return self.browse().concat(*(self._receive(office, file.name, file.raw or b"") for file in attachments))

    @api.private
    @api.model
    def _receive(self, office, name, data):
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            raise AccessError(self.env._("Scans are taken in by the registry clerk."))
        office.check_access("read")
        try:
            facts = check_file(name, data, 4 * self.env["oa.document"]._get_upload_limit())
        except RegistryError as error:
            raise UserError(get_sentence(self.env, error)) from error
        if facts.mimetype not in {"application/pdf", *_PICTURES}:
            raise UserError(self.env._("“%(name)s” is neither PDF nor a picture.", name=name))
        self._check_new(office, facts)
        # Clerks create no batches by hand: the checks above are the only door.
        batch_sudo = self.sudo()._as_system().create({
            "name": name, "company_id": office.company_id.id, "office_id": office.id, "user_id": self.env.uid,
            "sha256": facts.sha256, "size": facts.size,
        })  # fmt: skip
        batch_sudo.attachment_id = self.env["ir.attachment"].sudo().create({  # as above
            "name": name, "raw": data, "mimetype": facts.mimetype, "res_model": self._name, "res_id": batch_sudo.id,
        })  # fmt: skip
        self.env.ref("oa_registry.oa_scan_batch_cron").sudo()._trigger()  # as above
        self.env["oa.journal.entry"]._log(batch_sudo.with_env(self.env), "scan_batch", name)
        return batch_sudo.with_env(self.env)

    def _check_new(self, office, facts):
        same = self.search([("sha256", "=", facts.sha256), ("company_id", "=", office.company_id.id), ("state", "!=", "failed")], limit=1)
        if same:
            moment = f"{self.env['oa.document']._get_official_moment(same.create_date):%d.%m.%Y %H:%M}"
            raise UserError(self.env._("This scan has already been taken in: %(name)s, %(moment)s.", name=same.name, moment=moment))

    # ------------------------------------------------------------ reading and cutting
    @api.model
    def _cron_read(self):
        """Read piles in portions; each portion is committed, so that the next run goes on from there."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "in", ("waiting", "running"))], order="id")
        progress(remaining=len(waiting))
        for batch in waiting:
            batch = batch._as_asked()
            while batch.state in {"waiting", "running"}:
                batch._try_work()
                if not progress():
                    return
            progress(1)

    def _as_asked(self):
        """The pile with the eyes of the person who scanned it."""
        person, company = self.user_id, self.company_id
        return self.with_user(person).with_company(company).with_context(lang=person.lang, allowed_company_ids=company.ids)

    def _try_work(self):
        try:
            with self.env.cr.savepoint():
                self._work()
        except OperationalError:
            raise
        except Exception as error:
            # One pile that cannot be read must not keep all others; the original is kept.
            if isinstance(error, RegistryError):
                reason = get_sentence(self.env, error)
            else:
                _logger.exception("scanned pile %s cannot be read", self.id)
                reason = self.env._("The server could not read it.")
            self._write_system_sudo({"state": "failed", "problem": reason})

    def _work(self):
        # The original belongs to the pile that its person may read.
        batch_sudo = self.sudo()
        if batch_sudo.attachment_id.mimetype in _PICTURES and not batch_sudo.pages_attachment_id:
            self._unfold()
            return
        data = (batch_sudo.pages_attachment_id or batch_sudo.attachment_id).raw or b""
        if not self.page_count:
            with perform(Task("count", limits=_LIMITS), data) as (answer, _folder):
                self._write_system_sudo({"state": "running", "page_count": answer["pages"], "pages_read": 0, "page_codes": []})
            if not self.page_count:
                raise UserError(self.env._("The scan has no pages."))
        elif self.pages_read < self.page_count:
            first, last = self.pages_read + 1, min(self.pages_read + _PORTION, self.page_count)
            with perform(Task("codes", {"first": first, "last": last}, _LIMITS), data) as (answer, _folder):
                self._write_system_sudo({"pages_read": last, "page_codes": [*(self.page_codes or []), *answer["codes"]]})
        else:
            self._cut(data)

    def _unfold(self):
        """Pictures are cut as a PDF of them; the original stays as it came."""
        # As above.
        with perform(Task("unfold", limits=_LIMITS), self.sudo().attachment_id.raw or b"") as (_answer, folder):
            pages = self.env["ir.attachment"].sudo().create({
                "name": f"{self.name}.pdf", "raw": (folder / "output").read_bytes(), "mimetype": "application/pdf",
                "res_model": self._name, "res_id": self.id,
            })  # fmt: skip
        self._write_system_sudo({"pages_attachment_id": pages.id})

    def _cut(self, data):
        """Make all parts and file those whose label is known, or none of it."""
        codes = {code for page in self.page_codes for code in page if code != SEPARATOR}
        documents = self.env["oa.document"].search([("uri", "in", list(codes)), ("company_id", "=", self.company_id.id)])
        by_code = {document.uri: document for document in documents}
        parts = split_pages(self.page_codes, by_code)
        with perform(Task("cut", {"parts": [[part.first, part.last] for part in parts]}, _LIMITS), data) as (_answer, folder):
            for number, part in enumerate(parts):
                scan = self.env["oa.scan.part"]._make(self, part, folder / f"part-{number}.pdf")
                scan._find_home(by_code.get(part.code))
        self._write_system_sudo({"state": "done", "finished_at": fields.Datetime.now()})

    def _write_system_sudo(self, vals):
        # People read piles; only the reading writes them.
        self.sudo()._write_system(vals)
        self.invalidate_recordset()

    # ------------------------------------------------------------ for people
    def _open_form(self):
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")]}

    def action_open_original(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/scan/batch/{self.id}", "target": "new"}

    def action_retry(self):
        """Read a pile that failed once more."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "failed" or not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            raise UserError(self.env._("Only a pile that failed is read again."))
        self._write_system_sudo({"state": "waiting", "problem": False, "page_count": 0})
        self.env.ref("oa_registry.oa_scan_batch_cron").sudo()._trigger()  # whoever scans may wake the reading

    def _get_stream(self):
        self.check_access("read")
        self.env["oa.journal.entry"]._log(self, "open_file", self.name)
        # The right to the pile has been asked.
        return self.env["ir.binary"]._get_stream_from(self.sudo().attachment_id, "raw", filename=self.name)

    @api.model
    def _print_separator(self):
        return render_pdf(str(self.env["ir.qweb"]._render("oa_registry.oa_scan_separator", {"qr": draw_qr(SEPARATOR)})), "Разделител")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Scanned piles are not deleted."))
