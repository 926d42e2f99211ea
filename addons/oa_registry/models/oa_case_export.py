import hashlib
import io
import shutil
import tempfile
import zipfile
from datetime import UTC
from pathlib import Path

from odoo import api, fields, models

from ..core.case_package import PackedDocument, PackedFile, make_file_name, make_path, make_record_path, write_digests, write_index
from ..core.numbering import OFFICIAL_ZONE
from .oa_background_export import EXPORT_FIELDS

_AT_ONCE = 30
"""So many documents of a case are packed within the request…"""
_AT_ONCE_BYTES = 30 << 20
"""…when their files are not bigger than this."""
_PORTION = 20
_CHUNK = 1 << 20
_PACKED = {"application/pdf", "application/zip", "image/jpeg", "image/png"}
_VERIFIER = Path(__file__).resolve().parents[1] / "adapters" / "case_verifier.py"

_README = """{administration}
Преписка № {case}
{subject}
Пакет, съставен на {made_at} от {made_by}

КАКВО ИМА ВЪТРЕ
    contents.pdf      описът на преписката (PDF/A)
    documents/        файловете на документите, в папки по реда на описа; в „records“ – записите за документа
    index.xml         описът за програми: всеки документ с данните си и всеки файл с контролната му сума
    digests.sha256    контролните суми SHA-256 на всички файлове в пакета
    verify_case.py    програма за проверка

ПРОВЕРКА БЕЗ СИСТЕМАТА
    python3 verify_case.py            (в разархивираната папка; нужен е само Python 3.8 или по-нов, без мрежа)
    sha256sum -c digests.sha256       (същото за файловете, на всяка система с sha256sum)
{note}"""
_HIDDEN = """
ОГРАНИЧЕН ДОСТЪП
Съставилият пакета няма достъп до {count} от документите в преписката. Те са само с поредния си номер в описа и без файлове: № {numbers}.
"""
_FLAWED = """
РАЗМИНАВАНИЯ
Съдържанието на тези файлове не е същото, което е било регистрирано:
{lines}
"""


