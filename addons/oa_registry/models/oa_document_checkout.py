from odoo import api, fields, models
from odoo.exceptions import UserError


class OaDocument(models.Model):
    """Who works on the files of a draft: meanwhile others read them and change nothing."""

    _inherit = "oa.document"

    checked_out_by_id = fields.Many2one("res.users", "Files are edited by", readonly=True, copy=False, ondelete="restrict")
    checked_out_at = fields.Datetime("Taken for editing at", readonly=True, copy=False)
    can_check_out = fields.Boolean("May take the files", compute="_compute_can_check_out")
    can_release = fields.Boolean("May release the files", compute="_compute_can_check_out")

    @api.depends("checked_out_by_id", "state", "file_ids")
    @api.depends_context("uid")
    def _compute_can_check_out(self):
        writable = self._filtered_access("write")
        for document in self:
            document.can_check_out = document in writable and bool(document.file_ids) and not document._get_check_out_blockers()
            document.can_release = document in writable and not document._get_release_blockers()

    def _get_check_out_blockers(self):
        """Say why the person cannot take the files for editing now; an empty list means they can."""
        self.ensure_one()
        if self.checked_out_by_id:
            return [self._describe_check_out()]
        return self._get_edit_blockers()

    def _get_release_blockers(self):
        """Say why the person cannot release the files; an empty list means they can."""
        self.ensure_one()
        if not self.checked_out_by_id:
            return [self.env._("Nobody edits the files of this document.")]
        may_release = self.checked_out_by_id == self.env.user or self.env.user.has_group("oa_registry.oa_registry_group_head_registrar")
        return [] if may_release else [self._describe_check_out()]

    def _describe_check_out(self):
        moment = fields.Datetime.context_timestamp(self, self.checked_out_at)
        # The name of a colleague is no secret.
        return self.env._(
            "%(person)s has been editing the files since %(moment)s. Ask for a release, or the head registrar.",
            person=self.checked_out_by_id.sudo().name,
            moment=moment.strftime("%d.%m.%Y %H:%M"),
        )

    def action_check_out(self):
        """Take the files for editing."""
        self.check_access("write")
        # Two people may press the button in the same second.
        self.lock_for_update()
        self._check_blockers("check_out")
        self._write_system({"checked_out_by_id": self.env.uid, "checked_out_at": fields.Datetime.now()})
        self.env["oa.journal.entry"]._log(self, "check_out")

    def action_release(self):
        """Let others change the files again."""
        self.check_access("write")
        self._check_blockers("release")
        self.env["oa.journal.entry"]._log(self, "release")
        self._write_system({"checked_out_by_id": False, "checked_out_at": False})

    def _check_not_checked_out(self):
        for document in self:
            if document.checked_out_by_id and document.checked_out_by_id != self.env.user and not self.env.su:
                raise UserError(document._describe_check_out())

    def _get_add_file_blockers(self, role):
        blockers = super()._get_add_file_blockers(role)
        is_other = self.checked_out_by_id and self.checked_out_by_id != self.env.user and not self.env.su
        return [*blockers, self._describe_check_out()] if is_other and role in {"main", "attachment"} else blockers

    def _get_content_blockers(self, is_missed=False):
        blockers = super()._get_content_blockers(is_missed)
        return [*blockers, self._describe_check_out()] if self.checked_out_by_id and self.checked_out_by_id != self.env.user else blockers

    def _take_entry(self, entry):
        super()._take_entry(entry)
        if self.checked_out_by_id:
            self._write_system({"checked_out_by_id": False, "checked_out_at": False})


class OaDocumentFile(models.Model):
    """An older version comes back as a new one, as long as the document is a draft."""

    _inherit = "oa.document.file"

    can_restore = fields.Boolean("May come back", compute="_compute_can_restore")

    @api.depends("state", "document_id.register_entry_id", "document_id.checked_out_by_id")
    @api.depends_context("uid")
    def _compute_can_restore(self):
        for file in self:
            file.can_restore = not file._get_restore_blockers()

    def _get_restore_blockers(self):
        """Say why this version cannot come back; an empty list means it can."""
        self.ensure_one()
        if self.state == "current":
            return [self.env._("This is the current version.")]
        if self.role not in {"main", "attachment"}:
            return [self.env._("Files of this role are made by the system.")]
        return self.document_id._get_edit_blockers() + self.document_id._get_add_file_blockers(self.role)

    def _get_remove_blockers(self):
        document = self.document_id
        is_other = document.checked_out_by_id and document.checked_out_by_id != self.env.user
        return [*super()._get_remove_blockers(), *([document._describe_check_out()] if is_other else [])]

    def action_restore(self):
        """Make the content of an older version the newest one; the ones between stay where they are."""
        self.ensure_one()
        document = self.document_id
        document.check_access("write")
        if blockers := self._get_restore_blockers():
            raise UserError("\n".join(blockers))
        # The person reads the file; the bytes are those that were stored.
        return document._add_file(self.name, self._get_verified_bytes(), self.role).id

    def action_remove(self):
        self.document_id._check_not_checked_out()
        return super().action_remove()
