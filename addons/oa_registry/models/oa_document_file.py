from odoo import api, fields, models

from .triggers import create_trigger, refuse_change

ROLES = [
    ("main", "Document"),
    ("attachment", "Attachment"),
    ("scan", "Scan"),
    ("receipt", "Receipt"),
    ("message", "E-mail as it came"),
    ("stamped", "Copy with a stamp"),
    ("signing_copy", "Signing copy"),
    ("signed", "Signed"),
]
_ONE_OF_ROLE = {"main", "signing_copy", "signed", "stamped"}


class OaDocumentFile(models.Model):
    """One immutable version of one file of a document."""

    _name = "oa.document.file"
    _inherit = "oa.append.only"
    _description = "File of a document"
    _order = "document_id, id"

    document_id = fields.Many2one("oa.document", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, ondelete="restrict")
    name = fields.Char("File", required=True, readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    sha256 = fields.Char("SHA-256", required=True, readonly=True, index=True)
    size = fields.Integer("Size in bytes", required=True, readonly=True)
    size_label = fields.Char("Size", compute="_compute_size_label")
    mimetype = fields.Char("Type", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", required=True, readonly=True, ondelete="restrict")
    state = fields.Selection([("current", "Current"), ("superseded", "Superseded")], compute="_compute_state")
    added_by_id = fields.Many2one(
        "res.users", "Added by", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.uid
    )
    added_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    url = fields.Char(compute="_compute_url")
    can_remove = fields.Boolean(compute="_compute_can_remove")

    _attachment_unique = models.Constraint("UNIQUE (attachment_id)", "This content already belongs to a file.")

    def init(self):
        super().init()
        cr = self.env.cr
        refuse_change(cr, self._table)
        # A file of a draft may be taken away; after registration nothing may.
        cr.execute("""
            CREATE OR REPLACE FUNCTION oa_registry_refuse_file() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND NOT EXISTS (
                    SELECT 1 FROM oa_document WHERE id = OLD.document_id AND register_entry_id IS NOT NULL) THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'File % is never changed (% refused)', OLD.name, TG_OP;
            END $$;
            CREATE OR REPLACE FUNCTION oa_registry_refuse_content() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM oa_document_file WHERE attachment_id = OLD.id) THEN
                    RAISE EXCEPTION 'The content of file % is never changed', OLD.name;
                END IF;
                RETURN NEW;
            END $$
        """)
        create_trigger(cr, self._table, "row", "UPDATE OR DELETE", "oa_registry_refuse_file")
        create_trigger(
            cr, "ir_attachment", "document_file", "UPDATE", "oa_registry_refuse_content",
            condition="OLD.res_model = 'oa.document' AND (NEW.checksum IS DISTINCT FROM OLD.checksum"
            " OR NEW.res_model IS DISTINCT FROM OLD.res_model OR NEW.res_id IS DISTINCT FROM OLD.res_id)",
        )  # fmt: skip

    def _get_version_key(self):
        """Files with the same key are versions of each other."""
        return self.document_id.id, self.role, "" if self.role in _ONE_OF_ROLE else self.name

    @api.depends("document_id.file_ids")
    def _compute_state(self):
        newest = {}
        for file in self.document_id.file_ids | self:
            key = file._get_version_key()
            newest[key] = max(newest.get(key, 0), file.version)
        for file in self:
            file.state = "current" if file.version == newest[file._get_version_key()] else "superseded"

    @api.depends("size")
    def _compute_size_label(self):
        for file in self:
            kilobytes = (file.size or 0) / 1024
            text = f"{kilobytes:.0f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"
            file.size_label = text.replace(".", ",") if file.size >= 1024 else f"{file.size} B"

    def _compute_url(self):
        for file in self:
            file.url = f"/oa/file/{file.id}"

    @api.depends("document_id.register_entry_id")
    def _compute_can_remove(self):
        for file in self:
            file.can_remove = not file._get_remove_blockers()

    def _get_remove_blockers(self):
        """Say why the file cannot be taken away; an empty list means it can."""
        return self.document_id._get_edit_blockers()

    def action_remove(self):
        """Take a file of a draft away."""
        documents = self.document_id
        documents.check_access("write")
        documents._check_blockers("edit")
        self.env["oa.journal.entry"]._log(self, "remove_file", lambda file: file.name)
        # Files have no right of deletion; whoever may edit the draft may take its files away.
        files_sudo, attachments_sudo = self.sudo(), self.sudo().attachment_id
        files_sudo.with_context(oa_registry_remove=_REMOVE).unlink()
        attachments_sudo.unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self.env.context.get("oa_registry_remove") is not _REMOVE:
            super()._unlink_never()

    def _get_stream(self):
        """The bytes for the browser; whoever reads the document reads its files."""
        # The rule of the file has been asked; the attachment follows the same document.
        return self.env["ir.binary"]._get_stream_from(self.sudo().attachment_id.with_env(self.env), "raw", filename=self.name)

    def action_open(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}


_REMOVE = object()
"""Held here only: says that `action_remove` has asked."""
