import secrets

from odoo import api, fields, models

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for something else on paper."""
LENGTH = 20
"""A hundred bits: not to be guessed."""


class OaSignatureCode(models.Model):
    """The code of a signed record for the public page that checks it; it stands on the stamp and never changes."""

    _name = "oa.signature.code"
    _inherit = "oa.signing.append.only"
    _description = "Code of the check page"
    _order = "id desc"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", ondelete="restrict", required=True, readonly=True)

    _code_unique = models.Constraint("UNIQUE (code)", "This code is taken.")
    _record_unique = models.Constraint("UNIQUE (res_model, res_id)", "This record has a code already.")

    def _get_access_subject(self):
        return self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else self.browse()

    @api.private
    @api.model
    def _ensure(self, record):
        """The code of a record; it gets one when it has none."""
        record.ensure_one()
        # A code says nothing by itself; whoever signs the record puts it on the stamp.
        known_sudo = self.sudo().search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        if not known_sudo:
            company = record.company_id if "company_id" in record._fields else self.env.company
            code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
            vals = {"code": code, "res_model": record._name, "res_id": record.id, "company_id": (company or self.env.company).id}
            # As above.
            known_sudo = self._append([vals]).sudo()
        return known_sudo.code

    @api.private
    @api.model
    def _look_up(self, code):
        """What the public page shows for a code; nothing for an unknown one and for a record that is not for everybody."""
        # A visitor has no rights at all; the record's own hooks say what everybody may know.
        row_sudo = self.sudo().search([("code", "=", self._normalise(code))])
        record_sudo = row_sudo._get_access_subject() if row_sudo else None
        return record_sudo._prepare_check_page() if record_sudo else None

    @api.model
    def _normalise(self, code):
        """As a person may type it: small letters, spaces and dashes."""
        return "".join(letter for letter in str(code).upper() if letter.isalnum())[: LENGTH * 2]
