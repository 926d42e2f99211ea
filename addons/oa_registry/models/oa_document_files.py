import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters.foreign import Limits, Task, perform
from ..adapters.pdf_renderer import render_pdf
from ..core.errors import FileRejectedError, RegistryError
from ..core.file_check import check_file
from ..core.file_types import guess_type
from .messages import get_sentence

_SHOWN_FIRST = ("signed", "signing_copy", "main", "scan", "attachment", "message", "receipt", "stamped")
_MAIL_LIMITS = Limits(seconds=20)
_MADE_BY_SYSTEM = {"receipt", "message", "stamped", "signing_copy", "signed"}
_ADDED_LATER = {"scan", *_MADE_BY_SYSTEM}


class OaDocument(models.Model):
    """The files of a document."""

    _inherit = "oa.document"

    file_ids = fields.One2many("oa.document.file", "document_id", "Files", readonly=True, copy=False)
    file_count = fields.Integer("Files count", compute="_compute_file_count")
    main_file_id = fields.Many2one("oa.document.file", "Main file", compute="_compute_main_file_id")
    can_add_file = fields.Boolean(compute="_compute_can_add_file")
    upload_limit = fields.Integer(compute="_compute_upload_limit")
    paper_disposition = fields.Selection([("returned", "Returned to the applicant"), ("kept", "Kept")], "Paper original")
    paper_location = fields.Char("Place of keeping")

    @api.depends("file_ids")
    def _compute_file_count(self):
        counts = dict(self.env["oa.document.file"]._read_group([("document_id", "in", self.ids)], ["document_id"], ["__count"]))
        for document in self:
            document.file_count = counts.get(document, 0)

    @api.depends("file_ids")
    def _compute_main_file_id(self):
        for document in self:
            files = document.file_ids.filtered(lambda file: file.state == "current")
            document.main_file_id = min(files, key=lambda file: (_SHOWN_FIRST.index(file.role), file.id), default=False)

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_add_file(self):
        writable = self._filtered_access("write")
        for document in self:
            document.can_add_file = document in writable and not document._get_add_file_blockers(document._choose_upload_role())

    def _compute_upload_limit(self):
        self.upload_limit = self._get_upload_limit()

    @api.model
    def _get_upload_limit(self):
        # Everybody is bound by the limit; only administrators read the parameter.
        return int(self.env["ir.config_parameter"].sudo().get_param("oa_registry.upload_limit", 50))

    @api.model
    def _is_mail(self, data):
        return guess_type("", data[:65_536]) == "message/rfc822"

    @api.model
    def _open_mail(self, data):
        """(name, bytes) of what is inside an e-mail that is kept as a file; without a name: what its own signature covers."""
        try:
            with perform(Task("open_mail", limits=_MAIL_LIMITS), data) as (answer, folder):
                inside = [(name, (folder / f"file-{number}").read_bytes()) for number, name in enumerate(answer["names"])]
                return [*inside, ("", (folder / "signed").read_bytes())] if answer["is_signed"] else inside
        except RegistryError:
            # It is kept as it came; whoever opens it sees that it cannot be read.
            return []

    def _add_file(self, name, data, role="attachment"):
        """Store the bytes as a new file or a new version; refuse what is no document with one sentence."""
        self.ensure_one()
        self.check_access("write")
        if blockers := self._get_add_file_blockers(role):
            raise UserError("\n".join(blockers))
        try:
            facts = self._judge_file(name, data) if role not in _MADE_BY_SYSTEM else check_file(name, data, self._get_upload_limit())
        except FileRejectedError as error:
            raise UserError(get_sentence(self.env, error)) from error
        file = self._store_file(facts, data, role)
        self.env["oa.journal.entry"]._log(self, "add_file", name)
        return file

    @api.model
    def _judge_file(self, name, data):
        """Hook: say what the file is; FileRejectedError when it must not be stored."""
        return check_file(name, data, self._get_upload_limit())

    @api.model
    def _check_upload(self, name, content):
        """Refuse base64 content that must not be stored, as if it were a file of a document; return the bytes."""
        data = base64.b64decode(content or b"")
        try:
            self._judge_file(name, data)
        except FileRejectedError as error:
            raise UserError(get_sentence(self.env, error)) from error
        return data

    def _store_file(self, facts, data, role):
        # Nobody may create file rows or swap attachments by hand: the checks above are the only door.
        env_sudo = self.sudo().env
        attachment = env_sudo["ir.attachment"].create({
            "name": facts.name, "raw": data, "mimetype": facts.mimetype, "res_model": self._name, "res_id": self.id,
        })  # fmt: skip
        probe = env_sudo["oa.document.file"].new({"document_id": self.id, "role": role, "name": facts.name})
        key = probe._get_version_key()[1:]
        older = self.sudo().file_ids.filtered(lambda file: file._get_version_key()[1:] == key)
        file = env_sudo["oa.document.file"].create({
            "document_id": self.id,
            "company_id": self.company_id.id,
            "name": facts.name,
            "role": role,
            "version": max(older.mapped("version"), default=0) + 1,
            "sha256": facts.sha256,
            "size": facts.size,
            "mimetype": facts.mimetype,
            "attachment_id": attachment.id,
            "added_by_id": self.env.uid,
        })  # fmt: skip
        return file.with_env(self.env)

    def _get_add_file_blockers(self, role):
        """Say why no file of this role can be added now; an empty list means it can."""
        self.ensure_one()
        # A receipt that is late and a signature that is completed belong to a closed document, too.
        if self.state == "annulled" or (self.state == "closed" and role not in _MADE_BY_SYSTEM):
            return [self.env._("Document %(number)s is closed or annulled and takes no files.", number=self.name)]
        if role == "scan" and not self.env.su and not self.env.user.has_group("oa_registry.oa_registry_group_clerk"):
            return [self.env._("Scans are added to a registered document by the registry clerk.")]
        return [] if role in _ADDED_LATER else self._get_edit_blockers()

    def _choose_upload_role(self):
        """The first file is the document, the next are its attachments; after registration only scans come."""
        if self._get_edit_blockers():
            return "scan"
        return "attachment" if self.file_ids.filtered(lambda file: file.role == "main") else "main"

    def action_add_file(self, name, content, role=None):
        """Add a file through RPC; content is base64. The web client sends bytes to /oa/document/<id>/files instead."""
        if role not in {None, "main", "attachment", "scan"}:
            raise UserError(self.env._("Files of this role are made by the system."))
        try:
            data = base64.b64decode(content or "", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file “%(name)s” arrived damaged. Send it again.", name=name)) from error
        return self._add_file(name, data, role or self._choose_upload_role()).id

    def _render_pdf(self, html, title):
        """Make a PDF/A of HTML."""
        return render_pdf(str(html), title)
