from odoo import api, models
from odoo.exceptions import AccessError

_CONTENT = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "file_size",
    "mimetype",
    "type",
    "url",
    "res_model",
    "res_id",
    "res_field",
    "public",
}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if _CONTENT & set(vals):
            self._check_no_document_file()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_no_document_file(self):
        self._check_no_document_file()

    def _check_no_document_file(self):
        # The link may be invisible to the reader and still hold the content.
        candidates = self.sudo().filtered(lambda attachment: attachment.res_model == "oa.document")
        if candidates and (files := self.env["oa.document.file"].sudo().search([("attachment_id", "in", candidates.ids)])):
            raise AccessError(
                self.env._(
                    "The file “%(name)s” belongs to a document and is not changed. Add a new version in the document.", name=files[0].name
                )
            )
