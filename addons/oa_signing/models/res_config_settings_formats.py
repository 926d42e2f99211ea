from odoo import fields, models

from .oa_signature import FORMATS, LEVELS

_XML_FORMATS = [item for item in FORMATS if item[0] != "pades"]
_OTHER_FORMATS = [item for item in _XML_FORMATS if item[0] != "xades"]


class ResConfigSettings(models.TransientModel):
    """How files are signed when nobody chooses otherwise."""

    _inherit = "res.config.settings"

    oa_signing_level = fields.Selection(LEVELS, "Level aimed at", default="B-LT", config_parameter="oa_signing.level")
    oa_signing_xml_format = fields.Selection(_XML_FORMATS, "Format of XML files", default="xades", config_parameter="oa_signing.xml_format")
    oa_signing_other_format = fields.Selection(
        _OTHER_FORMATS, "Format of other files", default="cades", config_parameter="oa_signing.other_format"
    )
