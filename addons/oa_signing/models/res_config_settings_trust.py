from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """From where trusted lists come, and what silence about revocation means."""

    _inherit = "res.config.settings"

    oa_signing_trust_hosts = fields.Char("Hosts of trusted lists", config_parameter="oa_signing.trust_hosts", default="ec.europa.eu crc.bg")
    oa_signing_revocation_policy = fields.Selection(
        [("hard", "Hard: indeterminate"), ("soft", "Soft: noted")],
        "Silence about revocation",
        config_parameter="oa_signing.revocation_policy",
        default="hard",
    )
