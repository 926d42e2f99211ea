from odoo import fields, models

from .oa_signature_request import WAYS


class ResUsers(models.Model):
    _inherit = "res.users"

    signing_key_ids = fields.One2many("oa.signing.key", "user_id", "Signing keys")
    signing_person_number = fields.Char(
        "Personal number (ЕГН)",
        groups="oa_signing.oa_signing_group_administrator",
        help="Certificates with this number are linked to the person by themselves. Only administrators of signatures read it.",
    )
    signing_stamp = fields.Char("My stamp", help="Empty: as set for all. none: no visible stamp. Else a place such as last:bottom_right.")
    signing_way = fields.Selection(WAYS, "Last way of signing", readonly=True)

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - their name
        return [*super().SELF_READABLE_FIELDS, "signing_stamp"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - their name
        return [*super().SELF_WRITEABLE_FIELDS, "signing_stamp"]
