from odoo import api, fields, models

from .oa_signature_request_stamp import DEFAULT_PLACEMENT, NONE


class ResConfigSettings(models.TransientModel):
    """How signatures look."""

    _inherit = "res.config.settings"

    oa_signing_stamp_placement = fields.Char("Place of the stamp", config_parameter="oa_signing.stamp_placement", default=DEFAULT_PLACEMENT)
    oa_signing_stamp_logo = fields.Boolean("Logo in the stamp", config_parameter="oa_signing.stamp_logo")
    oa_signing_check_url = fields.Char("Address of the check page", config_parameter="oa_signing.check_url")

    oa_signing_check_page = fields.Boolean("Public check page")

    @api.model
    def get_values(self):
        return {**super().get_values(), "oa_signing_check_page": self.env["oa.signature.request"]._has_check_page()}

    def set_values(self):
        super().set_values()
        # Whoever may save settings was asked by Odoo; "False" is kept as such, an empty value would mean open.
        self.env["ir.config_parameter"].sudo().set_param("oa_signing.check_page", str(self.oa_signing_check_page))

    @api.constrains("oa_signing_stamp_placement")
    def _check_oa_signing_stamp_placement(self):
        for settings in self:
            if settings.oa_signing_stamp_placement not in (False, NONE):
                self.env["oa.signing.messages"]._check_placement(settings.oa_signing_stamp_placement)
