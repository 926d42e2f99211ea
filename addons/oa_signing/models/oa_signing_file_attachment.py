from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OaSigningFile(models.Model):
    """An attachment of any record can be signed: its signed copy is attached to the same record."""

    _inherit = "oa.signing.file"

    attachment_id = fields.Many2one("ir.attachment", ondelete="restrict", readonly=True, index=True, copy=False)
    signed_attachment_id = fields.Many2one("ir.attachment", "Signed attachment", ondelete="restrict", readonly=True, copy=False)

    @api.model
    def _find_or_make(self, attachment):
        """The file of an attachment: the one that was signed before, else a new one."""
        # Files of others are found so that one attachment is signed in one line.
        known_sudo = self.sudo().search(["|", ("attachment_id", "=", attachment.id), ("signed_attachment_id", "=", attachment.id)], limit=1)
        if not known_sudo:
            return self.create({"file_name": attachment.name, "data": attachment.datas, "attachment_id": attachment.id})
        if self.env.user not in known_sudo.user_id | known_sudo.signer_ids:
            # Whoever may read the attachment may countersign it.
            known_sudo.signer_ids = [fields.Command.link(self.env.uid)]
        return known_sudo.sudo(self.env.su)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("attachment_id"):
                self.env["ir.attachment"].browse(vals["attachment_id"])._check_signable()
        return super().create(vals_list)

    def _store_signed_payload(self, name, data, signature):
        super()._store_signed_payload(name, data, signature)
        # Whoever signs may not write the record of the attachment; the outcome of signing is written for them.
        file_sudo = self.sudo()
        source = file_sudo.attachment_id
        if not source:
            return
        if file_sudo.signed_attachment_id:
            file_sudo.signed_attachment_id.raw = data
            return
        # The name tells the copy from the original beside it.
        vals = {"name": file_sudo.signed_name, "raw": data}
        file_sudo.signed_attachment_id = source.create({**vals, "res_model": source.res_model, "res_id": source.res_id})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def action_oa_sign(self):
        """Sign attachments of records that the person may read; several at once."""
        files = self.env["oa.signing.file"]
        for attachment in self:
            attachment._check_signable()
            files |= files._find_or_make(attachment)
        return files.action_sign()

    def action_oa_check(self):
        """Check the signatures in an attachment."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id) if self.res_model in self.env and self.res_id else None
        return self.env["oa.signature.check"]._validate(self.name, self.raw or b"", record).action_open()

    def _check_signable(self):
        self.check_access("read")
        if not self.env.user.has_group("oa_signing.oa_signing_group_signer"):
            raise AccessError(self.env._("You have no right to sign. The administrator of signatures gives it."))
        for attachment in self:
            if attachment.type != "binary" or not attachment.raw:
                raise UserError(self.env._("“%(name)s” is no file that could be signed.", name=attachment.name))

    @api.model
    def action_oa_choose(self, res_model, res_id):
        """The attached files of one record, to sign and to check."""
        record = self.env[res_model].browse(res_id)
        record.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_signing.ir_attachment_action_sign")
        domain = [("res_model", "=", res_model), ("res_id", "=", res_id), ("type", "=", "binary"), ("res_field", "=", False)]
        title = self.env._("Files of %(record)s", record=record.display_name)
        return {**action, "domain": domain, "name": title, "display_name": title, "context": {}}