class OaCaseExport(models.Model):
    """A case as one file that can be read and verified without the system, with what the person who asks may see."""

    _name = "oa.case.export"
    _inherit = "oa.background.export"
    _description = "Package of a case"
    _order = "id desc"
    _system_fields = EXPORT_FIELDS | {"case_id", "document_total", "hidden_count", "file_count", "flaw_count", "done_count"}

    case_id = fields.Many2one("oa.case", required=True, readonly=True, index=True, ondelete="restrict")
    document_total = fields.Integer("Documents in the contents", readonly=True, aggregator=None)
    done_count = fields.Integer("Read", readonly=True, aggregator=None)
    hidden_count = fields.Integer("Without access", readonly=True, aggregator=None)
    file_count = fields.Integer("Files", readonly=True, aggregator=None)
    flaw_count = fields.Integer("Files that are not as registered", readonly=True, aggregator=None)
    line_ids = fields.One2many("oa.case.export.line", "export_id", readonly=True)
    progress = fields.Integer("Progress, %", compute="_compute_progress")

    @api.depends("case_id")
    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Package of case %(case)s", case=export.case_id.name or self.env._("(no access)"))

    @api.depends("state", "done_count", "document_total")
    def _compute_progress(self):
        for export in self:
            share = export.done_count / export.document_total if export.document_total else 0
            export.progress = 100 if export.state == "done" else int(90 * share)

    def _get_file_name(self):
        return make_file_name(f"Преписка {self.case_id.name}", ".zip")

    def _get_mimetype(self):
        return "application/zip"

    def _check_may_go_on(self):
        self.case_id.check_access("read")

    def _drop_parts(self):
        self.line_ids.unlink()

    @api.private
    @api.model
    def _ask(self, case):
        """Make the package for the person who asks; a small one is ready when this returns."""
        case.ensure_one()
        case.check_access("read")
        lines = [line for line in case._list_contents() if line.is_here]
        export = self._as_system().sudo().create({  # people ask; only the work itself writes how far it is
            "case_id": case.id, "company_id": case.company_id.id, "user_id": self.env.uid, "document_total": len(lines),
        }).with_env(self.env)  # fmt: skip
        self.env["oa.journal.entry"]._log(case, "export", self.env._("Package of the case"))
        if len(lines) <= _AT_ONCE and export._measure(lines) <= _AT_ONCE_BYTES:
            while export.state in {"waiting", "running"}:
                export._work()
        else:
            # The cron belongs to the system; people only say that there is work.
            self.env.ref("oa_registry.oa_case_export_cron").sudo()._trigger()
        return export

    def _measure(self, lines):
        documents = [line.document_id for line in lines]
        return sum(self.env["oa.document.file"].search([("document_id", "in", documents)]).mapped("size"))

    @api.private
    def _work(self):
        """Read and verify the files of the next documents, or write the package when all are read."""
        self.ensure_one()
        self.env.invalidate_all()
        # Nobody has rights on the lines of a package.
        taken = self.sudo().line_ids[-1:].position
        contents = [line for line in self.case_id._list_contents() if line.is_here]
        left = [line for line in contents if line.position > taken]
        if not left:
            self._finish()
            return
        portion = left[:_PORTION]
        self.env["oa.case.export.line"].sudo().create([vals for line in portion for vals in self._prepare_lines(line)])  # as above
        vals = {"state": "running", "done_count": len(contents) - len(left) + len(portion), "document_total": len(contents)}
        self._write(vals)

    def _prepare_lines(self, line):
        """One row for each file of the document, or one that says that there is none to be had."""
        common = {"export_id": self.id, "position": line.position, "document_id": line.document_id}
        document = self.env["oa.document"].browse(line.document_id)
        if not document.is_visible:
            return [{**common, "is_hidden": True}]
        files = document.file_ids.sorted(lambda file: (file.role != "main", file.id))
        rows = []
        for order, file in enumerate(files, 1):
            digest = file._compute_stored_digest()
            finding = "" if digest == file.sha256 else "altered" if digest else "missing"
            rows.append({
                **common, "file_id": file.id, "finding": finding, "path": make_path(line.position, document.number, order, file.name),
            })  # fmt: skip
        return rows or [common]

    def _finish(self):
        lines_sudo = self.sudo().line_ids  # nobody has rights on them; documents are read with those of the person
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "case.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                self._write_package(archive, lines_sudo)
            attachment = self._store(path)
        self._write({
            "state": "done", "finished_at": fields.Datetime.now(), "attachment_id": attachment.id,
            "hidden_count": len(lines_sudo.filtered("is_hidden")), "file_count": len(lines_sudo.filtered("file_id")),
            "flaw_count": len(lines_sudo.filtered("finding")),
        })  # fmt: skip
        self._drop_lines()

    def _drop_lines(self):
        # Only the work itself makes and removes them.
        self.sudo().line_ids.unlink()

    def _write_package(self, archive, lines):
        documents = [self._pack(archive, position, rows) for position, rows in lines.grouped("position").items()]
        texts = {
            "contents.pdf": self.case_id._render_contents(),
            "index.xml": write_index(self._describe_case(), documents),
            "verify_case.py": _VERIFIER.read_bytes(),
            "README.txt": self._write_readme(documents).encode(),
        }
        digests = [(hashlib.sha256(data).hexdigest(), name) for name, data in texts.items()]
        for name, data in texts.items():
            archive.writestr(name, data)
        digests += [(file.sha256, file.path) for document in documents for file in document.files if file.role == "record"]
        for row in lines.filtered("file_id"):
            digests.append((row.file_id.sha256, row.path))
            if row.finding != "missing":
                self._copy(archive, row)
        archive.writestr("digests.sha256", write_digests(digests))

    def _copy(self, archive, row):
        info = zipfile.ZipInfo(row.path, fields.Datetime.context_timestamp(self, row.file_id.added_at).timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if row.file_id.mimetype in _PACKED else zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as target, _open_stored(row.file_id) as source:
            shutil.copyfileobj(source, target, _CHUNK)

    def _pack(self, archive, position, rows):
        document = self.env["oa.document"].browse(rows.document_id.id)
        if rows[0].is_hidden or not document.is_visible:
            return PackedDocument(position)
        facts = {
            "number": document.number, "uri": document.uri or "", "registered": document.registered_at.replace(tzinfo=UTC).isoformat(),
            "direction": document.direction, "kind": document.kind_id.name, "subject": document.subject, "state": document.state,
            "correspondents": document.correspondent_name or "", "senderNumber": document.sender_number or "",
            "senderDate": (document.sender_date and document.sender_date.isoformat()) or "",
            "sheets": str(document.sheet_count or ""), "replyTo": document.reply_to_id.display_name or "",
            "entryDigest": document.sudo().register_entry_id.digest or "",  # of a document that the person sees
        }  # fmt: skip
        files = (
            PackedFile(row.path, file.name, file.role, file.version, file.mimetype, file.size, file.sha256, row.finding or "")
            for row in rows
            for file in row.file_id
        )
        return PackedDocument(position, facts, (*files, *self._write_records(archive, position, document)))

    def _write_records(self, archive, position, document):
        """What else is recorded about the document goes in at once: it is made for the package."""
        for name, mimetype, data in document._list_package_records():
            path = make_record_path(position, document.number, name)
            archive.writestr(path, data)
            yield PackedFile(path, name, "record", 1, mimetype, len(data), hashlib.sha256(data).hexdigest())

    def _describe_case(self):
        case = self.case_id.with_context(lang=self.company_id._get_official_language())
        return {
            "number": case.name, "subject": case.subject, "administration": case.company_id.name, "state": case.state,
            "class": case.class_id.display_name or "", "retention": case.class_id.retention_label or "",
            "opened": case.opened_on.isoformat(), "closed": case.closed_on.isoformat() if case.closed_on else "",
            "madeAt": self._get_moment().isoformat(timespec="seconds"), "madeBy": self.user_id.name,
        }  # fmt: skip

    def _get_moment(self):
        return fields.Datetime.now().replace(tzinfo=UTC).astimezone(OFFICIAL_ZONE)

    def _write_readme(self, documents):
        hidden = [str(document.position) for document in documents if not document.facts]
        flawed = [f"    {file.path}" for document in documents for file in document.files if file.finding]
        note = _HIDDEN.format(count=len(hidden), numbers=", ".join(hidden)) if hidden else ""
        note += _FLAWED.format(lines="\n".join(flawed)) if flawed else ""
        return _README.format(
            administration=self.company_id.name, case=self.case_id.name, subject=self.case_id.subject, note=note,
            made_at=f"{self._get_moment():%d.%m.%Y %H:%M}", made_by=self.user_id.name,
        )  # fmt: skip

    def action_download(self):
        self.ensure_one()
        return {**super().action_download(), "url": f"/oa/case-export/{self.id}", "target": "download"}


class OaCaseExportLine(models.Model):
    """One file of a package that is not finished; nobody has rights on it."""

    _name = "oa.case.export.line"
    _description = "File of a package"
    _order = "export_id, position, id"

    export_id = fields.Many2one("oa.case.export", required=True, index=True, ondelete="cascade")
    position = fields.Integer("No.", required=True, aggregator=None)
    document_id = fields.Many2one("oa.document", required=True, ondelete="cascade")
    file_id = fields.Many2one("oa.document.file", ondelete="cascade")
    path = fields.Char()
    finding = fields.Char()
    is_hidden = fields.Boolean()


class OaDocument(models.Model):
    _inherit = "oa.document"

    def _list_package_records(self):
        """Hook: what else is recorded about the document, as file name, MIME type and bytes."""
        return ()


class OaCase(models.Model):
    _inherit = "oa.case"

    def action_export(self):
        """Answer with the package, or with the page that shows how far it is."""
        export = self.env["oa.case.export"]._ask(self)
        if export.state == "done" and not export.hidden_count and not export.flaw_count:
            return export.action_download()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_case_export_action")
        return {**action, "res_id": export.id, "view_mode": "form", "views": [(False, "form")]}


def _open_stored(file):
    # Whoever reads the file's row reads its content.
    attachment_sudo = file.sudo().attachment_id
    if not attachment_sudo.store_fname:
        return io.BytesIO(attachment_sudo.db_datas or b"")
    return Path(attachment_sudo._full_path(attachment_sudo.store_fname)).open("rb")
