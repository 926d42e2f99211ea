import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.errors import SigningError


class OaTrustListImport(models.TransientModel):
    """Takes the file of a trusted list from an administrator."""

    _name = "oa.trust.list.import"
    _description = "Import of a trusted list"

    list_id = fields.Many2one("oa.trust.list", required=True)
    data = fields.Binary("XML file", required=True, attachment=False)
    file_name = fields.Char("File name")

    def action_confirm(self):
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).data or b"")
        try:
            version = self.list_id._take(data, "file")
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        if not version:
            return self.list_id._say(self.env._("This very version is here already."))
        return self.list_id._say(self.env._("Version %(number)s was taken.", number=version.sequence_number))
