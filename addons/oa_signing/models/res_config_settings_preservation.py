from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResConfigSettings(models.TransientModel):
    """How proofs of signatures are kept alive."""

    _inherit = "res.config.settings"

    oa_signing_preservation = fields.Boolean("Archive timestamps in time")
    oa_signing_preservation_days = fields.Integer("Days before the end", config_parameter="oa_signing.preservation_days", default=90)
    oa_signing_preservation_bits = fields.Integer("Strength wanted, bits", config_parameter="oa_signing.preservation_bits", default=112)

    @api.model
    def get_values(self):
        return {**super().get_values(), "oa_signing_preservation": self.env["oa.signature.life"]._get_settings()["is_on"]}

    def set_values(self):
        super().set_values()
        # Whoever may save settings was asked by Odoo; "False" is kept as such, an empty value would mean on.
        self.env["ir.config_parameter"].sudo().set_param("oa_signing.preservation", str(self.oa_signing_preservation))

    @api.constrains("oa_signing_preservation_days", "oa_signing_preservation_bits")
    def _check_oa_signing_preservation(self):
        for settings in self:
            if not 1 <= settings.oa_signing_preservation_days <= 3650:
                raise ValidationError(self.env._("Proofs are renewed between 1 and 3650 days before their end."))
            if not 80 <= settings.oa_signing_preservation_bits <= 256:
                raise ValidationError(self.env._("The strength is between 80 and 256 bits; RSA 2048 has 112, ECDSA P-256 has 128."))
