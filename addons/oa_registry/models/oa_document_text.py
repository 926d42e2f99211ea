import tempfile
from contextlib import contextmanager

from odoo import api, fields, models

from ..adapters import text_reader
from ..adapters.foreign import Limits, Task, perform
from ..core.errors import RegistryError
from .messages import get_text_reason

_BATCH = 50
_SHOWN = 200_000
"""Characters that are shown beside the form."""
_PAGE_LIMITS = Limits(seconds=20)


class OaDocumentText(models.Model):
    """The text of one file, read in the background so that the document is found by it."""

    _name = "oa.document.text"
    _description = "Text of a file"
    _inherit = ["oa.system.fields"]
    _order = "id"
    _rec_name = "file_id"

    file_id = fields.Many2one("oa.document.file", required=True, readonly=True, ondelete="cascade")
    document_id = fields.Many2one("oa.document", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    state = fields.Selection(
        [
            ("waiting", "Waits"),
            ("scan", "A scan"),
            ("read", "Read"),
            ("recognised", "Recognised"),
            ("empty", "No text"),
            ("failed", "Not read"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char(readonly=True, help="Why there is no text.")
    content = fields.Text("Text", readonly=True, prefetch=False)
    read_at = fields.Datetime("Read at", readonly=True)
    note = fields.Char("About the text", compute="_compute_note")

    _file_unique = models.Constraint("UNIQUE (file_id)", "The text of this file is already there.")
    _waiting_index = models.Index("(state, id) WHERE state IN ('waiting', 'scan')")
    _system_fields = frozenset({"file_id", "document_id", "state", "reason", "content", "read_at"})

    @api.depends("state", "reason")
    @api.depends_context("lang")
    def _compute_note(self):
        for text in self:
            text.note = get_text_reason(self.env, text.state, text.reason)

    @api.model
    def _await(self, files):
        """Note files whose text has to be read."""
        readable = files.filtered(lambda file: text_reader.is_readable(file.mimetype))
        # Nobody writes texts by hand; the jobs below read them.
        self.sudo()._as_system().create([{"file_id": file.id, "document_id": file.document_id.id} for file in readable])
        if readable:
            # Whoever adds a file may not read the settings of jobs.
            self.env.ref("oa_registry.oa_document_text_cron").sudo()._trigger()

    @api.model
    def _cron_read(self):
        """Read what stands in the files; what turns out to be a scan is left to the other job, which is slow."""
        self._work_off("waiting", text_reader.read)

    @api.model
    def _cron_recognise(self):
        """Read the pictures, one file after another."""
        if not text_reader.list_missing_programs():
            self._work_off("scan", text_reader.recognise)

    @api.model
    def _work_off(self, state, read):
        done, progress = 0, self.env["ir.cron"]._commit_progress
        last_id = 0
        while texts := self.search([("state", "=", state), ("id", ">", last_id)], order="id", limit=_BATCH):
            for text in texts:
                last_id = text.id
                if not text.exists() or not text._read_with(read):
                    continue
                done += 1
                if not progress(1, remaining=self.search_count([("state", "=", state)], limit=_BATCH)):
                    return

    def _read_with(self, read):
        with self._give_path() as path:
            if not path:
                self._take_reading(text_reader.Reading(error="no_file"))
                return True
            mimetype = self.file_id.mimetype
            # The file may take minutes; meanwhile people change the document, so the look at the database ends here.
            self.env["ir.cron"]._commit_progress()
            reading = read(path, mimetype)
        if reading.error == "no_program":
            # The text is read when the program is there.
            return False
        self._take_reading(reading)
        return True

    @contextmanager
    def _give_path(self):
        """The file as the reader opens it."""
        # Jobs see all documents.
        attachment_sudo = self.file_id.sudo().attachment_id
        if attachment_sudo.store_fname:
            path = attachment_sudo._full_path(attachment_sudo.store_fname)
            yield path if attachment_sudo.file_size else None
            return
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(attachment_sudo.raw or b"")
            stream.flush()
            yield stream.name

    def _take_reading(self, reading):
        text = reading.text.strip()
        if reading.error:
            state = "failed"
        elif reading.method == "scan":
            state = "scan"
        else:
            state = (reading.method or "read") if text else "empty"
        self._write_system({"state": state, "reason": reading.error, "content": text, "read_at": fields.Datetime.now()})
        if state == "scan":
            # One job asks for the other.
            self.env.ref("oa_registry.oa_document_text_cron_recognise").sudo()._trigger()


class OaDocumentFile(models.Model):
    """Whether the text of the file is known."""

    _inherit = "oa.document.file"

    text_ids = fields.One2many("oa.document.text", "file_id", "Texts", readonly=True)
    text_state = fields.Selection(related="text_ids.state", string="State of the text")
    text_note = fields.Char("About the text", compute="_compute_text_note")

    def _open_text(self):
        """The text for who reads the file; what waits for the job is read now, when it is quick."""
        self.ensure_one()
        # The rule of the file has been asked; its text follows it.
        text_sudo = self.sudo().text_ids
        self.env["oa.journal.entry"]._log_once(self.document_id, "open_file", self.name)
        if text_sudo.state != "waiting" or self.mimetype == "application/pdf":
            return (text_sudo.content or "")[:_SHOWN]
        with text_sudo._give_path() as path:
            return text_reader.read(path, self.mimetype).text[:_SHOWN] if path else ""

    def _open_page(self):
        """A letter as it was laid out, made harmless; empty for what is no letter or cannot be read."""
        self.ensure_one()
        if self.mimetype != "message/rfc822":
            return ""
        self.env["oa.journal.entry"]._log_once(self.document_id, "open_file", self.name)
        # As above.
        data = self.sudo().attachment_id.raw or b""
        try:
            with perform(Task("show_mail", limits=_PAGE_LIMITS), data) as (_answer, folder):
                return (folder / "output").read_text(encoding="utf-8")
        except RegistryError:
            return ""

    def action_remove(self):
        # What goes with the file in the database would stay among the words of the document.
        self.sudo().text_ids.unlink()
        super().action_remove()

    @api.depends("text_ids.state", "text_ids.reason")
    @api.depends_context("lang")
    def _compute_text_note(self):
        for file in self:
            file.text_note = file.text_ids.note or False


class OaDocument(models.Model):
    """Every file that is added is read later."""

    _inherit = "oa.document"

    text_ids = fields.One2many("oa.document.text", "document_id", "Texts of the files", readonly=True, copy=False)

    def _store_file(self, facts, data, role):
        file = super()._store_file(facts, data, role)
        self.env["oa.document.text"]._await(file)
        return file
