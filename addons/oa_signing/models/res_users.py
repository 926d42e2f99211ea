from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    signing_key_ids = fields.One2many("oa.signing.key", "user_id", "Signing keys")
