from odoo import models

from ..core.content import Content, detect, suggest_formats
from ..core.specs import SignatureFormat


class OaSignableMixin(models.AbstractModel):
    """Which formats fit the file of a record."""

    _inherit = "oa.signable.mixin"

    def _prepare_format_vals(self, data):
        """What a line of a request starts with, from the record and the bytes of its file."""
        self.ensure_one()
        codes, roles, can_choose = self._list_signing_formats(data), self._get_claimed_roles(), self._can_choose_format()
        return {
            "format": codes[0],
            "format_codes": ",".join(codes if can_choose else codes[:1]),
            "claimed_roles": "\n".join(roles) or False,
            "is_role_free": can_choose and not roles,
        }

    def _list_signing_formats(self, data):
        """Codes of the formats for this file, the one to take first; what the record wants is not questioned."""
        codes = [str(kind) for kind in suggest_formats(data)]
        first = self._get_signing_format() or self._get_usual_format(detect(data))
        if not self._get_signing_format() and first not in codes:
            return codes
        return [first, *(code for code in codes if code != first)]

    def _get_usual_format(self, content):
        """What the administrator chose for this kind of file."""
        if content == Content.PDF:
            return str(SignatureFormat.PADES)
        # How files are signed here is no secret of a person; everybody who signs needs it.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        name = "xml_format" if content == Content.XML else "other_format"
        return parameters_sudo.get_param(f"oa_signing.{name}")
