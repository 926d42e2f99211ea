from odoo import fields, models

from .oa_signature_request import WAYS


class ResUsers(models.Model):
    _inherit = "res.users"

    signing_key_ids = fields.One2many("oa.signing.key", "user_id", "Signing keys")
    signing_way = fields.Selection(WAYS, "Last way of signing", readonly=True)
