import base64

from odoo import fields, models
from odoo.exceptions import UserError


class OaSignatureCheckUpload(models.TransientModel):
    """Takes a file from a person and asks for its check."""

    _name = "oa.signature.check.upload"
    _description = "Check a file"

    data = fields.Binary("File", required=True, attachment=False)
    file_name = fields.Char("File name")
    original = fields.Binary("Signed file", attachment=False, help="Only for a signature that lies beside its file, such as .p7s.")
    original_name = fields.Char("Name of the signed file")

    def action_confirm(self):
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).data or b"")
        if not data:
            raise UserError(self.env._("Choose the file to check."))
        original = base64.b64decode(self.with_context(bin_size=False).original or b"") or None
        check = self.env["oa.signature.check"]._validate(self.file_name or "file", data, original=original)
        return check.action_open()
